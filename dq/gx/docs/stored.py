"""A result as Great Expectations keeps one: made by hand from what a run found, nothing is validated again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import great_expectations
from great_expectations.core.expectation_validation_result import (
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metadata_types import FailureSeverity

from dq.gx.docs.results import LOUD, Result
from dq.gx.docs.retired import hold_place
from dq.gx.rendering import PREFIX
from dq.model import CheckVerdict
from dq.reports.clocks import span_text
from dq.reports.json import finding_document
from dq.suites.words import counted

ROWS = 200  # findings of one check that a page lists
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Severities = Mapping[str, str]  # check -> the highest severity that a suite gives it


def stored(one: Result, severities: Severities) -> ExpectationSuiteValidationResult:
    """The result, with an entry for every check that was asked; those without an answer count neither way."""
    asked = in_order(one)
    entries = [_entry(one, each, severities) for each in asked]
    judged = [entry for entry, each in zip(entries, asked, strict=True) if answered(each)]
    passed, number = sum(bool(entry.success) for entry in judged), len(judged)
    return ExpectationSuiteValidationResult(
        success=one.verdict == "pass",
        results=entries,
        suite_name=one.suite,
        statistics={
            "evaluated_expectations": number,
            "successful_expectations": passed,
            "unsuccessful_expectations": number - passed,
            "success_percent": 100 * passed / number if number else None,
        },
        meta=_meta(one),
    )


def moment(instant: int) -> datetime:
    """Microseconds UTC as GX wants them."""
    return _EPOCH + timedelta(microseconds=instant)


def in_order(one: Result) -> list[CheckVerdict]:
    """The checks as pages list them: what failed, the worst first; what was not asked; what passed."""
    order, severities = {"fail": 0, "not_checked": 1, "pass": 2}, ("critical", "warning", "info")
    return sorted(one.checks, key=lambda each: (order.get(each.verdict, 1), severities.index(one.severity(each.check))))


def answered(asked: CheckVerdict) -> bool:
    """Whether the check could be asked."""
    return asked.verdict in {"pass", "fail"}


def unasked_text(asked: CheckVerdict) -> str:
    """`Not checked: the source has no order of arrival.`"""
    reason = asked.reason.strip().rstrip(".") or "no reason was kept"
    return f"Not checked: {reason}."


def _meta(one: Result) -> dict[str, Any]:
    run, at = one.run, moment(one.run.as_of)
    window = span_text(run.window.start, run.window.end)
    return {
        "great_expectations_version": great_expectations.__version__,
        "run_id": RunIdentifier(run_name=run.id, run_time=at),
        "validation_time": at.isoformat(),
        "checkpoint_name": "dq",
        "batch_spec": {"data_asset_name": one.asset, "source": run.source, "window": window},
    }


def _entry(one: Result, asked: CheckVerdict, severities: Severities) -> ExpectationValidationResult:
    """One check. Its severity is the worst of what it found; where it found nothing, what its suite would call it."""
    kind, found = f"{PREFIX}{asked.check}", asked.verdict == "fail"
    hold_place(kind)
    severity = one.severity(asked.check) if found else severities.get(asked.check, "info")
    return ExpectationValidationResult(
        success=asked.verdict == "pass" or (found and severity not in LOUD),
        result=_said(one, asked),
        meta={},
        expectation_config=ExpectationConfiguration(type=kind, kwargs={}, severity=FailureSeverity(severity), meta={}),
    )


def _said(one: Result, asked: CheckVerdict) -> dict[str, Any]:
    """What the renderers of our expectations read."""
    if not answered(asked):
        return {"observed_value": unasked_text(asked), "details": {"check": asked.check}}
    found = one.found.get(asked.check, ())
    number, bars = max(asked.findings, len(found)), sum(each.count for each in found)
    return {
        "observed_value": counted(number, "finding") if number else "no findings",
        "unexpected_count": bars,
        "details": {
            "check": asked.check,
            "findings": [finding_document(each) for each in found[:ROWS]],
            "findings_in_all": number,
        },
    }
