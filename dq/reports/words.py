"""Words that every report shares: numbers, shares and verdicts, as people write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, isnan
from typing import Any

from dq.model import Evidence, Incident, Run
from dq.suites.words import counted


def number_text(number: float) -> str:
    """The shortest digits that mean exactly this number, in groups of three: `25,431.25`; NaN is `no value`."""
    number = float(number)
    if isnan(number):
        return "no value"
    if not isfinite(number) or (number and not 1e-12 < abs(number) < 1e15):
        return repr(number).replace("inf", "infinity")
    from numpy import format_float_positional

    whole, _, part = format_float_positional(number, trim="-").partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-') or 0):,}" + (f".{part}" if part else "")


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
