"""Displaced bars: spans of a series whose stamps are off by a constant offset, and what gives them away.

`edges` reads them off the edges of sessions, `switches` off the hours at which clocks are set, `winters` off daily bars
that stand still while clocks show winter time. Checks and causes share it.
"""
