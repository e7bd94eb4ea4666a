"""One series before the judge: its bars, its market, the suite, and what cannot be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from dq.calendars import sessions
from dq.explain.quiet import SESSIONS
from dq.kernels import distinct
from dq.model import DAY, Bars, Int, Market, RunError, Series, duration_text
from dq.run.asked import Asked
from dq.run.fetch import Fetched
from dq.run.inference import contradicts
from dq.run.market import build_market
from dq.sources import Source, Wanted
from dq.suites import Suite, load_suite

NEED_SESSIONS = ("missing_bar", "stale_series", "off_session_bar", "low_completeness")
ALTERNATIVES = (("XNYS", False), ("XNYS", True), ("CME_Equity", False), ("FX", False), ("24/5", False), ("24/7", False))
_NEVER = 1 << 62


@dataclass(frozen=True, eq=False)
class Case:
    """One series before the judge.

    Attributes:
        unanswerable: checks that cannot be asked here, with the reason.
        assumed: what nobody said of this series and dq took for granted.
        trouble: why the verdict of this series is unknown, or None.
    """

    bars: Bars
    market: Market
    suite: Suite
    unanswerable: Mapping[str, str]
    assumed: tuple[str, ...] = ()
    trouble: RunError | None = None


def open_case(fetched: Fetched, asked: Asked) -> Case:
    """The case of a series that was read.

    Raises:
        SuiteError: the suite that applies cannot be read.
    """
    series, bars = fetched.series, fetched.rows.bars
    market = build_market(series, fetched.rows, fetched.look, fetched.sessions, asked.settings.grace)
    suite = suite_of(series, asked.suite or asked.settings.suite, asked.folder)
    assumed = [] if asked.says_interval(series.instrument) else [f"interval {duration_text(series.interval)}"]
    if series.guessed:
        assumed.append(f"calendar {series.calendar}")
    if not contradicts(series, bars.timestamp, fetched.sessions):
        return Case(bars, market, suite, {}, tuple(assumed))
    trouble = _misfit(series, bars.ordered.timestamp, asked.settings.cache)
    reason = f"the guessed calendar {series.calendar} does not fit the bars"
    return Case(bars, market, suite, dict.fromkeys(NEED_SESSIONS, reason), tuple(assumed), trouble)


@cache
def suite_of(series: Series, name: str | None, folder: Path) -> Suite:
    """The suite that was named; else the one for bars of a day and longer, or for shorter ones."""
    return load_suite(name or ("ohlc_1d" if series.daily else "ohlc_1m"), folder)


def profiles(source: Source, fetched: Sequence[Fetched]) -> Callable[[Sequence[int]], Iterable[Int]]:
    """A way to the timestamps of the last sessions: those that were read, or asked for where too few were."""

    def stamps(positions: Sequence[int]) -> Iterable[Int]:
        short = [at for at in positions if not fetched[at].look.whole]
        wanted = [_profile_span(fetched[at]) for at in short]
        asked_for = (
            dict(zip(short, (ascending(seen) for _, seen in source.stamps(wanted)), strict=True)) if short else {}
        )
        return [asked_for.get(at, fetched[at].rows.bars.ordered.timestamp) for at in positions]

    return stamps


def ascending(stamps: Int) -> Int:
    """The same timestamps by time; those of a table come so."""
    return stamps if bool((stamps[1:] >= stamps[:-1]).all()) else np.sort(stamps)


def _profile_span(fetched: Fetched) -> Wanted:
    """The window and the 20 trading days before it, and one more because the first may be cut."""
    start, end = fetched.look.window.start, fetched.look.window.end
    before = fetched.sessions.opens[fetched.sessions.opens < start]
    days = distinct(fetched.sessions.day[: len(before)])[0]
    first = int(np.searchsorted(fetched.sessions.day, days[-SESSIONS - 1])) if len(days) > SESSIONS else 0
    since = int(before[first]) if len(before) else start
    return Wanted(fetched.series.instrument, ((min(since, start), max(end, start + 1)),))


def _misfit(series: Series, stamps: Int, cache_folder: Path) -> RunError:
    """The trouble with a guessed calendar that the bars contradict, and the one that fits them most closely."""
    message = f"The calendar {series.calendar} was guessed from the name, and the bars contradict it."
    fits = [(_fit(series, stamps, name, wide, cache_folder), name, wide) for name, wide in ALTERNATIVES]
    closest, name, wide = min(fits)
    if closest == _NEVER:
        name, wide = "NAME", False
    setting = f'calendar = "{name}"' + (" and extended_hours = true" if wide else "")
    flag = "" if wide else f"--calendar {name}, or "
    hint = f'Say which one it is: {flag}{setting} under [series."{series.instrument}"] in dq.toml.'
    return RunError("calendar", message, hint, series.instrument)


def _fit(series: Series, stamps: Int, calendar: str, wide: bool, cache_folder: Path) -> int:
    """The hours of trading, in microseconds, of a calendar into which nearly all bars fall: the fewer, the closer."""
    start, end = int(stamps[0]), int(stamps[-1])
    known = sessions(calendar, start - DAY, end + DAY, extended_hours=wide, cache=cache_folder)
    if known.touch(stamps - 1, series.interval + 1).mean() <= 0.99:
        return _NEVER
    return int((known.closes - known.opens).sum())
