"""What a run does to the lives of incidents: which open, worsen, go on, or are over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dq.explain.continuing import alike, family_of, is_alarm
from dq.explain.ownership import SUM
from dq.model import MINUTE, SEVERITIES, WEEK, Event, Incident, Life, Run, Scope, SeriesVerdict, worst

HOLD = 5 * MINUTE  # for which an incident has to stay away: what was there a moment ago may be there again
MOST_PARTS = 200
OFTEN = 3  # openings within the restless time of a scope


@dataclass(frozen=True, slots=True)
class Lives:
    """The lives that a run changed, and the steps that it made."""

    changed: tuple[Life, ...]
    events: tuple[Event, ...]


def scope_of(run: Run, length: int | None = None) -> Scope:
    """How the run looked.

    Args:
        length: of the window that such runs have as a rule, where this one made up for others that could not tell.
    """
    return Scope(run.suite, run.window.end - run.window.start if length is None else length)


def lived(run: Run, known: Sequence[Life], scope: Scope, *, whole: bool) -> Lives:
    """What the run says of every life that lasts, and of those that it opened.

    Args:
        known: lives of the run's source: all that last, and those resolved within the flapping time, or only passed.
        scope: how the run looked.
        whole: the run was asked for all series of its source; one that it does not have is gone.
    """
    before = {life.id: life for life in known}
    seen = [_seen(run, incident, scope, before.get(incident.id), known) for incident in run.incidents]
    ids = {incident.id for incident in run.incidents}
    unseen = [_unseen(run, life, scope, whole=whole) for life in known if life.lasts and life.id not in ids]
    changed = [life for life in (*seen, *unseen) if life != before.get(life.id)]
    return Lives(tuple(changed), tuple(events(run, changed, before)))


def _seen(run: Run, incident: Incident, scope: Scope, before: Life | None, known: Iterable[Life]) -> Life:
    """The life of an incident of the run: a new one, or a known one that goes on."""
    if before is None:
        return _opened(run, incident, scope, [life for life in known if alike(life, incident.kind)])
    return replace(
        before,
        **_told(incident),
        worst=worst([before.worst, incident.severity]),
        last_seen=run.as_of,
        kind=incident.kind,
        start=min(before.start, incident.start),
        end=max(before.end, incident.end),
        parts=joined((*before.parts, *_parts(run, incident))),
        series=tuple(dict.fromkeys((*before.series, *incident.series))),
        # An audit sees it among others: whoever looks most closely goes on telling when it is over.
        scope=before.scope if before.lasts and before.scope.length < scope.length else scope,
        quiet=(before.quiet or not before.lasts) and incident.state != "worse",
        flapping=before.flapping and before.lasts,
        resolved=None,
        ending="",
    )


def _opened(run: Run, incident: Incident, scope: Scope, openings: Sequence[Life]) -> Life:
    lately = sum(life.first_seen > run.as_of - scope.restless and is_alarm(life.worst) for life in openings)
    return Life(
        **_told(incident),
        id=incident.id,
        source=run.source,
        kind=incident.kind,
        worst=incident.severity,
        first_seen=run.as_of,
        last_seen=run.as_of,
        start=incident.start,
        end=incident.end,
        parts=joined(_parts(run, incident)),
        series=incident.series,
        scope=scope,
        flapping=lately >= OFTEN - 1,
    )


def _parts(run: Run, incident: Incident) -> list[tuple[int, int]]:
    """The stretches of the incident's findings; a sum over the window says nothing of where its bars lie."""
    found = [run.findings[at] for at in incident.findings]
    exact = [one for one in found if one.check != SUM] or found
    return [(one.start, one.end) for one in exact]


def joined(parts: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The stretches by time, those that touch as one; of many the newest."""
    told: list[tuple[int, int]] = []
    for start, end in sorted(parts):
        if told and start <= told[-1][1]:
            told[-1] = (told[-1][0], max(told[-1][1], end))
        else:
            told.append((start, end))
    return tuple(told[-MOST_PARTS:])


def _told(incident: Incident) -> dict[str, Any]:
    """What a life repeats of the newest run that saw it."""
    return {name: getattr(incident, name) for name in ("check", "cause", "severity", "state", "message")}


def _unseen(run: Run, life: Life, scope: Scope, *, whole: bool) -> Life:
    """A life that the run does not tell of: over, where the run could have seen it and it has stayed away for long enough."""
    if life.last_seen > run.as_of:  # the clock was set back: what it has to stay away for begins anew
        life = replace(life, last_seen=run.as_of)
    away = run.as_of - life.last_seen
    if not _would_see(run, life, scope, whole=whole):
        over = away > WEEK
        return replace(life, state="resolved", resolved=run.as_of, ending="unseen") if over else life
    # Decided by the first run that misses it: later ones may no longer look at those bars.
    ending = life.ending or ("mended" if run.window.start <= life.start else "passed")
    if away < (life.scope.restless if life.flapping else HOLD):
        return replace(life, ending=ending)
    return replace(life, state="resolved", resolved=run.as_of, ending=ending)


def _would_see(run: Run, life: Life, scope: Scope, *, whole: bool) -> bool:
    """Whether the run would have told of it: it looked that way, or at those bars, and could tell."""
    if not (scope.like(life.scope) or run.window.start <= life.start):
        return False
    if not life.series:
        return any(_answered(one, life) for one in run.series)
    there = [one for one in run.series if one.series.instrument in life.series]
    gone = whole and bool(run.series) and not run.errors
    if len({one.series.instrument for one in there}) < len(life.series) and not gone:
        return False
    return all(one.verdict != "unknown" for one in there) and (any(_answered(one, life) for one in there) or not there)


def _answered(one: SeriesVerdict, life: Life) -> bool:
    """Whether a check that tells such incidents was asked of that series, and answered."""
    told = (each for each in one.checks if family_of(each.check) == family_of(life.check))
    return any(each.verdict != "not_checked" for each in told)


def events(run: Run, changed: Iterable[Life], before: Mapping[str, Life]) -> Iterator[Event]:
    """The steps that a run made in lives that it changed.

    Args:
        before: what was known of them, by id.
    """
    for life in changed:
        what = _step(life, before.get(life.id))
        if what:
            yield Event(life.source, life.id, run.as_of, what, life.severity, run.id, life.message)


def _step(life: Life, before: Life | None) -> str:
    if before is None:
        return "opened"
    if before.lasts != life.lasts:
        return "reopened" if life.lasts else "resolved"
    return "worse" if SEVERITIES.index(life.worst) > SEVERITIES.index(before.worst) else ""
