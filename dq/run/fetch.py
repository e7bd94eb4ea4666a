"""What to read, and the rows that came: series by series."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dq.door import Rows
from dq.model import DAY, DqError, RunError, Series, Sessions
from dq.run.asked import Asked
from dq.run.inference import infer_interval
from dq.run.market import context_start, sessions_around
from dq.run.windows import Look, asked_window, whole_window
from dq.sources import Listed, Source, Wanted

KNOWN_FOR = 14 * DAY  # a series that had bars so long before the window is known, so that a dead one does not vanish
CONTEXT_AFTER = 50  # bars after a window of the past, to see what came back
ALWAYS = 1 << 62


@dataclass(frozen=True, eq=False)
class Fetched:
    """One series as it was read."""

    series: Series
    rows: Rows
    look: Look
    sessions: Sessions


@dataclass(frozen=True, slots=True)
class _Plan:
    series: Series
    look: Look | None  # None: everything there is, whose bounds the bars will say
    sessions: Sessions | None
    wanted: Wanted


def fetch(source: Source, asked: Asked) -> Iterator[Fetched | RunError]:
    """Every series of the question with its bars; an error in the place of each one that could not be had."""
    look = asked_window(asked) if asked.windowed or not source.whole else None
    plans: list[_Plan] = []
    until = ALWAYS if source.whole else asked.as_of  # a file is judged whole, the bars of its future too
    since = (asked.as_of if look is None else look.window.start) - KNOWN_FOR
    for listed in source.listed(since, until, _names(source, asked)):
        if len(listed.stamps) == 0:
            yield _unknown(listed.instrument, source)
            continue
        try:
            plans.append(_plan(listed, asked, look, source.whole))
        except DqError as wrong:
            yield as_error(wrong, listed.instrument)
    for plan, rows in zip(plans, source.read([plan.wanted for plan in plans]), strict=True):
        yield _fetched(plan, rows, asked)


def as_error(wrong: DqError, instrument: str | None = None) -> RunError:
    """Our own trouble as an entry of `errors[]`."""
    return RunError(wrong.kind, wrong.message, wrong.hint, wrong.series or instrument)


def _names(source: Source, asked: Asked) -> tuple[str, ...] | None:
    """The series that were named; a file that was named is judged whole, whatever the settings speak of."""
    if asked.instruments or source.whole:
        return asked.instruments or None
    return asked.settings.instruments or tuple(asked.settings.series) or None


def _unknown(instrument: str, source: Source) -> RunError:
    hint = "Look at its spelling, or leave --instrument out to judge every series that is there."
    return RunError("nothing", f"There is no bar of {instrument} in {source.label}.", hint, instrument)


def _plan(listed: Listed, asked: Asked, look: Look | None, whole: bool) -> _Plan:
    series = asked.series(listed.instrument, infer_interval(listed.stamps))
    if look is None:
        return _Plan(series, None, None, Wanted(listed.instrument, ((-ALWAYS, None),)))
    cache, grace = asked.settings.cache, asked.settings.grace
    known = sessions_around(series, look.window.start, look.as_of, cache)
    since = context_start(series, known, look.window.start, grace, cache)
    before = listed.stamps[listed.stamps < look.window.start]
    since = min(since, int(before[-1])) if len(before) else since  # where a series died, its last bar is its context
    stop = look.window.end + CONTEXT_AFTER * series.interval
    ahead = look.as_of if whole else asked.now
    return _Plan(series, look, known, Wanted(listed.instrument, _spans(look, since, stop, ahead)))


def _spans(look: Look, since: int, stop: int, now: int) -> tuple[tuple[int, int | None], ...]:
    """The window with its context, and the bars of the future.

    Of a past that is asked for again, what a table gained since is neither context nor future: only bars that lie
    ahead of the clock as well are stamped too late.
    """
    later = max(look.as_of, now)
    stop = min(stop, look.as_of)
    return ((since, None),) if stop >= later else ((since, stop), (later, None))


def _fetched(plan: _Plan, rows: Rows, asked: Asked) -> Fetched:
    if plan.look is not None and plan.sessions is not None:
        return Fetched(plan.series, rows, plan.look, plan.sessions)
    look = whole_window(asked, rows.bars, plan.series.interval)
    known = sessions_around(plan.series, look.window.start, max(look.window.end, look.as_of), asked.settings.cache)
    return Fetched(plan.series, rows, look, known)
