"""Findings with one cause, told once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dq.model import SEVERITIES, Finding, Incident, worst

WIDE = ("outage", "calendar_suspect")  # causes that concern several series at once
EXPLAINED_BY = {"low_completeness": ("missing_bar", "stale_series")}


@dataclass(frozen=True, slots=True)
class Seen:
    """What an earlier run said of an incident: its severity, and when it was seen last (microseconds UTC)."""

    severity: str
    last_seen: int


@dataclass
class _Group:
    check: str
    cause: str | None
    key: str
    members: list[int] = field(default_factory=list)


def tell_incidents(findings: Sequence[Finding], before: Mapping[str, Seen], recent: int) -> tuple[Incident, ...]:
    """Incidents of a run, worst first and then by time.

    Args:
        before: incidents of earlier runs by id.
        recent: microseconds UTC; an incident last seen before this instant had ended, and opens anew.
    """
    incidents = [_incident(group, findings, before, recent) for group in _groups(findings)]
    return tuple(sorted(incidents, key=lambda one: (-SEVERITIES.index(one.severity), one.start, one.id)))


def _groups(findings: Sequence[Finding]) -> Iterable[_Group]:
    """One group per series, check and cause; one for all series where they stopped together."""
    groups: dict[str, _Group] = {}
    later: list[int] = []
    for at in sorted(range(len(findings)), key=lambda position: findings[position].start):
        finding = findings[at]
        if finding.check in EXPLAINED_BY:
            later.append(at)
            continue
        key = _wide_key(finding, findings, groups) if finding.cause in WIDE else _key(finding, finding.check)
        groups.setdefault(key, _Group(finding.check, finding.cause, key)).members.append(at)
    for at in later:
        _explaining_group(findings, at, groups).members.append(at)
    return groups.values()


def _key(finding: Finding, check: str) -> str:
    series = finding.series
    return "|".join((check, finding.cause or "", series.name if series else ""))


def _wide_key(finding: Finding, findings: Sequence[Finding], groups: Mapping[str, _Group]) -> str:
    """The group of a finding that overlaps it in time; else the next of its kind, whatever else was found."""
    alike = [group for group in groups.values() if group.cause == finding.cause]
    for group in alike:
        if any(findings[at].end >= finding.start for at in group.members):
            return group.key
    return "|".join((finding.check, finding.cause or "", str(len(alike))))


def _explaining_group(findings: Sequence[Finding], at: int, groups: dict[str, _Group]) -> _Group:
    """The worst group of the same series that explains the finding; else one of its own."""
    finding = findings[at]
    candidates = [
        group
        for group in groups.values()
        if group.check in EXPLAINED_BY[finding.check]
        and any(findings[m].series == finding.series for m in group.members)
    ]
    if not candidates:
        return groups.setdefault(
            _key(finding, finding.check), _Group(finding.check, finding.cause, _key(finding, finding.check))
        )
    return max(candidates, key=lambda group: max(SEVERITIES.index(findings[m].severity) for m in group.members))


def _incident(group: _Group, findings: Sequence[Finding], before: Mapping[str, Seen], recent: int) -> Incident:
    members = [findings[at] for at in group.members]
    severity = worst(one.severity for one in members)
    identity = hashlib.blake2s(group.key.encode(), digest_size=6).hexdigest()
    seen = before.get(identity)
    state = "open"
    if seen is not None and seen.last_seen >= recent:
        state = "worse" if SEVERITIES.index(severity) > SEVERITIES.index(seen.severity) else "ongoing"
    own = [one for one in members if one.check == group.check]
    return Incident(
        id=identity,
        check=group.check,
        cause=group.cause,
        severity=severity,
        state=state,
        start=min(one.start for one in own),
        end=max(one.end for one in own),
        series=tuple(dict.fromkeys(one.series.instrument for one in members if one.series)),
        findings=tuple(group.members),
        message=_told(own),
    )


def _told(findings: Sequence[Finding]) -> str:
    """The one finding's own sentence, or how many there are and the sentence of the worst."""
    worst_one = max(findings, key=lambda one: (SEVERITIES.index(one.severity), one.count))
    if len(findings) == 1:
        return worst_one.message
    names = {one.series.instrument for one in findings if one.series}
    where = f" in {len(names)} series" if len(names) > 1 else ""
    count = sum(one.count for one in findings)
    return f"{len(findings):,} times{where}, {count:,} bars in all; the worst: {worst_one.message}"
