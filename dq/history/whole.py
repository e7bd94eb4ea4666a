"""A run whole: all that its pages show, as one compact text, and the same run again."""

from __future__ import annotations

from typing import Any

from dq.history.packing import Columns, Spelling, as_columns, from_columns, packed, unpacked
from dq.model import (
    CheckVerdict,
    Evidence,
    Finding,
    Incident,
    Run,
    RunError,
    Series,
    SeriesVerdict,
    Window,
)

Row = dict[str, Any]
OF_RUN = ("id", "as_of", "source", "suite", "verdict", "exit_code", "dq_version", "seconds")


def body_of(run: Run) -> bytes:
    """Series with the verdicts of their checks, findings and incidents.

    Most series have the same verdicts as others, reasons included: each pattern of them stands there once.
    """
    series, patterns = _Numbered(), _Numbered()
    document = {
        "verdicts": as_columns(run.series, {"series": series.number, "checks": patterns.number}),
        "findings": as_columns(run.findings, {"series": series.number, "evidence": _said}),
        "incidents": as_columns(run.incidents),
    }
    return packed(
        {
            "series": as_columns(list(series.seen)),
            "checks": [as_columns(pattern) for pattern in patterns.seen],
            **document,
        }
    )


def run_of(row: Row, summary: Columns, body: bytes) -> Run:
    """The run that was recorded.

    Args:
        row: its row of the table run.
        summary: `errors` and `notes`, as `run_row` wrote them.
        body: as `body_of` made it.
    """
    document = unpacked(body)
    series = from_columns(Series, document["series"])
    patterns = [from_columns(CheckVerdict, pattern) for pattern in document["checks"]]
    of_verdicts: Spelling = {"series": lambda at: series[at], "checks": lambda at: patterns[at]}
    of_findings: Spelling = {
        "series": lambda at: None if at is None else series[at],
        "evidence": _heard,
        "observed": _as_it_is,
        "expected": _as_it_is,
    }
    return Run(
        **{name: row[name] for name in OF_RUN},
        window=Window(row["window_start"], row["window_end"]),
        series=from_columns(SeriesVerdict, document["verdicts"], of_verdicts),
        findings=from_columns(Finding, document["findings"], of_findings),
        incidents=from_columns(Incident, document["incidents"]),
        errors=errors_of(summary),
        notes=tuple(summary["notes"]),
        cycles=cycles_of(summary),
        cadence=summary.get("cadence", ""),
    )


def errors_of(summary: Columns) -> tuple[RunError, ...]:
    """The errors of a run, as `run_row` wrote them."""
    return tuple(RunError(**error) for error in summary["errors"])


def cycles_of(summary: Columns) -> tuple[int, int] | None:
    """The cycles of a run, as `run_row` wrote them; None where nobody counted them."""
    told = summary.get("cycles")
    return (int(told[0]), int(told[1])) if told else None


class _Numbered:
    """Values by the order in which they were first seen; looked up once each, since their hashes take time."""

    def __init__(self) -> None:
        self.seen: dict[Any, int] = {}

    def number(self, value: Any) -> int | None:
        return None if value is None else self.seen.setdefault(value, len(self.seen))


def _said(evidence: Evidence | None) -> list[object] | None:
    return None if evidence is None else [evidence.sigmas, evidence.ticks, evidence.percent, evidence.came_back]


def _heard(said: list[Any] | None) -> Evidence | None:
    return None if said is None else Evidence(*said)


def _as_it_is(value: Any) -> Any:
    return value
