"""Which incident of earlier runs a finding goes on with: what is one trouble for people is told under one id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dq.explain.causes import EXCUSED
from dq.explain.ownership import LOG, LOST, PARTS, SUM, series_name
from dq.model import SEVERITIES, Finding, Life, worst

# Bars that stop coming are stale, then a hole, and a share that is too low: one trouble, seen from three sides.
ABSENCE = "absence"
FAMILIES: Mapping[str, str] = dict.fromkeys((*PARTS, SUM), ABSENCE)
SPREAD = 4  # times as much room: a collector that dies has written the newest bars of some series, and not of others
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
            if of_several(life):
                self._several.append(life)

    def continued(self, root: Finding, entailed: Sequence[Finding]) -> Life | None:
        """The life that a finding goes on with, or else one that something goes on with for which it answers."""
        severity = worst([root.severity, *(one.severity for one in entailed)])
        found = self._best(root if severity == root.severity else replace(root, severity=severity))
        if found is None:
            entailed_in = (self._best(one) for one in entailed)
            found = next((life for life in entailed_in if life is not None and life.lasts), None)
        return found

    def spread(self, kind: str, findings: Sequence[Finding]) -> Life | None:
        """The life of one series that is the same trouble as what several show now: bars that stopped a moment before.

        Args:
            kind: of the new incident; findings: what shows it.
        """
        if not kind.endswith(f"|{SEVERAL}") or family_of(findings[0].check) != ABSENCE:
            return None
        start, room = min(one.start for one in findings), max(map(room_of, findings)) * SPREAD
        fitting = [
            life
            for life in {life.id: life for lives in self._of.values() for life in lives}.values()
            if life.lasts
            and not life.quiet
            and not of_several(life)
            and family_of(life.check) == ABSENCE
            and life.cause not in EXCUSED
            and any(abs(life.start - start) <= room and _apart(one, life) <= room_of(one) for one in findings)
        ]
        return min(fitting, key=lambda life: (life.first_seen, life.id), default=None)

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
        room = room_of(finding)
        if not life.lasts:
            return apart <= 0
        # Notes come and go without end: they must not keep an alarm alive, unless they are what is left of it.
        alike = family_of(finding.check) == family_of(life.check) and is_alarm(finding.severity) == is_alarm(life.worst)
        if not (alike and known) or life.quiet:
            return apart <= room
        if life.flapping:
            return apart <= life.scope.restless
        return apart <= (room if of_several(life) else max(self._reach, room))  # several that stop twice stopped twice


def room_of(finding: Finding) -> int:
    """Microseconds that may lie between two sides of one trouble."""
    return ROOM * finding.series.interval if finding.series else 0


def _related(finding: Finding, life: Life) -> bool:
    """Whether both can be sides of one trouble; what the collector's log explains belongs to the failed cycles."""
    excused = finding.cause if finding.cause in EXCUSED else None
    if excused != (life.cause if life.cause in EXCUSED else None):
        return False
    families = {family_of(life.check), family_of(life.kind.partition("|")[0])}
    explained = life.check == LOG and finding.check in PARTS and finding.cause in LOST
    return family_of(finding.check) in families or explained


def _same_series(finding: Finding, life: Life) -> bool:
    """A life of one series goes on with its interval alone; one of several, or of the log, with any."""
    named = life.kind.split("|", 2)[-1]
    return named in {SEVERAL, "", series_name(finding)}


def family_of(check: str) -> str:
    """The trouble of which the check tells one side."""
    return FAMILIES.get(check, check)


def is_alarm(severity: str) -> bool:
    """Whether it is more than a note."""
    return severity != SEVERITIES[0]


def _rank(finding: Finding, life: Life) -> tuple[bool, bool, bool, bool, bool, int, int]:
    """What lasts before what has passed, an alarm before the note as which a second one begins, then what it touches.

    After that its own before that of several, the same check before others, the nearest, the newest.
    """
    apart = _apart(finding, life)
    loud = is_alarm(life.worst) or not is_alarm(finding.severity)
    touches, same = apart <= room_of(finding), finding.check == life.check
    return life.lasts, loud, touches, not of_several(life), same, -max(apart, 0), life.last_seen


def _apart(finding: Finding, life: Life) -> int:
    """Microseconds between the finding and the nearest part of the life; 0 or less where they touch."""
    parts = life.parts or ((life.start, life.end),)
    return min(max(finding.start - end, start - finding.end) for start, end in parts)


def of_several(life: Life) -> bool:
    """Whether it is an incident of all series that show it at once."""
    return life.kind.endswith(f"|{SEVERAL}")


def alike(life: Life, kind: str) -> bool:
    """Whether a life was of that kind, whatever its cause was."""
    mine, other = life.kind.split("|", 2), kind.split("|", 2)
    return (family_of(mine[0]), mine[-1]) == (family_of(other[0]), other[-1])
