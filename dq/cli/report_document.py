"""The report as JSON has it, `report.schema.json` among the reports; the page for a browser is made of it, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dq.history import RunRecord
from dq.history.figures import Figures, Kind, percentiles
from dq.history.life_figures import LifeFigures
from dq.history.series_figures import SeriesFigures
from dq.model import SECOND, instant_text
from dq.reports.json import error_document

if TYPE_CHECKING:
    from dq.cli.reporting import Report

SCHEMA = "dq.report/1"


def document(report: Report) -> dict[str, Any]:
    """Shares are 0 to 1, scores 0 to 100, lengths of time seconds, instants UTC; what nobody knows is null."""
    told, grid, mine = report.told, report.grid, _scalars(report.told, report.lives)
    theirs = _scalars(report.before, report.lives_before)
    return {
        "schema": SCHEMA,
        "since": instant_text(grid.since),
        "until": instant_text(grid.until),
        "instruments": list(report.instruments),
        "runs": told.runs,
        "verdicts": dict(told.verdicts),
        **mine,
        "cycles": _cycles(told),
        "seconds": _percentiles(told.seconds),
        "staleness_seconds": _percentiles(told.ages),
        "stalest": told.stalest or None,
        "findings": {"severities": dict(told.severities), "checks": dict(told.checks)},
        "incidents": _incidents(report.lives),
        "messages": asdict(report.messages),
        "before": {"runs": report.before.runs, **theirs},
        "trends": {name: _difference(mine[name], theirs[name], report.before) for name in mine},
        **_lists(report),
    }


def _lists(report: Report) -> dict[str, Any]:
    return {
        "kinds": list(map(_kind, report.told.kinds)),
        "step_seconds": report.grid.step / SECOND,
        "parts": list(map(dict, report.told.parts)),
        "quality_parts": list(map(_number, report.told.scores)),
        "series": list(map(_series, report.told.series)),
        "newest": list(map(_run, report.newest)),
    }


def _scalars(told: Figures, lives: LifeFigures) -> dict[str, float | None]:
    """The figures that trends are told of."""
    return {
        "success_rate": told.told,
        "pass_rate": told.passed,
        "cycles_success_rate": told.cycles_succeeded,
        "completeness": told.completeness,
        "quality": _number(told.quality),
        "run_seconds_p95": told.seconds.get(95),
        "staleness_seconds_worst": told.ages.get(100),
        "incidents_opened": lives.opened,
    }


def _difference(now: float | None, then: float | None, before: Figures) -> float | None:
    """How much more it is than before; None where there is nothing to compare."""
    return None if now is None or then is None or not before.runs else _number(now - then)


def _cycles(told: Figures) -> dict[str, float | None] | None:
    return {"due": _number(told.cycles[0]), "failed": _number(told.cycles[1])} if told.cycles else None


def _incidents(lives: LifeFigures) -> dict[str, Any]:
    took = {"median": lives.median_seconds, "worst": lives.worst_seconds}
    counts = {name: getattr(lives, name) for name in ("opened", "resolved", "lasting", "own")}
    return {**counts, "lasting_severities": dict(lives.severities), "seconds_to_resolve": took}


def _kind(one: Kind) -> dict[str, Any]:
    shares = {"runs": one.runs, "success_rate": one.told, "seconds": _percentiles(one.seconds)}
    return {"cadence": one.cadence or None, "suite": one.suite, "window_seconds": one.window / SECOND, **shares}


def _series(one: SeriesFigures) -> dict[str, Any]:
    ages = percentiles(one.ages, (50, 95, 99, 100))
    return {
        "source": one.source,
        "name": one.name,
        "runs": one.runs,
        "verdicts": dict(one.verdicts),
        "last": one.last,
        "owed": _number(one.owed),
        "missing": _number(one.missing),
        "completeness": one.completeness,
        "quality": _number(one.quality),
        "findings": one.findings,
        "staleness_seconds": _percentiles(ages),
        "completeness_parts": [_number(complete) for complete, _ in one.parts],
        "quality_parts": [_number(quality) for _, quality in one.parts],
    }


def _run(run: RunRecord) -> dict[str, Any]:
    return {
        "id": run.id,
        "as_of": instant_text(run.as_of),
        "verdict": run.verdict,
        "seconds": run.seconds,
        "source": run.source,
        "cadence": run.cadence or None,
        "suite": run.suite,
        "findings": dict(run.findings),
        "errors": [error_document(error) for error in run.errors],
    }


def _percentiles(known: Mapping[int, float]) -> dict[str, float]:
    """`p50` … and `worst`; empty where there is nothing."""
    return {"worst" if each == 100 else f"p{each}": value for each, value in known.items()}


def _number(value: float | None) -> float | None:
    """Six digits after the point, whole ones without any: shares of slots leave dust."""
    if value is None:
        return None
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def spark_text(values: Sequence[float | None], signs: str) -> str:
    """Shares of 0 to 1 as a row of signs: the last of them is all, the first is nothing, a blank is not known."""
    most = len(signs) - 1
    return "".join(
        " " if each is None else signs[-1] if each >= 1 else signs[min(max(int(each * most), int(each > 0)), most - 1)]
        for each in values
    )
