"""Findings as rows of a table, each with a link to its chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dq.model import Finding, Run
from dq.reports.advice import cause_text
from dq.reports.charts.tell import title, value_of
from dq.reports.html.moments import stamps
from dq.reports.html.places import Places
from dq.reports.words import evidence_text

if TYPE_CHECKING:
    from markupsafe import Markup

_RANK = {"critical": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding in words; `at` is its position in the run, `chart` the place of its chart, empty where it has none."""

    at: int
    check: str
    severity: str
    title: str
    series: str
    chart: str
    when: Markup
    many: str
    message: str
    facts: tuple[tuple[str, str], ...]


def finding_rows(run: Run, places: Places, positions: Iterable[int]) -> list[FindingRow]:
    """The findings at those positions of the run, in that order."""
    zones = {one.series.instrument: one.zone for one in run.series}
    return [_row(run, places, at, zones.get(_instrument(run.findings[at]), "UTC")) for at in positions]


def worst_first(run: Run, positions: Iterable[int]) -> list[int]:
    """Positions by severity, then by time."""
    return sorted(positions, key=lambda at: (_RANK.get(run.findings[at].severity, 3), run.findings[at].start, at))


def facts_of(finding: Finding) -> Iterator[tuple[str, str]]:
    """What is known of a finding besides its message, by name."""
    named: Sequence[tuple[str, str]] = (
        ("Value", value_of(finding, finding.observed)),
        ("Expected", value_of(finding, finding.expected)),
        ("Distance", evidence_text(finding.evidence)),
        ("Columns", ", ".join(finding.columns)),
        ("Why", cause_text(finding.cause) if finding.cause else ""),
    )
    return (pair for pair in named if pair[1])


def _instrument(finding: Finding) -> str:
    return finding.series.instrument if finding.series else ""


def _row(run: Run, places: Places, at: int, zone: str) -> FindingRow:
    finding = run.findings[at]
    return FindingRow(
        at=at,
        check=finding.check,
        severity=finding.severity,
        title=title(finding.check),
        series=finding.series.name if finding.series else "",
        chart=places.finding(run, at),
        when=stamps(finding.series, finding.start, finding.end, zone),
        many=f"{finding.count:,}",
        message=finding.message,
        facts=tuple(facts_of(finding)),
    )
