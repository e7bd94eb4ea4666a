"""`python -m dq.calendars`: every name that a series' calendar may have."""

import sys

from dq.calendars import calendar_names

sys.stdout.writelines(f"{name}\n" for name in calendar_names())
