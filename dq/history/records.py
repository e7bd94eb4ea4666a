"""What the history holds: a run becomes rows, rows become records."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dq.history.packing import plain
from dq.history.tally import Tally, older_tallies, tallies, tally_blob
from dq.model import SEVERITIES, PastRun, Run, RunError, Window

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
    """The figures of a run as it was recorded.

    Attributes:
        findings: severity -> how many.
        checks: check -> how many findings; empty in runs that dq recorded before version 3 of the file.
        series: a line of figures for each.
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
    checks: Mapping[str, int]
    errors: tuple[RunError, ...]
    notes: tuple[str, ...]
    series: tuple[Tally, ...]

    @property
    def past(self) -> PastRun:
        """The run as charts over time show it."""
        told = ("id", "as_of", "window", "verdict", "exit_code", "seconds", "bars", "completeness", "findings")
        series = {one.name: (one.verdict, one.completeness) for one in self.series}
        return PastRun(**{name: getattr(self, name) for name in told}, series=series)


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
                "checks": Counter(finding.check for finding in run.findings),
                "errors": [asdict(error) for error in run.errors],
                "notes": run.notes,
            }
        ),
        "tally": tally_blob(run),
    }
    return _bound(row)


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
    summary, tally = json.loads(row.pop("summary")), row.pop("tally")
    window = Window(row.pop("window_start"), row.pop("window_end"))
    findings = {severity: row.pop(severity) for severity in SEVERITIES}
    return RunRecord(
        **row,
        window=window,
        findings=findings,
        checks=summary.get("checks", {}),
        errors=tuple(RunError(**error) for error in summary.get("errors", ())),
        notes=tuple(summary.get("notes", ())),
        series=older_tallies(summary.get("series", ())) if tally is None else tallies(tally),
    )


def incident_record(row: Row) -> IncidentRecord:
    """A row of history_open_incidents.sql."""
    spelled = {"check_name": "check", "start_at": "start", "end_at": "end"}
    named = {spelled.get(name, name): value for name, value in row.items()}
    return IncidentRecord(**{**named, "series": tuple(json.loads(row["series"]))})


def _json(value: object) -> str:
    return json.dumps(value, default=plain, ensure_ascii=False)


def _bound(row: Row) -> Row:
    """The row as sqlite3 can bind it: it refuses NumPy's numbers."""
    return {name: value.item() if hasattr(value, "item") else value for name, value in row.items()}
