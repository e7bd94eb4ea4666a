"""What a round says in numbers, one cadence's newest: as values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dq.explain.quality import run_score, series_scores
from dq.model import SECOND, Run, duration_text
from dq.serving.freshness import freshness
from dq.serving.names import VERDICTS
from dq.serving.told import Round

MOST = 1000  # series of a cadence that have numbers of their own: each costs the collector of metrics a series, too
Labels = tuple[str, ...]
Sample = tuple[Labels, float]


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest round of a cadence in numbers.

    Attributes:
        samples: name of a metric to its samples, without those of freshness.
        ages: instrument and interval to seconds of market time; only series of `samples`.
        names: instrument and interval of every series of the run that has numbers.
    """

    samples: Mapping[str, Sequence[Sample]]
    ages: Mapping[Labels, float]
    names: frozenset[Labels]


def newest(cadence: str, told: Round, last_success: int | None) -> Newest:
    """What a round says of the cadence of that name.

    Args:
        last_success: when the newest round began that could tell, microseconds UTC.
    """
    run = told.outcome.run
    shown = _shown(run)
    ages = {(name, duration_text(interval)): age for (name, interval), age in freshness(told.outcome).items()}
    found = Counter((cadence, one.check, one.severity) for one in run.findings)
    verdicts = Counter(one.verdict for one in run.series)
    samples: dict[str, list[Sample]] = {
        "dq_verdict": [((cadence, one), float(one == run.verdict)) for one in VERDICTS],
        "dq_series": [((cadence, one), float(verdicts[one])) for one in VERDICTS],
        "dq_series_left_out": [((cadence,), float(len(run.series) - len(shown)))],
        "dq_findings": [(labels, float(count)) for labels, count in found.items()],
        **_instants(cadence, told, last_success),
        **_scored(run, cadence),
    }
    if told.outcome.source_seconds is not None:
        samples["dq_source_seconds"] = [((cadence,), told.outcome.source_seconds)]
    for labels, values in shown.items():
        for name, value in values.items():
            samples.setdefault(name, []).append(((cadence, *labels), value))
    return Newest(samples, {one: age for one, age in ages.items() if one in shown}, frozenset(shown))


def _instants(cadence: str, told: Round, last_success: int | None) -> dict[str, list[Sample]]:
    instants = {
        "dq_last_run_timestamp_seconds": told.began,
        "dq_last_success_timestamp_seconds": last_success,
    }
    return {name: [((cadence,), at / SECOND)] for name, at in instants.items() if at is not None}


def _scored(run: Run, cadence: str) -> dict[str, list[Sample]]:
    score = run_score(run)
    return {} if score is None else {"dq_run_quality_score": [((cadence,), score)]}


def _shown(run: Run) -> dict[Labels, dict[str, float]]:
    """The numbers of each series, the worst MOST of them; a number that dq could not tell is left out."""
    rows: dict[Labels, dict[str, float]] = {}
    for one, score in zip(run.series, series_scores(run), strict=True):
        told = {"dq_bars": float(one.bars), "dq_completeness_ratio": one.completeness, "dq_quality_score": score}
        rows[one.series.instrument, duration_text(one.series.interval)] = {
            name: value for name, value in told.items() if value is not None
        }
    if len(rows) <= MOST:
        return rows
    worst = sorted(rows, key=lambda labels: rows[labels].get("dq_quality_score", -1.0))
    return {labels: rows[labels] for labels in worst[:MOST]}
