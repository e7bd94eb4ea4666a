"""What to read, and the rows that came: series by series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dq.door import Rows
from dq.model import DAY, DqError, Int, RunError, Series, Sessions, SourceError
from dq.run.asked import Asked
from dq.run.hours import Hours, doubtful, recent_hours
from dq.run.inference import infer_interval, stalled
from dq.run.market import context_start, sessions_around
from dq.run.misnamed import unknown
from dq.run.windows import Look, asked_window, whole_window
from dq.sources import Listed, Source, Wanted
from dq.sources.doing import steps

KNOWN_FOR = 14 * DAY  # a series that had bars so long before the window is known, so that a dead one does not vanish
CONTEXT_AFTER = 50  # bars after a window of the past, to see what came back
TOGETHER = 50  # series that fall silent at once are an outage, whatever their calendars
ALWAYS = 1 << 62


@dataclass(frozen=True, eq=False)
class Fetched:
    """One series as it was read.

    Attributes:
        since: microseconds UTC; every bar from there to the end of the window was read.
        hours: how its sessions were come by, where its calendar was learned or ought to be; None where it is as said.
    """

    series: Series
    rows: Rows
    look: Look
    sessions: Sessions
    since: int
    hours: Hours | None = None


@dataclass(frozen=True, eq=False)
class _Draft:
    series: Series
    stamps: Int  # the most recent ones
    known: Sessions | None  # None where everything there is was asked for


@dataclass(frozen=True, slots=True)
class _Plan:
    series: Series
    look: Look | None  # None: everything there is, whose bounds the bars will say
    sessions: Sessions | None
    wanted: Wanted
    hours: Hours | None = None


def fetch(source: Source, asked: Asked) -> Iterator[Fetched | RunError]:
    """Every series of the question with its bars; an error in the place of each one that could not be had."""
    look = asked_window(asked) if asked.windowed or not source.whole else None
    drafts: list[_Draft] = []
    until = ALWAYS if look is None else asked.as_of  # a file is judged whole, the bars of its future too
    since = (asked.as_of if look is None else look.window.start) - KNOWN_FOR
    for listed in source.listed(since, until, _names(source, asked)):
        if len(listed.stamps) == 0:
            if asked.instruments or not source.whole:  # a file names an empty series itself: nobody misspelt it
                yield unknown(listed.instrument, source, asked, since, until)
            continue
        try:
            drafts.append(_draft(listed, asked, look))
        except DqError as wrong:
            yield as_error(wrong, listed.instrument)
    plans = _plans(source, drafts, asked, look)
    had: list[Fetched] = []
    for number, (plan, rows) in enumerate(zip(plans, source.read([plan.wanted for plan in plans]), strict=True), 1):
        if not source.whole:  # files count their parts
            steps(number, len(plans))
        if isinstance(rows, DqError):
            yield as_error(rows, plan.series.instrument)
        else:
            had.append(_fetched(plan, rows, asked))
    yield from _believed(source, had, asked)


def as_error(wrong: DqError, instrument: str | None = None) -> RunError:
    """Our own trouble as an entry of `errors[]`."""
    unreached = isinstance(wrong, SourceError) and wrong.unreached
    return RunError(wrong.kind, wrong.message, wrong.hint, wrong.series or instrument, unreached)


def _names(source: Source, asked: Asked) -> tuple[str, ...] | None:
    """The series that were named; a file, or symbols, that were named are judged whole, whatever the settings speak of."""
    if asked.instruments or source.whole or asked.access.names_series:
        named = asked.instruments
    else:
        named = asked.settings.instruments or tuple(asked.settings.series)
    return tuple(dict.fromkeys(named)) or None  # each once, however often it was said


def _draft(listed: Listed, asked: Asked, look: Look | None) -> _Draft:
    series = asked.series(listed.instrument, listed.interval or infer_interval(listed.stamps), listed.delay)
    known = None if look is None else sessions_around(series, look.window.start, look.as_of, asked.settings.cache)
    return _Draft(series, listed.stamps, known)


def _plans(source: Source, drafts: Sequence[_Draft], asked: Asked, look: Look | None) -> list[_Plan]:
    """What to read of each series; the hours of those that need it are learned first."""
    if look is None:
        everything = ((-ALWAYS, None),)
        return [_Plan(one.series, None, None, Wanted(one.series.instrument, everything)) for one in drafts]
    until = min(look.window.end, look.as_of)
    known = [(one.series, one.known, one.stamps, until) for one in drafts if one.known is not None]
    wanting = [at for at, one in enumerate(known) if doubtful(*one)]
    silent = [at for at, one in enumerate(known) if at not in wanting and stalled(*one)]
    wanting += silent if len(silent) <= TOGETHER else []
    found = recent_hours(source, [known[at][:2] for at in wanting], look, asked.settings.cache) if wanting else ()
    learned = dict(zip(wanting, found, strict=True))
    return [_plan(draft, learned.get(at), asked, look) for at, draft in enumerate(drafts)]


def _plan(draft: _Draft, learned: tuple[Hours, int] | None, asked: Asked, look: Look) -> _Plan:
    series, known, hours = draft.series, draft.known, None
    if learned is not None:
        hours, since = learned
        series, known = hours.series, hours.sessions
    elif known is not None:
        since = context_start(series, known, look.window.start, asked.settings.grace, asked.settings.cache)
    before = draft.stamps[draft.stamps < look.window.start]
    since = min(since, int(before[-1])) if len(before) else since  # where a series died, its last bar is its context
    stop = look.window.end + CONTEXT_AFTER * series.interval
    return _Plan(series, look, known, Wanted(series.instrument, _spans(look, since, stop, asked.now)), hours)


def _spans(look: Look, since: int, stop: int, now: int) -> tuple[tuple[int, int | None], ...]:
    """The window with its context, and the bars of the future.

    Of a past that is asked for again, what was gained since is neither context nor future: only bars that lie
    ahead of the clock as well are stamped too late.
    """
    later = max(look.as_of, now)
    stop = min(stop, look.as_of)
    return ((since, None),) if stop >= later else ((since, stop), (later, None))


def _fetched(plan: _Plan, rows: Rows, asked: Asked) -> Fetched:
    if plan.look is not None and plan.sessions is not None:
        return Fetched(plan.series, rows, plan.look, plan.sessions, plan.wanted.spans[0][0], plan.hours)
    look = whole_window(asked, rows.bars, plan.series.interval)
    known = sessions_around(plan.series, look.window.start, max(look.window.end, look.as_of), asked.settings.cache)
    return Fetched(plan.series, rows, look, known, -ALWAYS)


def _believed(source: Source, fetched: Sequence[Fetched], asked: Asked) -> Iterator[Fetched]:
    """The same series; those whose bars contradict their calendar with the hours that were learned instead."""
    for one in fetched:
        stamps = one.rows.bars.ordered.timestamp
        stamps = stamps[: np.searchsorted(stamps, one.look.as_of, side="right")]
        until = min(one.look.window.end, one.look.as_of)
        if one.hours is not None or not doubtful(one.series, one.sessions, stamps, until):
            yield one
            continue
        hours = _learned(source, one, stamps, asked)
        yield replace(one, series=hours.series, sessions=hours.sessions, hours=hours)


def _learned(source: Source, one: Fetched, stamps: Int, asked: Asked) -> Hours:
    """From all bars where all were read, else from those of the last weeks."""
    if not one.look.whole:
        ((hours, _),) = recent_hours(source, [(one.series, one.sessions)], one.look, asked.settings.cache)
        return hours
    from dq.run.learning import hours_of

    return hours_of(one.series, one.sessions, stamps, asked.settings.cache, one.look.window.end)
