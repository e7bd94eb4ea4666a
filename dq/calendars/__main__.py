"""`python -m dq.calendars`: every name that a series' calendar may have."""

import os
import sys

from dq.calendars import calendar_names

try:
    sys.stdout.writelines(f"{name}\n" for name in calendar_names())
    sys.stdout.flush()
except BrokenPipeError:  # the reader has seen enough; Python would complain once more when it closes the pipe
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
