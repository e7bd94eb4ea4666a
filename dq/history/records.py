"""What the history holds: a run becomes rows, rows become records."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dq.model import SEVERITIES, Evidence, Finding, Run, SeriesVerdict, Window

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class IncidentRecord:
    """An incident as the last run that spoke of it left it; instants in microseconds UTC.

    Attributes:
        first_seen, last_seen: `as_of` of the first and of the last run that saw it.
        series: names of the instruments concerned.
    """

    id: str
    severity: str
    first_seen: int
    last_seen: int
    state: str
    source: str
    check: str
    cause: str | None
    start: int
    end: int
    series: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as it was recorded.

    Attributes:
        findings: severity -> how many.
        summary: `series`, `errors` and `notes`, as JSON has them.
    """

    id: str
    as_of: int
    window: Window
    source: str
    suite: str
    verdict: str
    exit_code: int
    dq_version: str
    seconds: float
    bars: int
    expected_bars: int | None
    completeness: float | None
    findings: Mapping[str, int]
    summary: Mapping[str, Any]


def run_row(run: Run) -> Row:
    """The parameters of history_write_run.sql."""
    row = {
        **{name: getattr(run, name) for name in ("id", "as_of", "source", "suite", "verdict", "exit_code")},
        **{name: getattr(run, name) for name in ("dq_version", "seconds", "bars", "expected_bars", "completeness")},
        **{severity: run.count(severity) for severity in SEVERITIES},
        "window_start": run.window.start,
        "window_end": run.window.end,
        "summary": _json(
            {
                "series": [_series_summary(series) for series in run.series],
                "errors": [asdict(error) for error in run.errors],
                "notes": run.notes,
            }
        ),
    }
    return _bound(row)


def finding_rows(run: Run) -> Iterator[Row]:
    """The parameters of history_write_finding.sql, one per finding."""
    for position, finding in enumerate(run.findings):
        yield _bound({"run": run.id, "position": position, **_finding_row(finding)})


def incident_rows(run: Run) -> Iterator[Row]:
    """The parameters of history_write_incident.sql, one per incident."""
    for incident in run.incidents:
        row = {
            **{name: getattr(incident, name) for name in ("id", "cause", "severity", "state", "message")},
            "source": run.source,
            "as_of": run.as_of,
            "check_name": incident.check,
            "start_at": incident.start,
            "end_at": incident.end,
            "series": _json(incident.series),
        }
        yield _bound(row)


def run_record(row: Row) -> RunRecord:
    """A row of history_runs.sql."""
    window = Window(row.pop("window_start"), row.pop("window_end"))
    findings = {severity: row.pop(severity) for severity in SEVERITIES}
    return RunRecord(**{**row, "window": window, "findings": findings, "summary": json.loads(row["summary"])})


def incident_record(row: Row) -> IncidentRecord:
    """A row of history_open_incidents.sql."""
    spelled = {"check_name": "check", "start_at": "start", "end_at": "end"}
    named = {spelled.get(name, name): value for name, value in row.items()}
    return IncidentRecord(**{**named, "series": tuple(json.loads(row["series"]))})


def _finding_row(finding: Finding) -> Row:
    return {
        **{name: getattr(finding, name) for name in ("severity", "count", "cause", "message")},
        "check_name": finding.check,
        "instrument": finding.series and finding.series.instrument,
        "interval": finding.series and finding.series.interval,
        "start_at": finding.start,
        "end_at": finding.end,
        "columns": _json(finding.columns),
        "observed": _json(finding.observed),
        "expected": _json(finding.expected),
        "evidence": _json(finding.evidence and _said(finding.evidence)),
    }


def _said(evidence: Evidence) -> Row:
    """The fields that are known."""
    fields = ("sigmas", "ticks", "percent", "came_back")
    return {name: getattr(evidence, name) for name in fields if getattr(evidence, name) is not None}


def _series_summary(verdict: SeriesVerdict) -> Row:
    counts = ("bars", "expected_bars", "missing_bars", "quiet_bars", "suspect_bars", "completeness", "verdict")
    return {
        "instrument": verdict.series.instrument,
        "interval": verdict.series.interval,
        **{name: getattr(verdict, name) for name in counts},
        "not_checked": [check.check for check in verdict.checks if check.verdict == "not_checked"],
    }


def _json(value: object) -> str | None:
    """JSON that SQLite's own functions read, so no NaN; NULL for None. What JSON does not know becomes text."""
    if value is None:
        return None
    try:
        return _STRICT.encode(value)
    except ValueError:  # NaN or infinity somewhere
        finite = json.loads(json.dumps(value, default=_plain), parse_constant=lambda _: None)
        return _STRICT.encode(finite)


def _bound(row: Row) -> Row:
    """The row as sqlite3 can bind it: it refuses NumPy's numbers."""
    return {name: value.item() if hasattr(value, "item") else value for name, value in row.items()}


def _plain(value: Any) -> object:
    """NumPy's numbers as Python's; anything else as text."""
    return value.item() if hasattr(value, "item") else str(value)


_STRICT = json.JSONEncoder(default=_plain, allow_nan=False, ensure_ascii=False)
