"""What `import dq` offers for Python and notebooks: bars judged, profiled and put on trial by a call.

Beside the command line, the one reader of the clock and the environment. Each name is found in its own file, so that a
call loads what it needs and nothing else.
"""
