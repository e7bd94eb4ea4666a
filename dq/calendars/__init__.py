"""Calendars: when a market trades.

Sessions are planned by pandas-market-calendars, except for markets that trade around the clock (`around_the_clock`), and
corrected by `overrides.csv`: one line per correction, with the reason and a link to the source. A line is

- a closed day, or several: dates in `from` and `to`, no times. `to` is the last day and may be left out; `from` may hold
  several dates that share all else, separated by spaces;
- other hours: dates, and any of `opens`, `break_start`, `break_end`, `closes` in the local time of the calendar's zone
  (`08:30`; `17:00-1` is the evening before the date). What is not given stays as planned. A line for one day adds that day
  where it opens and closes; a line for several days changes the planned ones among them and leaves half days alone.
  A break that begins where it ends is none;
- a halt that nobody planned: instants in UTC in `from` and `to` (`2019-02-27T00:39Z`), no times. It changes no session:
  bars stay owed, and their absence has a cause.

`calendar` may name several, separated by semicolons, each by any of its names. Later lines win. With extended hours only
closed days and halts count. What was computed is kept on disk by year (`store`): no later run imports a library for it.

A second calendar is asked too, where there is one (`second`): what it calls closed and ours does not are the sessions'
`doubts`. How calendars were put on trial, and which side was taken in each case, is told in docs/calendars.md.
"""

from dq.calendars.guess import guess_calendar
from dq.calendars.names import AUTO, calendar_names, check_calendar
from dq.calendars.span import sessions

__all__ = ["AUTO", "calendar_names", "check_calendar", "guess_calendar", "sessions"]
