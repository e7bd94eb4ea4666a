"""Markets that trade through the night, which no library has right: 24/7, 24/5 and spot FX.

FX and 24/5 trade from Sunday 17:00 to Friday 17:00 New York and are cut into trading days at 17:00 New York; a day has the
date on which it ends. Spot FX has no exchange and no holidays of its own, but banks and brokers do not quote the days that
end on 25 December and 1 January (Saxo: 31 December closes 22:00 GMT, 1 January closed; FXOpen: 25 December and 1 January all
markets closed; ZFX: FX reopens at 22:01 GMT on both), and recorded bars have none. Both days are left out of FX where they
fall on a weekday; they are not moved from a weekend. Brokers stop early on the eves, each at another hour: no calendar can
say that.
"""

from __future__ import annotations

import numpy as np

from dq.calendars.local_time import instants_at
from dq.calendars.year import Plan, Year
from dq.model import DAY

NEW_YORK = "America/New_York"
WEEKS = ("FX", "24/5")
_CLOSED = ("12-25", "01-01")
_ROLLOVER = 17 * 60  # the minute of the day


def every_day(start: int, end: int) -> Year:
    """24/7: one stretch per UTC day, from midnight to midnight."""
    day = np.arange(start // DAY, -(-end // DAY), dtype=np.int64)
    return Year(day * DAY, (day + 1) * DAY, day, "UTC")


def plan_week(calendar: str, first: int, last: int) -> Plan:
    """FX and 24/5: the trading days of the years `first` to `last`."""
    dates = np.arange(np.datetime64(f"{first}-01-01"), np.datetime64(f"{last + 1}-01-01"))
    traded = np.is_busday(dates)
    if calendar == "FX":
        traded &= ~np.isin(np.array([str(date)[5:] for date in dates]), _CLOSED)
    day = dates[traded].astype(np.int64)
    closes = instants_at(day, _ROLLOVER, NEW_YORK)
    return Plan(day, instants_at(day - 1, _ROLLOVER, NEW_YORK), closes, closes, closes, NEW_YORK)
