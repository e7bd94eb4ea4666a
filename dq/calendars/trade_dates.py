"""The trading day to which a session of CME Globex belongs.

On US holidays Globex trades for some hours and halts; those trades carry the date of the next trading day, and daily bars
have no bar of the holiday itself. The same goes for a session that ends before the stock market would have opened (days
of mourning, Hurricane Sandy, Good Fridays with a jobs report). Daily bars of NQ and ES from 2000 to 2025 agree with this
without an exception. Half days (12:15 in Chicago) are trading days of their own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dq.calendars.local_time import instants_at
from dq.calendars.year import Plan
from dq.model import Int

GLOBEX = frozenset(
    {
        "CME Globex Cryptocurrencies",
        "CME Globex Equity",
        "CME Globex Fixed Income",
        "CMEGlobex_Energy",
        "CMEGlobex_FX",
        "CMEGlobex_Metals",
    }
)
_STOCKS_OPEN = 8 * 60 + 30  # the minute of the day in Chicago


def on_trade_dates(plan: Plan) -> Plan:
    """The same sessions; those that are no trading day of their own carry the date of the next one that is."""
    if len(plan.day) == 0:
        return plan
    too_short = plan.closes <= instants_at(plan.day, _STOCKS_OPEN, plan.zone)
    own = ~(too_short | np.isin(plan.day, _holidays(int(plan.day[0]), int(plan.day[-1]))))
    own[-1] = True  # nothing later to belong to
    following = np.searchsorted(np.flatnonzero(own), np.arange(len(own)))
    return replace(plan, day=plan.day[own][following])


def _holidays(first: int, last: int) -> Int:
    from pandas_market_calendars import get_calendar

    rules = get_calendar("CME_TradeDate").regular_holidays
    holidays = rules.holidays(np.datetime64(first, "D"), np.datetime64(last, "D"))
    return np.asarray(holidays.to_numpy().astype("datetime64[D]").astype(np.int64))
