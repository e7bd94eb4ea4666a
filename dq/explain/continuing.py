"""Which incident of earlier runs a finding goes on with: what is one trouble for people is told under one id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from dq.explain.causes import EXCUSED
from dq.explain.ownership import LOG, LOST, PARTS, SUM, series_name
from dq.model import SEVERITIES, Finding, Life

# Bars that stop coming are stale, then a hole, and a share that is too low: one trouble, seen from three sides.
FAMILIES: Mapping[str, str] = dict.fromkeys((*PARTS, SUM), "absence")
SEVERAL = "*"  # stands in the kind of an incident where that of one series has its name
ROOM = 2  # bars that may lie between two sides of one trouble


def kind_of(check: str, cause: str | None, series: str) -> str:
    """What an incident is of: its check, cause and series, or `*` for all series that show it at once."""
    return f"{check}|{cause or ''}|{series}"


class Known:
    """Incidents of earlier runs, by the series that they concern.

    Args:
        lives: those that last, and those that were resolved only because no run looked at their bars any more.
        reach: microseconds between a finding and a lasting incident that may still be one.
    """

    def __init__(self, lives: Iterable[Life], reach: int) -> None:
        self._reach = reach
        self._of: dict[str, list[Life]] = defaultdict(list)
        self._several: list[Life] = []
        for life in lives:
            for name in life.series or ("",):
                self._of[name].append(life)
            if _of_several(life):
                self._several.append(life)

    def continued(self, root: Finding, entailed: Sequence[Finding]) -> Life | None:
        """The life that a finding goes on with, or else one that something goes on with for which it answers."""
        found = self._best(root)
        if found is None:
            entailed_in = (self._best(one) for one in entailed)
            found = next((life for life in entailed_in if life is not None and life.lasts), None)
        return found

    def _best(self, finding: Finding) -> Life | None:
        name = finding.series.instrument if finding.series else ""
        candidates = {life.id: life for life in (*self._of.get(name, ()), *self._several)}
        fitting = [
            life for life in candidates.values() if self._fits(finding, life, known=name in (life.series or ("",)))
        ]
        return max(fitting, key=lambda life: _rank(finding, life), default=None)

    def _fits(self, finding: Finding, life: Life, *, known: bool) -> bool:
        if not (_related(finding, life) and (known or life.lasts)) or not _same_series(finding, life):
            return False
        apart = _apart(finding, life)
        room = ROOM * finding.series.interval if finding.series else 0
        if not life.lasts:
            return apart <= 0
        alike = finding.check == life.check and _is_loud(finding.severity) == _is_loud(life.worst)
        if not (alike and known):
            return apart <= room
        if life.flapping:
            return apart <= life.scope.restless
        return apart <= (room if _of_several(life) else max(self._reach, room))  # several that stop twice stopped twice


def _related(finding: Finding, life: Life) -> bool:
    """Whether both can be sides of one trouble; what the collector's log explains belongs to the failed cycles."""
    excused = finding.cause if finding.cause in EXCUSED else None
    if excused != (life.cause if life.cause in EXCUSED else None):
        return False
    families = {_family(life.check), _family(life.kind.partition("|")[0])}
    explained = life.check == LOG and finding.check in PARTS and finding.cause in LOST
    return _family(finding.check) in families or explained


def _same_series(finding: Finding, life: Life) -> bool:
    """A life of one series goes on with its interval alone; one of several, or of the log, with any."""
    named = life.kind.split("|", 2)[-1]
    return named in {SEVERAL, "", series_name(finding)}


def _family(check: str) -> str:
    return FAMILIES.get(check, check)


def _is_loud(severity: str) -> bool:
    """Notes come and go without end: they must not keep an alarm alive, unless they are what is left of it."""
    return severity != SEVERITIES[0]


def _rank(finding: Finding, life: Life) -> tuple[bool, bool, bool, int, int]:
    """What lasts before what has passed, the same check before others, its own before that of several; then the nearest."""
    return (
        life.lasts,
        finding.check == life.check,
        not _of_several(life),
        -max(_apart(finding, life), 0),
        life.last_seen,
    )


def _apart(finding: Finding, life: Life) -> int:
    """Microseconds between the two; 0 or less where they touch."""
    return max(finding.start - life.end, life.start - finding.end)


def _of_several(life: Life) -> bool:
    return life.kind.endswith(f"|{SEVERAL}")


def alike(life: Life, kind: str) -> bool:
    """Whether a life was of that kind, whatever its cause was."""
    mine, other = life.kind.split("|", 2), kind.split("|", 2)
    return (_family(mine[0]), mine[-1]) == (_family(other[0]), other[-1])
