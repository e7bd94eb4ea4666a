"""The report for a terminal: figures with arrows, then tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dq.cli.report_document import document
from dq.cli.report_tables import checks_table, kinds_table, runs_table, series_table
from dq.cli.tables import sentence_text
from dq.cli.terminal import signs
from dq.model import SECOND, SEVERITIES, duration_text
from dq.reports.clocks import span_text
from dq.reports.words import percent_text
from dq.suites.words import counted, length_text, listed

if TYPE_CHECKING:
    from dq.cli.reporting import Report

INDENT = 14
UNKNOWN_CYCLES = (
    "not known: no run counted the collector's cycles (they need `cycle` under [collector] and a suite"
    " that asks for failed_cycle)"
)


def text_lines(report: Report) -> Iterator[str]:
    """The lines of a report on at least one run."""
    told = document(report)
    of = f" of {listed(report.instruments)}" if report.instruments else ""
    yield sentence_text(f"{counted(told['runs'], 'run')}{of} as of {span_text(report.grid.since, report.grid.until)}")
    yield ""
    for name, text in _figures(told).items():
        yield sentence_text(text, lead=name, indent=INDENT)
    yield sentence_text(_compared(told, report.grid.until - report.grid.since), lead="arrows", indent=INDENT)
    for table in (checks_table(told), kinds_table(told), series_table(told), runs_table(told)):
        if table:
            yield ""
            yield table


def _figures(told: Mapping[str, Any]) -> dict[str, str]:
    could = told["runs"] - told["verdicts"]["unknown"]
    passed = f"{told['verdicts']['pass']:,} of {counted(could, 'run')} that could tell, {_percent(told['pass_rate'])}"
    counts = told["findings"]["severities"]
    found = ", ".join(f"{counts[name]:,} {name}" for name in reversed(SEVERITIES) if counts.get(name))
    return {
        "incidents": _incidents(told["incidents"]) + _arrow(told, "incidents_opened"),
        "could tell": f"{could:,} of {counted(told['runs'], 'run')}, {_percent(told['success_rate'])}"
        + _arrow(told, "success_rate"),
        "passed": (passed if could else "no run could tell") + _arrow(told, "pass_rate"),
        "cycles": _cycles(told),
        "completeness": _percent(told["completeness"]) + _arrow(told, "completeness"),
        "freshness": _freshness(told) + _arrow(told, "staleness_seconds_worst"),
        "quality": _quality(told) + _arrow(told, "quality"),
        "run time": ", ".join(f"{each} {value:.3g} s" for each, value in told["seconds"].items())
        + _arrow(told, "run_seconds_p95"),
        "alerts": _alerts(told["messages"]),
        "findings": found or "none",
    }


def _cycles(told: Mapping[str, Any]) -> str:
    if told["cycles"] is None:
        return UNKNOWN_CYCLES
    due, failed = (told["cycles"][name] for name in ("due", "failed"))
    share = _percent(told["cycles_success_rate"]) if due else "none was due"
    return f"{due - failed:,.0f} of {due:,.0f} of the collector's without an error, {share}" + _arrow(
        told, "cycles_success_rate"
    )


def _freshness(told: Mapping[str, Any]) -> str:
    ages = told["staleness_seconds"]
    if not ages:
        return "not known: no run asked how old the newest bars are"
    worst = f" ({told['stalest']})" if told["stalest"] else ""
    return f"stale by p95 {seconds_text(ages['p95'])}, at worst {seconds_text(ages['worst'])} of market time{worst}"


def _quality(told: Mapping[str, Any]) -> str:
    return "not known" if told["quality"] is None else f"{told['quality']:.1f} of 100"


def _incidents(told: Mapping[str, Any]) -> str:
    worst = ", ".join(f"{told['lasting_severities'][name]:,} {name}" for name in lasting_severities(told))
    lasting = f"{told['lasting']:,} {'lasts' if told['lasting'] == 1 else 'last'}{f' ({worst})' if worst else ''}"
    counts = f"{lasting}, {told['opened']:,} opened, {told['resolved']:,} resolved"
    took = told["seconds_to_resolve"]
    if took["median"] is None:
        return counts
    return f"{counts}; resolved after {seconds_text(took['median'])} (median), {seconds_text(took['worst'])} (worst)"


def lasting_severities(incidents: Mapping[str, Any]) -> list[str]:
    """The severities of incidents that last, the worst first."""
    return [name for name in reversed(SEVERITIES) if incidents["lasting_severities"].get(name)]


def _alerts(told: Mapping[str, Any]) -> str:
    error = f", the last of which failed: {told['error']}" if told["error"] else ""
    return f"{told['sent']:,} sent, {told['pending']:,} pending{error}"


def _arrow(told: Mapping[str, Any], name: str) -> str:
    """How it differs from the span before, in brackets; nothing where that is not known."""
    difference = told["trends"][name]
    if difference is None:
        return ""
    up, down, same = list(signs("↑↓=", "+-="))
    text = _size(name, abs(difference))
    return f" ({same})" if text is None else f" ({up if difference > 0 else down} {text})"


def _size(name: str, difference: float) -> str | None:
    """A difference in the unit of its figure; None where it is too small to be told."""
    if name.endswith("_rate") or name == "completeness":
        points = round(difference * 100, 2)
        return f"{points:g} points" if points else None
    if name == "incidents_opened":
        return f"{difference:g}" if difference else None
    if name == "quality":
        return f"{difference:.1f}" if difference >= 0.05 else None
    if name == "run_seconds_p95":
        return f"p95 {difference:.2g} s" if difference >= 0.001 else None
    return seconds_text(difference) if difference else None


def _compared(told: Mapping[str, Any], length: int) -> str:
    many = told["before"]["runs"]
    span = duration_text(length)
    return f"against the {span} before: {counted(many, 'run')}" if many else f"none: no run in the {span} before"


def seconds_text(seconds: float) -> str:
    """`45 s`, `21 min`, `3 d 4 h`."""
    return length_text(round(seconds * SECOND))


def _percent(share: float | None) -> str:
    return "nothing was owed" if share is None else percent_text(share)
