"""Trading days as pandas-market-calendars plans them. Imported only when sessions have to be computed."""

from __future__ import annotations

import warnings
from contextlib import suppress
from functools import lru_cache
from typing import Any

import numpy as np

from dq.calendars.nonstop import NONSTOP, through_weekends
from dq.calendars.year import Plan
from dq.model import Int

# Calendars of exchange_calendars that pandas-market-calendars names and cannot compute.
_MIRRORED_BADLY = frozenset({"XSGO"})
_ORTHODOX = frozenset({"ASEX", "XBEL", "XBSE", "XCYS"})


def plan_years(calendar: str, first: int, last: int, extended_hours: bool) -> Plan:
    """The trading days of the years `first` to `last`, from the pre- to the post-market where asked for those hours."""
    with warnings.catch_warnings(action="ignore"):  # of one library about another: nothing a user could act on
        if calendar in _MIRRORED_BADLY:
            return _plan_from_exchange_calendars(calendar, first, last)
        if calendar in _ORTHODOX:
            _mend_orthodox_easter()
        plan = _plan_from_market_calendars(calendar, first, last, extended_hours)
    return through_weekends(plan, last) if calendar == NONSTOP else plan


@lru_cache(maxsize=8)  # one neighbour serves several calendars of a run
def plan_second(library: str, calendar: str, first: int, last: int) -> Plan | None:
    """What a library's calendar plans, uncorrected, of those years the first ones whose holidays it has; None without any."""
    with warnings.catch_warnings(action="ignore"):
        if library == "pandas_market_calendars":
            return _plan_from_market_calendars(calendar, first, last, extended_hours=False)
        for end in range(last, first - 1, -1):
            with suppress(ValueError):  # holidays that are announced year by year, and not yet
                return _plan_from_exchange_calendars(calendar, first, end)
    return None


def _plan_from_market_calendars(calendar: str, first: int, last: int, extended_hours: bool) -> Plan:
    import pandas_market_calendars

    market = pandas_market_calendars.get_calendar(calendar)
    ends = ("pre", "post") if extended_hours else ("market_open", "market_close")
    breaks = tuple(name for name in ("break_start", "break_end") if name in market.market_times)
    frame = market.schedule(f"{first}-01-01", f"{last}-12-31", market_times=[*ends, *breaks])
    for name in breaks:  # Korea gave up its lunch break in 2000, and the library still lists it
        if name in market.discontinued_market_times:
            frame.loc[frame.index >= market.discontinued_market_times[name], name] = None
    return _plan(frame, ends, breaks, str(market.tz))


def _plan_from_exchange_calendars(calendar: str, first: int, last: int) -> Plan:
    import exchange_calendars

    market = exchange_calendars.get_calendar(calendar, start=f"{first}-01-01", end=f"{last}-12-31")
    return _plan(market.schedule, ("open", "close"), ("break_start", "break_end"), str(market.tz))


def _mend_orthodox_easter() -> None:
    """Since version 3 pandas asks an offset for `_add_datetime`; exchange_calendars 4.13 answers to the old `_apply`."""
    from exchange_calendars.pandas_extensions.offsets import OrthodoxEaster

    if "_add_datetime" not in vars(OrthodoxEaster) and "_apply" in vars(OrthodoxEaster):
        OrthodoxEaster._add_datetime = OrthodoxEaster._apply  # noqa: SLF001 - their own method under its new name


def _plan(frame: Any, ends: tuple[str, ...], breaks: tuple[str, ...], zone: str) -> Plan:
    opens, closes = (_microseconds(frame[name]) for name in ends)
    pauses = [_microseconds(frame[name]) for name in breaks] or [closes, closes]
    none = np.iinfo(np.int64).min  # NaT: a day without the break that others have
    break_start, break_end = (np.where(pause == none, closes, pause) for pause in pauses)
    day = frame.index.to_numpy().astype("datetime64[D]").astype(np.int64)
    return Plan(day, opens, break_start, break_end, closes, zone)


def _microseconds(column: Any) -> Int:
    utc = column.dt.tz_convert("UTC").dt.tz_localize(None)
    return np.asarray(utc.to_numpy().astype("datetime64[us]").astype(np.int64))
