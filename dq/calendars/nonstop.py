"""CME's crypto futures, which trade through weekends and holidays since Friday 29 May 2026, 16:00 in Chicago.

They stop for two minutes at 16:00 on weekdays and from 2:00 to 4:00 on Saturdays; what is traded from Friday evening on
carries the date of the next business day (https://noclosingbell.whatsthelatest.ai/archive/no-closing-bell-cme-closes-the-weekend-gap/,
https://bitbo.io/news/cme-247-crypto-futures). No library knows of it yet.
"""

from __future__ import annotations

import numpy as np

from dq.calendars.local_time import instants_at
from dq.calendars.year import Plan

NONSTOP = "CME Globex Cryptocurrencies"
_SINCE = "2026-06-01"  # the first trading day
_STOP, _RESUME = 16 * 60, 16 * 60 + 2  # minutes of the day
_SATURDAY = (2 * 60, 4 * 60)


def through_weekends(plan: Plan, last: int) -> Plan:
    """The plan with the days from June 2026 to the end of the year `last` replaced: every weekday, from the one before on."""
    dates = np.arange(np.datetime64(_SINCE), np.datetime64(f"{last + 1}-01-01"))
    day = dates[np.is_busday(dates)].astype(np.int64)
    if len(plan.day):  # whole years: of a later one only its own days
        day = day[day >= plan.day[0]]
    if len(day) == 0:
        return plan
    old = plan.day < day[0]
    monday = day % 7 == 4  # 1970-01-01 was a Thursday
    opens = instants_at(np.where(monday, day - 3, day - 1), _RESUME, plan.zone)
    closes = instants_at(day, _STOP, plan.zone)
    pauses = [np.where(monday, instants_at(day - 2, minute, plan.zone), closes) for minute in _SATURDAY]
    before = (plan.day, plan.opens, plan.break_start, plan.break_end, plan.closes)
    columns = [np.concatenate([was[old], now]) for was, now in zip(before, (day, opens, *pauses, closes), strict=True)]
    return Plan(columns[0], columns[1], columns[2], columns[3], columns[4], plan.zone)
