"""The self-test as JSON: stable keys, every instant UTC."""

from __future__ import annotations

import json
from typing import Any

from dq.model import Finding, duration_text, instant_text
from dq.reports.json import error_document
from dq.trials.outcome import Outcome, Score, Trial

SCHEMA = "dq.selftest/1"


def render(outcome: Outcome) -> str:
    """The outcome as one JSON document."""
    document = {
        "schema": SCHEMA,
        "run": _run(outcome),
        "summary": {
            "injected": len(outcome.trials),
            "caught": len(outcome.trials) - len(outcome.missed),
            "exact": sum(one.exact for one in outcome.trials),
            "false_alarms": outcome.false_alarms,
        },
        "series": [{"instrument": one.instrument, "interval": duration_text(one.interval)} for one in outcome.series],
        "checks": [_score(one) for one in outcome.scores],
        "defects": [_trial(one) for one in outcome.trials],
        "errors": [error_document(one) for one in outcome.errors],
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _run(outcome: Outcome) -> dict[str, Any]:
    return {
        "as_of": instant_text(outcome.as_of),
        "window": {"start": instant_text(outcome.window.start), "end": instant_text(outcome.window.end)},
        "source": outcome.source,
        "suite": outcome.suite,
        "each": outcome.each,
        "seed": outcome.seed,
        "verdict": outcome.verdict,
        "exit_code": outcome.exit_code,
        "dq_version": outcome.dq_version,
        "seconds": outcome.seconds,
        "notes": list(outcome.notes),
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "check": score.check,
        "injected": len(score.trials),
        "caught": score.caught,
        "exact": score.exact,
        "false_alarms": score.false_alarms,
        "reason": score.reason or None,
    }


def _trial(one: Trial) -> dict[str, Any]:
    return {
        "check": one.check,
        "instrument": one.series.instrument,
        "interval": duration_text(one.series.interval),
        "start": instant_text(one.start),
        "end": instant_text(one.end),
        "what": one.what,
        "caught": one.caught,
        "exact": one.exact,
        "instead": one.instead or None,
        "false_alarms": [_finding(finding) for finding in one.false_alarms],
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "check": one.check,
        "severity": one.severity,
        "start": instant_text(one.start),
        "end": instant_text(one.end),
        "message": one.message,
    }
