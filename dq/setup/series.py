"""What the bars of a series say of it: interval, calendar, tick, which end of a bar its timestamp names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dq.calendars import AUTO, guess_calendar
from dq.door import Rows
from dq.explain.grids import learn_grid
from dq.model import DAY, HOUR, DqError, Int, OrderedBars, Series, Sessions
from dq.run.fitting import closest
from dq.run.hours import RECENT
from dq.run.inference import CONTRADICTED, doubt, infer_interval, off_session
from dq.run.learning import hours_of
from dq.run.market import sessions_around
from dq.setup.stamps import late, names_closes
from dq.sources import Listed, Source, Wanted

SPANS = ((HOUR, 14 * DAY), (DAY, 60 * DAY))  # intervals shorter than that: so much is read
LONGEST = 1000 * DAY  # of bars of a day and longer
MANY = 100  # series, of which that much is read in some seconds
CHUNK = 2048


@dataclass(frozen=True, slots=True)
class Inferred:
    """What is written of one series; None where the bars do not say.

    Attributes:
        interval: microseconds.
        why: of the calendar, for people.
        tick: in the price's own unit.
        label: "close" where timestamps name the end of a bar.
        late: microseconds by which the newest bar was late in an open market, where that was clear.
        unsure: the calendar does not fit and no known one does.
        against: what the bars say against the calendar all the same, as a sentence goes on; "" where nothing.
    """

    instrument: str
    interval: int | None = None
    calendar: str | None = None
    why: str = ""
    extended_hours: bool = False
    tick: float | None = None
    label: str | None = None
    late: int | None = None
    unsure: bool = False
    against: str = ""


def infer(
    source: Source, listed: list[Listed], now: int, cache: Path | None, progress: Callable[[int, int], None]
) -> list[Inferred]:
    """Look at the last bars of every series.

    Args:
        now: microseconds UTC; bars after it are not looked at.
        cache: where sessions are kept.
        progress: told how many of how many series are done.

    Raises:
        DqError: a series cannot be read.
    """
    drafts = [_draft(one) for one in listed]
    wanted = [Wanted(one.instrument, ((_since(one, stamps, len(drafts)), now + 1),)) for one, stamps in drafts]
    found: list[Inferred] = []
    for (series, _), rows in zip(drafts, source.read(wanted), strict=True):
        if isinstance(rows, DqError):
            raise rows
        found.append(_inferred(source, series, rows, now, cache))
        progress(len(found), len(drafts))
    return found


def _draft(one: Listed) -> tuple[Series, Int]:
    interval = infer_interval(one.stamps)
    return Series(one.instrument, interval or 0, guess_calendar(one.instrument), guessed=True), one.stamps


def _since(series: Series, stamps: Int, among: int) -> int:
    """From when on bars are read: of very many series fewer of each, for all of them are read."""
    span = next((length for limit, length in SPANS if series.interval < limit), LONGEST)
    span = max(span * MANY // max(among, MANY), span // 7)
    return int(stamps[-1]) - span if len(stamps) else 0


def _inferred(source: Source, series: Series, rows: Rows, now: int, cache: Path | None) -> Inferred:
    bars = rows.bars.ordered
    stamps = bars.timestamp[bars.timestamp <= now]
    if not series.interval or not len(stamps):
        return Inferred(series.instrument, series.interval or None, tick=_tick(bars))
    known = sessions_around(series, int(stamps[0]), now, cache)
    closing = names_closes(series, stamps, known)
    series = replace(series, label="close") if closing else series
    chosen = _hours(source, series, stamps, known, now, cache)
    return replace(
        chosen,
        tick=_tick(bars),
        label="close" if closing and chosen.calendar == series.calendar else None,
        late=late(series, stamps, known, now) if chosen.calendar == series.calendar else None,
    )


def _hours(source: Source, series: Series, stamps: Int, known: Sessions, now: int, cache: Path | None) -> Inferred:
    """The calendar: that of the name where the bars agree, else the known one that fits, else what they teach."""
    said = Inferred(series.instrument, series.interval, series.calendar, "by its name, and the bars agree")
    until = min(int(stamps[-1]) + series.interval, now)  # what a dead collector does not write says nothing of hours
    against = doubt(series, stamps, known, until)
    if not against:
        return _believed(said, series, stamps, known)
    more = stamps if series.daily or source.whole else _stamps(source, series, int(stamps[-1]))
    hours = hours_of(series, known, more, cache, until)
    if hours.trouble is None and hours.series.calendar != AUTO:
        return said
    learned = hours.sessions if hours.trouble is None else None
    fit = closest(series, more, cache, learned)
    if fit is not None:
        why = f"it fits the bars; {series.calendar}, by the name, does not: {against}"
        return replace(said, calendar=fit.calendar, extended_hours=fit.extended_hours, why=why)
    why = f"learned from the bars: no known calendar fits, and of {series.calendar}, by the name, {against}"
    return replace(said, calendar=AUTO, why=why, unsure=hours.trouble is not None)


def _believed(said: Inferred, series: Series, stamps: Int, known: Sessions) -> Inferred:
    """The calendar of the name; where bars lie outside it all the same, their timestamps are what is wrong."""
    outside = float(off_session(series, stamps, known).mean())
    if outside <= CONTRADICTED:
        return said
    against = (
        f"{100 * outside:.0f} % of its bars lie outside {series.calendar}, and would fit on another clock: "
        "timezone may be wrong"
    )
    return replace(said, why=f"by its name, but {against}", against=against)


def _stamps(source: Source, series: Series, last: int) -> Int:
    ((_, stamps),) = source.stamps([Wanted(series.instrument, ((last - RECENT, last + 1),))])
    return np.sort(stamps)


def _tick(bars: OrderedBars) -> float | None:
    """The grid that the prices keep; None where they keep none, or only in single precision."""
    grid = learn_grid([bars.rows(start, start + CHUNK) for start in _starts(len(bars))])
    return grid.step if grid.step > 0 and not grid.single else None


def _starts(count: int) -> Iterator[int]:
    yield from range(0, count, CHUNK)
