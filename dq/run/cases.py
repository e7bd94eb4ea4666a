"""One series before the judge: its bars, its market, the suite, and what cannot be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dq.calendars import AUTO
from dq.model import Bars, Levels, Market, RunError, Series, duration_text
from dq.run.asked import Asked
from dq.run.fetch import Fetched
from dq.run.market import build_market
from dq.sources import Absent
from dq.suites import Suite, load_suite

NO_ZONE = "the hours were learned from the bars, which do not say yet whose clocks they keep"
NEED_SESSIONS = ("missing_bar", "stale_series", "off_session_bar", "low_completeness", "dst_shift", "uncovered_level")
UNREAD = Absent("the tables of the collector were not read")


@dataclass(frozen=True, eq=False)
class Case:
    """One series before the judge.

    Attributes:
        unanswerable: checks that cannot be asked here, with the reason.
        assumed: what nobody said of this series and dq took for granted.
        notes: what people should know besides.
        trouble: why the verdict of this series is unknown, or None.
        levels: what the collector's table of levels has of its instrument.
    """

    bars: Bars
    market: Market
    suite: Suite
    unanswerable: Mapping[str, str]
    assumed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    trouble: RunError | None = None
    levels: Levels | Absent = UNREAD


def open_case(fetched: Fetched, asked: Asked) -> Case:
    """The case of a series that was read.

    Raises:
        SuiteError: the suite that applies cannot be read.
    """
    series, bars = fetched.series, fetched.rows.bars
    market = build_market(series, fetched.rows, fetched.look, fetched.sessions, asked.settings.grace)
    suite = suite_of(series, asked.suite or asked.settings.suite, asked.folder)
    assumed = [] if asked.says_interval(series.instrument) else [f"interval {duration_text(series.interval)}"]
    if series.delay and not asked.says_delay(series.instrument):
        assumed.append(f"delay {duration_text(series.delay)}")
    hours = fetched.hours
    assumed += [hours.assumed] if hours is not None and hours.assumed else []
    assumed += [f"calendar {series.calendar}"] if hours is None and series.guessed else []
    if hours is None or hours.trouble is None:
        unanswerable = {"dst_shift": NO_ZONE} if _homeless(market) else {}
        return Case(bars, market, suite, unanswerable, tuple(assumed), hours.notes if hours is not None else ())
    reason = f"the {'guessed ' if series.guessed else ''}calendar {series.calendar} does not fit the bars"
    return Case(bars, market, suite, dict.fromkeys(NEED_SESSIONS, reason), tuple(assumed), trouble=hours.trouble)


def _homeless(market: Market) -> bool:
    """Whether hours were learned that may be those of any zone; so far clocks changed nothing, or not enough."""
    series = market.series
    return series.calendar == AUTO and not series.daily and market.sessions.zone == "UTC"


def suite_of(series: Series, name: str | None, folder: Path) -> Suite:
    """The suite that was named; else the one for bars of a day and longer, or for shorter ones."""
    return load_suite(name or ("ohlc_1d" if series.daily else "ohlc_1m"), folder)
