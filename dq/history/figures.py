"""What many runs say together: how often dq could tell, how whole and how fresh the bars were, how long runs took."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from statistics import median

from dq.history.once import weights
from dq.history.records import RunRecord
from dq.history.series_figures import Grid, SeriesFigures, counts, mean, series_figures, share
from dq.model import SEVERITIES

PERCENTILES = (50, 95, 99)


@dataclass(frozen=True, slots=True)
class Kind:
    """Runs that look alike: of one cadence, or of one suite over windows of about one length (the median, microseconds)."""

    cadence: str
    suite: str
    window: int
    runs: int
    told: float | None
    seconds: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Figures:
    """Several runs together.

    Attributes:
        verdicts: pass, fail and unknown -> how many runs.
        completeness: of all series, 0 to 1, each slot counted once; None where nothing was owed.
        quality: the mean score of the runs that have one, 0 to 100; None where none has.
        cycles: of the collector, how many were due and how many failed, each counted once; None where no run counted.
        seconds: percentile -> run time: the shortest that so many percent of the runs did not exceed. Empty without runs.
        ages: percentile -> seconds of market time by which series were stale, over all series and runs; 100 is the worst.
        stalest: the series that was the worst of them; "" where none was stale.
        checks: check -> findings, most first.
        severities: severity -> findings.
        kinds: the most frequent first.
        series: the worst first.
        parts: verdicts of the runs in each part of the span, the oldest first; scores: their mean score there, or None.
    """

    verdicts: Mapping[str, int]
    completeness: float | None
    quality: float | None = None
    cycles: tuple[float, float] | None = None
    seconds: Mapping[int, float] = field(default_factory=dict)
    ages: Mapping[int, float] = field(default_factory=dict)
    stalest: str = ""
    checks: Mapping[str, int] = field(default_factory=dict)
    severities: Mapping[str, int] = field(default_factory=dict)
    kinds: Sequence[Kind] = ()
    series: Sequence[SeriesFigures] = ()
    parts: Sequence[Mapping[str, int]] = ()
    scores: Sequence[float | None] = ()

    @property
    def runs(self) -> int:
        return sum(self.verdicts.values())

    @property
    def could_tell(self) -> int:
        return self.runs - self.verdicts["unknown"]

    @property
    def told(self) -> float | None:
        """Share of runs that could tell, 0 to 1; None where there is no run."""
        return share(self.could_tell, self.runs)

    @property
    def passed(self) -> float | None:
        """Share of runs with verdict pass among those that could tell, 0 to 1; None where none could."""
        return share(self.verdicts["pass"], self.could_tell)

    @property
    def cycles_succeeded(self) -> float | None:
        """Share of the collector's cycles without an error in its log, 0 to 1; None where it is not known."""
        return share(self.cycles[0] - self.cycles[1], self.cycles[0]) if self.cycles else None


def figures(runs: Sequence[RunRecord], grid: Grid) -> Figures:
    """The figures of the runs of that span, which come oldest first."""
    series = series_figures(runs, grid)
    owed = sum(one.owed for one in series)
    parted = _parts(runs, grid)
    stalest = max(series, key=lambda one: max(one.ages, default=0.0), default=None)
    return Figures(
        verdicts=counts(run.verdict for run in runs),
        completeness=share(owed - sum(one.missing for one in series), owed),
        quality=mean(run.quality for run in runs),
        cycles=_cycles(runs, grid.until - grid.since),
        seconds=percentiles([run.seconds for run in runs]),
        ages=percentiles(list(chain.from_iterable(one.ages for one in series)), (*PERCENTILES, 100)),
        stalest=stalest.name if stalest and max(stalest.ages, default=0.0) else "",
        checks=dict(sum((Counter(run.checks) for run in runs), Counter()).most_common()),
        severities={name: sum(run.findings[name] for run in runs) for name in SEVERITIES},
        kinds=_kinds(runs),
        series=sorted(series, key=_worst_first),
        parts=[counts(run.verdict for run in own) for own in parted],
        scores=[mean(run.quality for run in own) for own in parted],
    )


def percentiles(values: Sequence[float], asked: Iterable[int] = PERCENTILES) -> dict[int, float]:
    """Percentile to the smallest of the values that so many percent of them do not exceed; empty where there are none."""
    ranked = sorted(values)
    return {each: ranked[math.ceil(len(ranked) * each / 100) - 1] for each in asked if ranked}


def _cycles(runs: Sequence[RunRecord], longest: int) -> tuple[float, float] | None:
    """The cycles of every source, weighed as bars are."""
    sums, counted = [0.0, 0.0], False
    for source in {run.source for run in runs if run.cycles is not None}:
        own = [run for run in runs if run.source == source and run.cycles is not None]
        for run, weight in zip(own, weights([run.window for run in own], longest), strict=True):
            due, failed = run.cycles or (0, 0)
            sums[0] += due * weight
            sums[1] += failed * weight
            counted = True
    return (sums[0], sums[1]) if counted else None


def _kinds(runs: Sequence[RunRecord]) -> list[Kind]:
    alike: dict[tuple[str, str, int], list[RunRecord]] = {}
    for run in runs:
        length = 0 if run.cadence else _length(run).bit_length()  # a cadence looks further back after an outage
        alike.setdefault((run.cadence, run.suite, length), []).append(run)
    kinds = [_kind(cadence, suite, own) for (cadence, suite, _), own in alike.items()]
    return sorted(kinds, key=lambda kind: (-kind.runs, kind.cadence, kind.suite))


def _kind(cadence: str, suite: str, runs: Sequence[RunRecord]) -> Kind:
    told = share(sum(run.verdict != "unknown" for run in runs), len(runs))
    length = int(median(map(_length, runs)))
    return Kind(cadence, suite, length, len(runs), told, percentiles([run.seconds for run in runs]))


def _length(run: RunRecord) -> int:
    return run.window.end - run.window.start


def _parts(runs: Sequence[RunRecord], grid: Grid) -> list[list[RunRecord]]:
    """The runs of each part of the span."""
    parted: list[list[RunRecord]] = [[] for _ in range(len(grid))]
    for run, part in zip(runs, grid.parts(run.as_of for run in runs), strict=True):
        parted[part].append(run)
    return parted


def _worst_first(one: SeriesFigures) -> tuple[object, ...]:
    """By the share of runs that failed, then of those that could not tell, then by what is missing, then by findings."""
    complete = 1.0 if one.completeness is None else one.completeness
    shares = (one.verdicts[verdict] / max(one.runs, 1) for verdict in ("fail", "unknown"))
    return *(-each for each in shares), complete, -one.findings, one.name, one.source
