"""The run as JSON: `run.schema.json`, the product's API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dq.explain.quality import run_score, series_scores
from dq.model import SEVERITIES, Finding, Incident, Run, RunError, SeriesVerdict, duration_text, instant_text
from dq.reports.lines import Spark

SCHEMA = "dq.run/1"


def render(
    run: Run,
    *,
    width: int = 0,
    coloured: bool = False,
    fail_on: str = "warning",
    sparks: Mapping[str, Spark] | None = None,
) -> str:
    """The run as one JSON document; every instant is UTC, every number finite."""
    document = {
        "schema": SCHEMA,
        "run": _run(run),
        "summary": _summary(run),
        "series": [_series(one, score) for one, score in zip(run.series, series_scores(run), strict=True)],
        "findings": [finding_document(one) for one in run.findings],
        "incidents": [_incident(one) for one in run.incidents],
        "errors": [error_document(one) for one in run.errors],
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _run(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "as_of": instant_text(run.as_of),
        "window": {"start": instant_text(run.window.start), "end": instant_text(run.window.end)},
        "source": run.source,
        "suite": run.suite,
        "verdict": run.verdict,
        "exit_code": run.exit_code,
        "dq_version": run.dq_version,
        "seconds": run.seconds,
        "notes": list(run.notes),
    }


def _summary(run: Run) -> dict[str, Any]:
    return {
        "series": len(run.series),
        "bars": run.bars,
        "expected_bars": run.expected_bars,
        "completeness": run.completeness,
        "quality": run_score(run),
        "findings": {severity: run.count(severity) for severity in SEVERITIES},
    }


def _series(one: SeriesVerdict, score: float | None) -> dict[str, Any]:
    return {
        "instrument": one.series.instrument,
        "interval": duration_text(one.series.interval),
        "calendar": one.series.calendar,
        "bars": one.bars,
        "expected_bars": one.expected_bars,
        "completeness": one.completeness,
        "quality": score,
        "quiet_bars": one.quiet_bars,
        "suspect_bars": one.suspect_bars,
        "first": None if one.first is None else instant_text(one.first),
        "last": None if one.last is None else instant_text(one.last),
        "verdict": one.verdict,
        "assumed": list(one.assumed),
        "notes": list(one.notes),
        "checks": [
            {"check": each.check, "verdict": each.verdict, "findings": each.findings}
            | ({"reason": each.reason} if each.reason else {})
            for each in one.checks
        ],
    }


def finding_document(one: Finding) -> dict[str, Any]:
    """A finding, as every JSON of dq says it."""
    return {
        "check": one.check,
        "severity": one.severity,
        "instrument": one.series.instrument if one.series else None,
        "interval": duration_text(one.series.interval) if one.series else None,
        "start": instant_text(one.start),
        "end": instant_text(one.end),
        "count": one.count,
        "columns": list(one.columns),
        "cause": one.cause,
        "observed": one.observed,
        "expected": one.expected,
        "message": one.message,
        "evidence": asdict(one.evidence) if one.evidence else None,
    }


def _incident(one: Incident) -> dict[str, Any]:
    return {
        "id": one.id,
        "check": one.check,
        "cause": one.cause,
        "severity": one.severity,
        "state": one.state,
        "start": instant_text(one.start),
        "end": instant_text(one.end),
        "series": list(one.series),
        "findings": list(one.findings),
        "message": one.message,
    }


def error_document(one: RunError) -> dict[str, Any]:
    """Why dq could not tell, as every JSON of dq says it."""
    return {"kind": one.kind, "message": one.message, "hint": one.hint or None, "series": one.series}
