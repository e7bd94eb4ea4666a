"""Findings with one cause, told once: across checks, across series and across runs."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dq.explain.causes import EXCUSED
from dq.explain.continuing import SEVERAL, Known, kind_of
from dq.explain.ownership import Owners, series_name
from dq.explain.sentences import followed, told
from dq.model import SEVERITIES, Finding, Incident, Life, worst

WIDE = ("outage", "calendar_suspect")  # causes that concern several series at once, whatever check tells them
TOGETHER = 3  # series that show the same defect at the same time share its cause


@dataclass
class _Group:
    """Findings of one cause: those that show it, and those that follow from it; positions in the run's findings.

    Attributes:
        life: what it goes on with, or None.
    """

    kind: str
    shown: list[int] = field(default_factory=list)
    entailed: list[int] = field(default_factory=list)
    life: Life | None = None


def tell_incidents(
    findings: Sequence[Finding],
    lives: Iterable[Life] = (),
    reach: int = 0,
    used: Container[str] = (),
    as_of: int = 0,
) -> tuple[Incident, ...]:
    """Incidents of a run, worst first and then by time.

    Args:
        lives: incidents of earlier runs that findings may go on with; see `Known`.
        reach: microseconds; see `Known`.
        used: ids that earlier incidents of the source have, whether or not they last.
        as_of: of the run, microseconds UTC; part of an id where that of its kind is used.
    """
    groups = _groups(findings, Known(lives, reach))
    kinds = Counter[str]()
    incidents = []
    for group in groups:
        identity = group.life.id if group.life else _identity(group.kind, kinds[group.kind], used, as_of)
        kinds[group.kind] += group.life is None
        incidents.append(_incident(group, findings, identity))
    return tuple(sorted(incidents, key=lambda one: (-SEVERITIES.index(one.severity), one.start, one.id)))


def _groups(findings: Sequence[Finding], known: Known) -> list[_Group]:
    """Groups by the time of their first finding: what goes on, then one per series and cause, or one for all series."""
    owners = Owners(findings)
    roots = [owners.root(at) for at in range(len(findings))]
    entailed: dict[int, list[int]] = defaultdict(list)
    for at, root in enumerate(roots):
        if at != root:
            entailed[root].append(at)
    groups, rest = _going_on(findings, sorted(set(roots)), entailed, known)
    for alike in _alike(findings, rest):
        for group in _apart(findings, alike):
            _join(groups, group, known.spread(group.kind, [findings[at] for at in group.shown]))
    for group in groups:
        group.entailed = [at for root in group.shown for at in entailed[root]]
    return sorted(groups, key=lambda group: findings[group.shown[0]].start)


def _going_on(
    findings: Sequence[Finding], roots: Sequence[int], entailed: Mapping[int, Sequence[int]], known: Known
) -> tuple[list[_Group], list[int]]:
    """A group for each life that goes on, its findings by time, and the findings that are new."""
    groups: dict[str, _Group] = {}
    rest = []
    for root in sorted(roots, key=lambda position: findings[position].start):
        life = known.continued(findings[root], [findings[at] for at in entailed.get(root, ())])
        if life is None:
            rest.append(root)
        else:
            groups.setdefault(life.id, _Group(life.kind, life=life)).shown.append(root)
    return list(groups.values()), rest


def _join(groups: list[_Group], group: _Group, life: Life | None) -> None:
    """Add a new group; where a trouble of one series has spread to several, that life is theirs from now on."""
    same = next((one for one in groups if life is not None and one.life == life), None)
    if same is not None:
        same.kind, same.shown = group.kind, sorted({*same.shown, *group.shown})
        return
    group.life = life
    groups.append(group)


def _alike(findings: Sequence[Finding], positions: Sequence[int]) -> Iterator[list[int]]:
    """Findings of one kind, by time: of one cause that concerns several series, or of one check."""
    kinds: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for at in sorted(positions, key=lambda position: findings[position].start):
        kinds[_kind(findings[at])].append(at)
    yield from kinds.values()


def _kind(finding: Finding) -> tuple[str, str | None]:
    """The cause alone where it concerns several series, whatever check tells it; else the check.

    A cause stands beside the check only where it excuses what is found: how sure the others are changes from run to run.
    """
    if finding.cause in WIDE:
        return "", finding.cause
    return finding.check, finding.cause if finding.cause in EXCUSED else None


def _apart(findings: Sequence[Finding], alike: Sequence[int]) -> list[_Group]:
    """Those that several series show at one time, time by time; the others series by series."""
    wide = findings[alike[0]].cause in WIDE
    several, groups = [], dict[str, _Group]()
    for cluster in _clusters(findings, alike):
        names = {series_name(findings[at]) for at in cluster}
        check, cause = _kind(findings[cluster[0]])
        if wide or len(names) >= TOGETHER:
            several.append(_Group(kind_of(check, cause, SEVERAL), cluster))
            continue
        for at in cluster:
            name = series_name(findings[at])
            groups.setdefault(name, _Group(kind_of(check, cause, name))).shown.append(at)
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


def _incident(group: _Group, findings: Sequence[Finding], identity: str) -> Incident:
    shown, members = ([findings[at] for at in positions] for positions in (group.shown, group.shown + group.entailed))
    severity = worst(one.severity for one in members)
    leading = max(shown, key=lambda one: SEVERITIES.index(one.severity))  # of several the first
    return Incident(
        id=identity,
        check=leading.check,
        cause=leading.cause,
        severity=severity,
        state=_state(severity, group.life),
        start=min(one.start for one in shown),
        end=max(one.end for one in shown),
        series=tuple(dict.fromkeys(one.series.instrument for one in members if one.series)),
        findings=tuple(sorted(group.shown + group.entailed)),
        message=told(shown) + followed([findings[at] for at in group.entailed], leading),
        kind=group.kind,
    )


def _identity(kind: str, number: int, used: Container[str], as_of: int) -> str:
    """An id that no other incident has. It needs no clock unless one of that kind had it before.

    Args:
        number: how many new incidents of that kind the run has before this one.
    """
    key = f"{kind}|{number}" if number else kind
    identity = _hashed(key)
    return identity if identity not in used else _hashed(f"{key}|{as_of}")


def _hashed(key: str) -> str:
    return hashlib.blake2s(key.encode(), digest_size=6).hexdigest()


def _state(severity: str, life: Life | None) -> str:
    if life is None:
        return "open"
    return "worse" if SEVERITIES.index(severity) > SEVERITIES.index(life.worst) else "ongoing"
