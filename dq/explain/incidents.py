"""Findings with one cause, told once: across checks, across series and across runs."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dq.explain.ownership import LOG, PARTS, Owners, series_name
from dq.model import SEVERITIES, Finding, Incident, worst

WIDE = ("outage", "calendar_suspect")  # causes that concern several series at once, whatever check tells them
TOGETHER = 3  # series that show the same defect at the same time share its cause


@dataclass(frozen=True, slots=True)
class Seen:
    """What an earlier run said of an incident.

    Attributes:
        last_seen: `as_of` of the last run that saw it.
        start, end: first and last instant that it concerned then.
    """

    severity: str
    last_seen: int
    start: int
    end: int


@dataclass
class _Group:
    """Findings of one cause: those that show it, and those that follow from it; positions in the run's findings."""

    kind: str
    several: bool
    shown: list[int] = field(default_factory=list)
    entailed: list[int] = field(default_factory=list)


def tell_incidents(findings: Sequence[Finding], before: Mapping[str, Seen], recent: int) -> tuple[Incident, ...]:
    """Incidents of a run, worst first and then by time.

    Args:
        before: incidents of earlier runs by id.
        recent: microseconds UTC; an incident last seen before this instant had ended, and opens anew.
    """
    lasting = {name: seen for name, seen in before.items() if seen.last_seen >= recent}
    taken: set[str] = set()
    incidents = [_incident(group, findings, lasting, taken) for group in _groups(findings)]
    return tuple(sorted(incidents, key=lambda one: (-SEVERITIES.index(one.severity), one.start, one.id)))


def _groups(findings: Sequence[Finding]) -> list[_Group]:
    """Groups by the time of their first finding: one per series and cause, or one for all series that show it at once."""
    owners = Owners(findings)
    roots = [owners.root(at) for at in range(len(findings))]
    group_of: dict[int, _Group] = {}
    groups = []
    for alike in _alike(findings, sorted(set(roots))):
        for group in _apart(findings, alike):
            groups.append(group)
            group_of.update(dict.fromkeys(group.shown, group))
    for at, root in enumerate(roots):
        if at != root:
            group_of[root].entailed.append(at)
    return sorted(groups, key=lambda group: findings[group.shown[0]].start)


def _alike(findings: Sequence[Finding], positions: Sequence[int]) -> Iterator[list[int]]:
    """Findings of one kind, by time: of one cause that concerns several series, or of one check and cause."""
    kinds: dict[str, list[int]] = defaultdict(list)
    for at in sorted(positions, key=lambda position: findings[position].start):
        kinds[_kind(findings[at])].append(at)
    yield from kinds.values()


def _kind(finding: Finding) -> str:
    return finding.cause if finding.cause in WIDE else f"{finding.check}|{finding.cause or ''}"


def _apart(findings: Sequence[Finding], alike: Sequence[int]) -> list[_Group]:
    """Those that several series show at one time, time by time; the others series by series."""
    kind = _kind(findings[alike[0]])
    several, groups = [], dict[str, _Group]()
    for cluster in _clusters(findings, alike):
        names = {series_name(findings[at]) for at in cluster}
        if kind in WIDE or len(names) >= TOGETHER:
            several.append(_Group(kind, several=True, shown=cluster))
            continue
        for at in cluster:
            name = series_name(findings[at])
            groups.setdefault(name, _Group(f"{kind}|{name}", several=False)).shown.append(at)
    return [*several, *groups.values()]


def _clusters(findings: Sequence[Finding], by_start: Sequence[int]) -> list[list[int]]:
    """Findings that overlap in time, directly or through others."""
    clusters: list[list[int]] = []
    reached = -(1 << 63)
    for at in by_start:
        if findings[at].start > reached:
            clusters.append([])
        clusters[-1].append(at)
        reached = max(reached, findings[at].end)
    return clusters


def _incident(group: _Group, findings: Sequence[Finding], lasting: Mapping[str, Seen], taken: set[str]) -> Incident:
    shown, members = ([findings[at] for at in positions] for positions in (group.shown, group.shown + group.entailed))
    start, end = min(one.start for one in shown), max(one.end for one in shown)
    identity = _identity(group, start, end, lasting, taken)
    severity = worst(one.severity for one in members)
    return Incident(
        id=identity,
        check=shown[0].check,
        cause=shown[0].cause,
        severity=severity,
        state=_state(severity, lasting.get(identity)),
        start=start,
        end=end,
        series=tuple(dict.fromkeys(one.series.instrument for one in members if one.series)),
        findings=tuple(sorted(group.shown + group.entailed)),
        message=_told(shown) + _explained([findings[at] for at in group.entailed], shown[0]),
    )


def _identity(group: _Group, start: int, end: int, lasting: Mapping[str, Seen], taken: set[str]) -> str:
    """The id under which the incident was known, else the next that is free.

    A series has one incident of a kind at a time. Several series may have one that ends and another that begins within
    a window: an earlier run's id goes to the one that overlaps it.
    """
    number = 0
    while True:
        key = f"{group.kind}|{number}" if group.several else group.kind
        identity = hashlib.blake2s(key.encode(), digest_size=6).hexdigest()
        seen = lasting.get(identity)
        apart = group.several and seen is not None and (seen.end < start or seen.start > end)
        if identity not in taken and not apart:
            taken.add(identity)
            return identity
        number += 1


def _state(severity: str, seen: Seen | None) -> str:
    if seen is None:
        return "open"
    return "worse" if SEVERITIES.index(severity) > SEVERITIES.index(seen.severity) else "ongoing"


def _told(findings: Sequence[Finding]) -> str:
    """The one finding's own sentence, or how many there are and the sentence of the worst."""
    worst_one = max(findings, key=lambda one: (SEVERITIES.index(one.severity), one.count))
    if len(findings) == 1:
        return worst_one.message
    names = {one.series.instrument for one in findings if one.series}
    where = f" in {len(names)} series" if len(names) > 1 else ""
    if worst_one.subject:
        others = dict.fromkeys(one.subject for one in findings if one.subject != worst_one.subject)
        likewise = f" Likewise {_listed(list(others))}." if others else ""
        return f"{f'{len(findings):,} times{where}; the worst: ' if where else ''}{worst_one.message}{likewise}"
    count = sum(one.count for one in findings)
    return f"{len(findings):,} times{where}, {count:,} bars in all; the worst: {worst_one.message}"


def _explained(entailed: Sequence[Finding], root: Finding) -> str:
    """What the collector's own errors explain: how many bars did not come, and of which series."""
    lost = [one for one in entailed if one.check in PARTS and one.series]
    if root.check != LOG or not lost:
        return ""
    count = sum(one.count for one in lost)
    names = _listed(list(dict.fromkeys(one.series.instrument for one in lost if one.series)))
    return f" That explains {count:,} missing bar{'s' if count > 1 else ''} of {names}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
