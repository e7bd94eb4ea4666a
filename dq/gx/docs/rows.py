"""Findings as rows of a table, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dq.gx.docs.results import Result
from dq.model import Finding
from dq.reports.clocks import stamps_text
from dq.reports.words import evidence_text, value_text

_COLUMNS = ("Severity", "When", "Bars", "What", "Cause", "Observed", "Expected", "How far")


class Rows(NamedTuple):
    """A table of texts; columns that no row fills are left out."""

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


def finding_rows(one: Result, findings: Sequence[Finding]) -> Rows:
    """The findings of a result, with times in UTC and on the clocks of its market."""
    told = [_row(one, each) for each in findings]
    filled = [at for at in range(len(_COLUMNS)) if any(row[at] for row in told)]
    return Rows(tuple(_COLUMNS[at] for at in filled), [tuple(row[at] for at in filled) for row in told])


def _row(one: Result, found: Finding) -> tuple[str, ...]:
    zone = one.judged.zone if one.judged else "UTC"
    utc, local = stamps_text(found.series, found.start, found.end, zone)
    return (
        found.severity,
        f"{utc} ({local})" if local else utc,
        f"{found.count:,}",
        found.message,
        (found.cause or "").replace("_", " "),
        value_text(found.observed),
        value_text(found.expected),
        evidence_text(found.evidence),
    )
