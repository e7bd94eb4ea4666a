"""Findings and incidents: what a suite makes of suspects, and what people are told."""

from __future__ import annotations

from dataclasses import dataclass

from dq.model.series import Series

SEVERITIES = ("info", "warning", "critical")


@dataclass(frozen=True, slots=True)
class Evidence:
    """How far a value is from what was expected; None where that is not known or makes no sense."""

    sigmas: float | None = None
    ticks: float | None = None
    percent: float | None = None
    came_back: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A range of one series that a check distrusts, under a suite's severity.

    Attributes:
        series: None where the finding concerns a table and no series.
        start, end: microseconds UTC, the source's own timestamps; equal for a single bar.
        count: bars, rows or slots concerned; at least 1.
        message: one sentence that a person understands without the manual.
        subject, parts, names: what of a table it speaks of, where that is no bar, when, and of which instruments; see
            `About`.
    """

    check: str
    severity: str
    series: Series | None
    start: int
    end: int
    count: int
    message: str
    columns: tuple[str, ...] = ()
    cause: str | None = None
    observed: object = None
    expected: object = None
    evidence: Evidence | None = None
    subject: str = ""
    parts: tuple[tuple[int, int], ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """Findings with one cause, across series and time.

    Attributes:
        id: the same from run to run while it lasts.
        state: open, worse, ongoing or resolved.
        series: names of the instruments concerned.
        findings: positions in the run's findings.
        kind: what it is an incident of, by which later runs know it again; "" where an older dq recorded it.
    """

    id: str
    check: str
    cause: str | None
    severity: str
    state: str
    start: int
    end: int
    series: tuple[str, ...]
    findings: tuple[int, ...]
    message: str
    kind: str = ""
