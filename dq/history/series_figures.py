"""What many runs say of each series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any

from dq.history.once import weights
from dq.history.records import RunRecord
from dq.model import HOUR, MINUTE, WEEK

VERDICTS = ("pass", "fail", "unknown")
STEPS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR, WEEK)
FIELDS = range(1, 7)  # of a tally, after its name
MOST = 30  # parts of a span: what a line of signs holds

Part = tuple[float | None, float | None]  # completeness (0 to 1) and quality (0 to 100); None where nobody knows


@dataclass(frozen=True, slots=True)
class Grid:
    """A span of time in equal parts, the last of which ends with it: `(since, until]`, microseconds UTC."""

    since: int
    until: int

    @property
    def step(self) -> int:
        """Microseconds: the shortest of a few round lengths that makes no more than 30 parts."""
        length = self.until - self.since
        return next((step for step in STEPS if length <= MOST * step), -(-length // MOST))

    def __len__(self) -> int:
        return max(-(-(self.until - self.since) // self.step), 1)

    def parts(self, instants: Iterable[int]) -> list[int]:
        """In which part each of those instants lies, from 0 on."""
        step, last = self.step, len(self) - 1
        return [min(max(last - (self.until - instant) // step, 0), last) for instant in instants]


@dataclass(frozen=True, slots=True)
class SeriesFigures:
    """One series over several runs.

    Attributes:
        source: as runs name it.
        verdicts: pass, fail and unknown -> how many runs said so.
        last: the verdict of the newest run.
        owed, missing: slots, each counted once however many runs looked at it (see `once`), hence not always whole.
        findings: run by run; one that two runs tell counts twice.
        quality: the mean score, 0 to 100, of the runs that have one; None where none has.
        ages: seconds of market time by which it was stale, of each run that could say.
        parts: of each part of the span, the oldest first.
    """

    source: str
    name: str
    verdicts: Mapping[str, int]
    last: str
    owed: float
    missing: float
    findings: int
    quality: float | None = None
    ages: Sequence[float] = ()
    parts: Sequence[Part] = ()

    @property
    def completeness(self) -> float | None:
        """Share of what was owed that was there, 0 to 1; None where nothing was owed."""
        return share(self.owed - self.missing, self.owed)

    @property
    def runs(self) -> int:
        """How many runs judged it."""
        return sum(self.verdicts.values())


def series_figures(runs: Sequence[RunRecord], grid: Grid) -> list[SeriesFigures]:
    """Every series of those runs, which come oldest first."""
    windows = [run.window for run in runs]
    parts = grid.parts(run.as_of for run in runs)
    weighed: dict[tuple[int, ...], list[float]] = {}  # most series of a source were judged by the same runs
    told = []
    for (source, name), (where, *columns) in _gathered(runs).items():
        if where not in weighed:
            weighed[where] = weights([windows[at] for at in where], grid.until - grid.since)
        told.append(_together(source, name, columns, weighed[where], [parts[at] for at in where], len(grid)))
    return told


def share(part: float, whole: float) -> float | None:
    """`part` of `whole`, 0 to 1; None of nothing."""
    return min(max(part / whole, 0.0), 1.0) if whole > 0 else None


def counts(verdicts: Iterable[str]) -> dict[str, int]:
    """Pass, fail and unknown -> how many."""
    return dict.fromkeys(VERDICTS, 0) | Counter(verdicts)


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of those values that are known; None of nothing."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _gathered(runs: Sequence[RunRecord]) -> dict[tuple[str, str], list[tuple[Any, ...]]]:
    """Source and name of each series -> the runs that judged it, in order, and what they said, column by column.

    Runs that judged the same series are turned over together, which takes a fifth of the time.
    """
    alike: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for at, run in enumerate(runs):
        alike.setdefault((run.source, tuple(run.lines[0])), []).append(at)
    told: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for (source, names), where in alike.items():
        columns = zip(*(zip(*(runs[at].lines[field] for at in where), strict=True) for field in FIELDS), strict=True)
        for name, own in zip(names, columns, strict=True):
            key, fresh = (source, name), [tuple(where), *own]
            told[key] = fresh if key not in told else _merged(told[key], fresh)
    return told


def _merged(first: Sequence[tuple[Any, ...]], second: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What two groups of runs say of one series, in the order of the runs."""
    rows = sorted(chain(zip(*first, strict=True), zip(*second, strict=True)), key=itemgetter(0))
    return list(zip(*rows, strict=True))


def _together(
    source: str,
    name: str,
    columns: Sequence[tuple[Any, ...]],
    weighed: Sequence[float],
    parts: Sequence[int],
    count: int,
) -> SeriesFigures:
    verdicts, owed, missing, findings, quality, ages = columns
    due = [max(each, 0) * weight for each, weight in zip(owed, weighed, strict=True)]
    lost = [each * weight if whole > 0 else 0.0 for each, weight, whole in zip(missing, weighed, due, strict=True)]
    return SeriesFigures(
        source=source,
        name=name,
        verdicts=counts(verdicts),
        last=verdicts[-1],
        owed=sum(due),
        missing=sum(lost),
        findings=sum(findings),
        quality=mean(quality),
        ages=[age for age in ages if age is not None],
        parts=_parts(parts, due, lost, quality, count),
    )


def _parts(
    parts: Sequence[int], due: Sequence[float], lost: Sequence[float], quality: Sequence[float | None], count: int
) -> list[Part]:
    sums = [[0.0, 0.0, 0.0, 0] for _ in range(count)]  # owed, missing, and of scores their sum and number
    for part, owed, missing, score in zip(parts, due, lost, quality, strict=True):
        one = sums[part]
        one[0] += owed
        one[1] += missing
        if score is not None:
            one[2] += score
            one[3] += 1
    return [(share(owed - missing, owed), scores / many if many else None) for owed, missing, scores, many in sums]
