"""What an entry found, as Great Expectations keeps results: plain values, which JSON can hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from dq.gx.words import as_kwargs, named, observed_words
from dq.model import Finding, instant_text
from dq.reports.json import error_document, finding_document
from dq.run.examination import Found
from dq.suites import Expectation

HARMLESS = "info"
SOME = 20  # findings that a result tells, unless its format says otherwise
ALL = "COMPLETE"


def outcome(entry: Expectation, found: Found, result_format: dict[str, Any]) -> dict[str, Any]:
    """Success, result and, where dq could not look, an exception of ours instead of a stack of calls.

    An entry of severity info always succeeds: its result tells what was found. What could not be looked at is no
    success, whatever the severity. What cannot be asked here (no second source, no such table) succeeds, and says so.
    """
    succeeded = not found.errors and (entry.severity == HARMLESS or not found.findings)
    told: dict[str, Any] = {"success": succeeded, "result": _result(entry, found, _most(result_format))}
    if found.errors:
        told["exception_info"] = {
            "raised_exception": True,
            "exception_message": " ".join(error_words(error_document(one)) for one in found.errors),
            "exception_traceback": "",
        }
    return told


def error_words(error: Mapping[str, Any]) -> str:
    """What is wrong, with which series, and what to do, as one line."""
    sentence = f"{named(error['series'], error['message']).rstrip('.')}."
    return " ".join(filter(None, (sentence, as_kwargs(error["hint"] or ""))))


def _most(result_format: dict[str, Any]) -> int | None:
    if result_format.get("result_format") == ALL:
        return None
    return int(result_format.get("partial_unexpected_count", SOME))


def _result(entry: Expectation, found: Found, most: int | None) -> dict[str, Any]:
    number = sum(one.count for one in found.findings)
    shown = found.findings[:most]
    return {
        "observed_value": observed_words(entry.check, found),
        "element_count": found.looked_at,
        "unexpected_count": number,
        "unexpected_percent": min(100.0 * number / found.looked_at, 100.0) if found.looked_at else 0.0,
        "partial_unexpected_list": [_line(one) for one in shown[:SOME]],
        "details": {
            "check": entry.check,
            "severity": entry.severity,
            "findings": [finding_document(one) for one in shown],
            "findings_in_all": len(found.findings),
            "causes": dict(Counter(one.cause for one in found.findings if one.cause)),
            "left_alone": dict(found.left),
            "not_checked": dict(found.unanswered),
            "errors": [error_document(one) for one in found.errors],
        },
    }


def _line(one: Finding) -> str:
    name = f" {one.series.name}" if one.series else ""
    return f"{instant_text(one.start)}{name}: {one.message}"
