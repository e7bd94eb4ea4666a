"""What the history holds: a run becomes rows, rows become records."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dq.history.packing import plain
from dq.history.tally import Lines, Tally, as_tallies, lines_of, older_lines, tally_blob
from dq.history.whole import cycles_of
from dq.model import SEVERITIES, PastRun, Run, RunError, Window

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The figures of a run as it was recorded.

    Attributes:
        findings: severity -> how many.
        checks: check -> how many findings; empty in runs that dq recorded before version 3 of the file.
        lines: a line of figures for each series, column by column: a report over a week of a thousand series reads
            168,000 of them.
        cycles: of the collector, how many were due and how many failed, as in `Run`.
        quality: the run's score, 0 to 100; None where it could not tell, or an older dq recorded it.
        cadence: as in `Run`; "" in runs of an older dq, too.
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
    lines: Lines
    cycles: tuple[int, int] | None = None
    quality: float | None = None
    cadence: str = ""

    @property
    def series(self) -> tuple[Tally, ...]:
        """The lines one by one."""
        return as_tallies(self.lines)

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
        "blind": int(run.blind),
        "summary": _json(
            {
                "checks": Counter(finding.check for finding in run.findings),
                "errors": [asdict(error) for error in run.errors],
                "notes": run.notes,
                "cycles": run.cycles,
                "quality": _score(run),
                **({"cadence": run.cadence} if run.cadence else {}),
            }
        ),
        "tally": tally_blob(run),
    }
    return _bound(row)


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
        cycles=cycles_of(summary),
        quality=summary.get("quality"),
        cadence=summary.get("cadence", ""),
        lines=older_lines(summary.get("series", ())) if tally is None else lines_of(tally),
    )


def _score(run: Run) -> float | None:
    from dq.explain.quality import run_score  # it looks at the checks, which those who only read need not

    score = run_score(run)
    return None if score is None else round(score, 2)


def _json(value: object) -> str:
    return json.dumps(value, default=plain, ensure_ascii=False)


def _bound(row: Row) -> Row:
    """The row as sqlite3 can bind it: it refuses NumPy's numbers."""
    return {name: value.item() if hasattr(value, "item") else value for name, value in row.items()}
