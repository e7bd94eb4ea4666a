"""Words that every report shares: numbers, shares and verdicts, as people write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, isnan
from typing import Any

from dq.model import DAY, SEVERITIES, Evidence, Finding, Incident, Run
from dq.reports.clocks import local_text, stamps_text
from dq.suites.words import counted, listed


def number_text(number: float) -> str:
    """The shortest digits that mean exactly this number, in groups of three: `25,431.25`; NaN is `no value`."""
    number = float(number)
    if isnan(number):
        return "no value"
    if not isfinite(number) or (number and not 1e-12 < abs(number) < 1e15):
        return repr(number).replace("inf", "infinity")
    whole, _, part = _positional(number).partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-') or 0):,}" + (f".{part}" if part else "")


def _positional(number: float) -> str:
    """The shortest digits, without an exponent; numpy takes ten times as long as Python, which writes small ones so."""
    short = repr(number)
    if "e" not in short:
        return short.removesuffix(".0")
    from numpy import format_float_positional

    return format_float_positional(number, trim="-")


def percent_text(share: float) -> str:
    """A share of 0 to 1 in percent; never rounded up to `100 %` or down to `0 %`: `99.9 %` is what stays below."""
    percent = share * 100
    if 0 < percent < 0.1:
        return "under 0.1 %"
    rounded = min(round(percent, 1), 99.9) if percent < 100 else percent
    return f"{rounded:g} %"


def value_text(value: Any) -> str:
    """What was observed or expected, in words; empty for None."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {value_text(one)}" for name, one in value.items())
    if isinstance(value, Sequence):
        return ", ".join(value_text(one) for one in value)
    try:
        return number_text(float(value))
    except (TypeError, ValueError):
        return str(value)


def evidence_text(evidence: Evidence | None) -> str:
    """`41 sigmas, 120 ticks, 3.2 %; came back`; empty where nothing is known."""
    if evidence is None:
        return ""
    far = []
    if evidence.sigmas is not None:
        far.append(_so_many(f"{evidence.sigmas:,.{'3g' if abs(evidence.sigmas) < 1000 else '0f'}}", "sigma"))
    if evidence.ticks is not None:
        far.append(_so_many(number_text(round(evidence.ticks, 2)), "tick"))
    if evidence.percent is not None:
        far.append(f"{number_text(float(f'{evidence.percent:.3g}'))} %")
    back = {None: "", True: "came back", False: "did not come back"}[evidence.came_back]
    return "; ".join(filter(None, (", ".join(far), back)))


def finding_text(finding: Finding, zone: str) -> str:
    """`critical  2026-03-12 14:19 UTC (09:19 Chicago)  The high of … (41 sigmas)`, on the clocks of that zone, too."""
    told, local = stamps_text(finding.series, finding.start, finding.end, zone)
    evidence = evidence_text(finding.evidence)
    when = f"{told} ({local})" if local else told
    return f"{finding.severity}  {when}  {finding.message}" + (f" ({evidence})" if evidence else "")


def at_or_above(severity: str, least: str) -> bool:
    """Whether a severity is that of `--fail-on`, or a higher one; none is where it is `never`."""
    return least in SEVERITIES and SEVERITIES.index(severity) >= SEVERITIES.index(least)


def _so_many(number: str, noun: str) -> str:
    return f"{number} {noun}" if number == "1" else f"{number} {noun}s"


def zone_of(run: Run, instrument: str) -> str:
    """The zone of that instrument's market; UTC where the run does not know it."""
    return next((one.zone for one in run.series if one.series.instrument == instrument), "UTC")


def headline(run: Run) -> str:
    """The verdict in words: `3 incidents in 2 of 5 series`, `All clean: 5 series, 1,240 bars`, `Could not tell`."""
    open_ones = [one for one in run.incidents if one.state != "resolved" and one.severity != "info"]
    sick = {run.findings[at].series for one in open_ones for at in one.findings} - {None}
    told = ""
    if open_ones:
        told = counted(len(open_ones), "incident")
        told += f" in {len(sick):,} of {counted(len(run.series), 'series')}" if sick else ""
    elif run.verdict == "fail":
        told = counted(len(run.findings), "finding")
    if run.verdict == "unknown":
        judged = told or f"{counted(len(run.series), 'series')} judged and clean as far as asked" if run.series else ""
        return f"Could not tell everything; {judged}" if judged else "Could not tell"
    if told:
        return told
    return f"All clean: {counted(len(run.series), 'series')}, {counted(run.bars, 'bar')}"


def worst_first(incidents: Sequence[Incident]) -> list[Incident]:
    """Resolved ones last; otherwise by severity, then the oldest first."""
    rank = {"critical": 0, "warning": 1, "info": 2}
    return sorted(incidents, key=lambda one: (one.state == "resolved", rank.get(one.severity, 3), one.start, one.id))


def names_of(one: Incident, run: Run) -> str:
    """The series that an incident concerns, or what else it does."""
    series = [run.findings[at].series for at in one.findings]
    names = dict.fromkeys(each.name for each in series if each is not None)
    return listed(list(names), 3) or ("the collector" if run.findings[one.findings[0]].subject else "the table")


def when_of(one: Incident, run: Run) -> str:
    """Since and until in UTC; on the market's clock too where that was or will be changed within days."""
    zone = zone_of(run, one.series[0]) if one.series else "UTC"
    series = next((run.findings[at].series for at in one.findings), None)
    told, local = stamps_text(series, one.start, one.end, zone)
    offsets = {local_text(at, zone)[-4:] for at in (one.start - 3 * DAY, one.start, one.start + 3 * DAY)}
    return told if len(offsets) == 1 or not local else f"{told} ({local})"


def bracketed(cause: str | None) -> str:
    """A cause beside its check; `unknown` says nothing that the sentence does not."""
    return f" [{cause}]" if cause and cause != "unknown" else ""
