"""Sessions of a span: years are looked up or computed, then cut to what was asked."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from dq.calendars.around_the_clock import WEEKS, every_day, plan_week
from dq.calendars.names import canonical
from dq.calendars.store import read_year, write_year
from dq.calendars.year import FIRST_YEAR, LAST_YEAR, Year, split_years, year_of
from dq.model import DAY, Sessions

EXTENDED = frozenset({"EUREX_PrePost", "NYSE"})  # calendars with a pre- and a post-market
_KNOWN = (
    int(np.datetime64(f"{FIRST_YEAR}-01-01", "us").astype(np.int64)),
    int(np.datetime64(f"{LAST_YEAR + 1}-01-01", "us").astype(np.int64)),
)
_REACH = 4 * DAY  # no session is further than this from its date: a Good Friday's can belong to the Monday


def sessions(
    calendar: str, start: int, end: int, *, extended_hours: bool = False, cache: Path | None = None
) -> Sessions:
    """The stretches of trading that share an instant with `[start, end)`, whole.

    Args:
        calendar: one of `calendar_names()`.
        start, end: microseconds UTC. What lies outside the years 1900 to 2100 is not known to any calendar: `start` and
            `end` of the answer say what is.
        extended_hours: with pre- and post-market, as one stretch with the session; no effect where there are none.
        cache: folder in which computed years are kept; made if absent. Without it they are computed in each run, which
            takes a second or two.

    Raises:
        SettingsError: no calendar has that name, or a line of `overrides.csv` is wrong.
    """
    name = canonical(calendar)
    start, end = max(start, _KNOWN[0]), min(end, _KNOWN[1])
    if end <= start:
        return _cut_to((every_day(0, 0),), start, start)
    if name == "24/7":
        return _cut_to((every_day(start, end),), start, end)
    extended = extended_hours and name in EXTENDED
    first, last = max(year_of(start - _REACH), FIRST_YEAR), min(year_of(end + _REACH), LAST_YEAR)
    return _cut_to(_years(name, extended, first, last, cache), start, end)


def _cut_to(years: tuple[Year, ...], start: int, end: int) -> Sessions:
    opens, closes, day = (
        np.concatenate([getattr(year, column) for year in years]) for column in ("opens", "closes", "day")
    )
    low, high = np.searchsorted(closes, start, side="right"), np.searchsorted(opens, end, side="left")
    halts = tuple(halt for year in years for halt in year.halts if halt.start < end and halt.end > start)
    doubts = tuple(doubt for year in years for doubt in year.doubts if doubt.start < end and doubt.end > start)
    return Sessions(opens[low:high], closes[low:high], day[low:high], start, end, years[0].zone, halts, doubts=doubts)


@lru_cache(maxsize=32)
def _years(calendar: str, extended_hours: bool, first: int, last: int, cache: Path | None) -> tuple[Year, ...]:
    """Years `first` to `last`, those that are not stored computed in one go: importing the library is what costs."""
    found: dict[int, Year | None] = dict.fromkeys(range(first, last + 1))
    if cache is not None:
        found = {year: read_year(cache, calendar, extended_hours, year) for year in found}
    missing = [year for year, content in found.items() if content is None]
    if missing:
        computed = _computed(calendar, extended_hours, missing[0], missing[-1])
        for year, content in zip(range(missing[0], missing[-1] + 1), computed, strict=True):
            found[year] = content
            if cache is not None and year in missing:
                write_year(cache, calendar, extended_hours, year, content)
    return tuple(content for content in found.values() if content is not None)


def _computed(calendar: str, extended_hours: bool, first: int, last: int) -> tuple[Year, ...]:
    """Overrides of opening and closing times speak of the session itself: with extended hours only closed days count."""
    from dq.calendars.corrections import corrected
    from dq.calendars.library import plan_years
    from dq.calendars.overrides import load_overrides
    from dq.calendars.second import doubts
    from dq.calendars.trade_dates import GLOBEX, on_trade_dates

    lines = [line for line in load_overrides() if calendar in line.calendars and not (extended_hours and line.times)]
    halts = tuple(line.halt for line in lines if line.halt is not None)
    own = calendar in WEEKS
    plan = plan_week(calendar, first, last) if own else plan_years(calendar, first, last, extended_hours)
    plan = corrected(plan, lines, first, last)
    settled = [line.first for line in lines if line.first == line.last and line.halt is None]
    doubted = doubts(calendar, plan, settled)
    return split_years(on_trade_dates(plan) if calendar in GLOBEX else plan, halts, doubted, first, last)
