"""What many runs say together: how often dq could tell, how whole the bars were, how long runs took, series by series."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dq.history.records import RunRecord
from dq.history.tally import Tally
from dq.model import SEVERITIES

PERCENTILES = (50, 95, 99)
VERDICTS = ("pass", "fail", "unknown")


@dataclass(frozen=True, slots=True)
class SeriesFigures:
    """One series over several runs.

    Attributes:
        source: as runs name it.
        verdicts: pass, fail and unknown -> how many runs said so.
        last: the verdict of the newest run.
        owed, missing: slots, run by run; one that two windows share counts twice.
    """

    source: str
    name: str
    verdicts: Mapping[str, int]
    last: str
    owed: int
    missing: int
    findings: int

    @property
    def completeness(self) -> float | None:
        """Share of what was owed that was there, 0 to 1; None where nothing was owed."""
        return share(self.owed - self.missing, self.owed)

    @property
    def runs(self) -> int:
        """How many runs judged it."""
        return sum(self.verdicts.values())


@dataclass(frozen=True, slots=True)
class Figures:
    """Several runs together.

    Attributes:
        verdicts: pass, fail and unknown -> how many runs.
        told: share of runs that could tell, 0 to 1; None where there is no run.
        completeness: of all series in all runs, 0 to 1; None where nothing was owed.
        seconds: percentile -> run time: the shortest that so many percent of the runs did not exceed. Empty without runs.
        checks: check -> findings, most first.
        severities: severity -> findings.
        series: the worst first.
    """

    runs: int
    verdicts: Mapping[str, int]
    told: float | None
    completeness: float | None
    seconds: Mapping[int, float] = field(default_factory=dict)
    checks: Mapping[str, int] = field(default_factory=dict)
    severities: Mapping[str, int] = field(default_factory=dict)
    series: Sequence[SeriesFigures] = ()


def figures(runs: Sequence[RunRecord]) -> Figures:
    """The figures of those runs, which come oldest first."""
    series = _series(runs)
    verdicts = _verdicts(run.verdict for run in runs)
    owed = sum(one.owed for one in series)
    return Figures(
        runs=len(runs),
        verdicts=verdicts,
        told=share(len(runs) - verdicts["unknown"], len(runs)),
        completeness=share(owed - sum(one.missing for one in series), owed),
        seconds=percentiles([run.seconds for run in runs]),
        checks=dict(sum((Counter(run.checks) for run in runs), Counter()).most_common()),
        severities={name: sum(run.findings[name] for run in runs) for name in SEVERITIES},
        series=sorted(series, key=_worst_first),
    )


def percentiles(values: Sequence[float]) -> dict[int, float]:
    """Percentile to the smallest of the values that so many percent of them do not exceed; empty where there are none."""
    ranked = sorted(values)
    return {each: ranked[math.ceil(len(ranked) * each / 100) - 1] for each in PERCENTILES if ranked}


def share(part: int, whole: int) -> float | None:
    """`part` of `whole`, 0 to 1; None of nothing."""
    return part / whole if whole > 0 else None


def _series(runs: Iterable[RunRecord]) -> list[SeriesFigures]:
    told: dict[tuple[str, str], list[Tally]] = {}
    for run in runs:
        for one in run.series:
            told.setdefault((run.source, one.name), []).append(one)
    return [_together(source, name, lines) for (source, name), lines in told.items()]


def _together(source: str, name: str, lines: Sequence[Tally]) -> SeriesFigures:
    return SeriesFigures(
        source=source,
        name=name,
        verdicts=_verdicts(one.verdict for one in lines),
        last=lines[-1].verdict,
        owed=sum(max(one.owed, 0) for one in lines),
        missing=sum(one.missing for one in lines if one.owed > 0),
        findings=sum(one.findings for one in lines),
    )


def _verdicts(verdicts: Iterable[str]) -> dict[str, int]:
    return dict.fromkeys(VERDICTS, 0) | Counter(verdicts)


def _worst_first(one: SeriesFigures) -> tuple[object, ...]:
    """By the share of runs that failed, then of those that could not tell, then by what is missing, then by findings."""
    complete = 1.0 if one.completeness is None else one.completeness
    shares = (one.verdicts[verdict] / max(one.runs, 1) for verdict in ("fail", "unknown"))
    return *(-each for each in shares), complete, -one.findings, one.name, one.source
