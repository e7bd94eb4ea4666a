"""What is told of several findings that are one incident, in one sentence or two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dq.explain.ownership import LOG, PARTS, SUM
from dq.model import SEVERITIES, Finding


def told(findings: Sequence[Finding]) -> str:
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
    bars = sum(one.count for one in findings)
    return f"{len(findings):,} times{where}, {bars:,} bars in all; the worst: {worst_one.message}"


def followed(entailed: Sequence[Finding], root: Finding) -> str:
    """What follows that people must know: bars that the collector's errors explain, a share that is worse than its parts."""
    if root.check == LOG:
        return _lost_to(entailed)
    sums = [one for one in entailed if one.check == SUM]
    said = max(sums, key=lambda one: SEVERITIES.index(one.severity), default=root)
    return f" {said.message}" if SEVERITIES.index(said.severity) > SEVERITIES.index(root.severity) else ""


def _lost_to(entailed: Iterable[Finding]) -> str:
    """How many bars did not come because of the errors, and of which series."""
    lost = [one for one in entailed if one.check in PARTS and one.series]
    if not lost:
        return ""
    count = sum(one.count for one in lost)
    names = _listed(list(dict.fromkeys(one.series.instrument for one in lost if one.series)))
    return f" That explains {count:,} missing bar{'s' if count > 1 else ''} of {names}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
