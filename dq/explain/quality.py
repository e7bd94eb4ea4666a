"""One number for how far a series can be traded on: 0 to 100, made of four shares that people can recompute.

score = 100 × completeness × validity × freshness × gravity; docs/metrics.md tells each share, with examples.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from dq.checks import checks
from dq.model import SECOND, Finding, Run, SeriesVerdict

FRESH = 120 * SECOND  # of market time: an age up to which a series is as good as new; one bar, where bars are longer
STALE = "stale_series"
WEIGHTS = {"info": 0, "warning": 1, "critical": 2}  # how often a distrusted bar counts
GRAVITY = {"info": 1.0, "warning": 0.99, "critical": 0.89}  # of the worst finding, however small it is
STOPPED = 0.49  # at most, for the freshness of a series whose suite calls its age critical


def series_score(verdict: SeriesVerdict, findings: Iterable[Finding]) -> float | None:
    """The score of one series.

    Args:
        findings: of a run; those of other series, and of tables, say nothing here.

    Returns:
        0 to 100, 100 where nothing is wrong; None where dq could not tell.
    """
    answered = any(one.verdict != "not_checked" for one in verdict.checks) or not verdict.checks
    if verdict.verdict == "unknown" or verdict.expected_bars is None or not answered:
        return None
    own = [one for one in findings if one.series == verdict.series]
    present = 1.0 if verdict.completeness is None else max(verdict.completeness, 0.0)
    return 100.0 * present * _validity(verdict.bars, own) * _freshness(own) * _gravity(own)


def run_score(run: Run) -> float | None:
    """The score of a run: that of its worst series, less where a finding concerns none of them.

    Returns:
        0 to 100; None where some of it could not be told, or nothing was judged.
    """
    scores = series_scores(run)
    known = [one for one in scores if one is not None]
    if run.verdict == "unknown" or not known or len(known) < len(scores):
        return None
    return min(known) * _gravity([one for one in run.findings if one.series is None])


def series_scores(run: Run) -> list[float | None]:
    """The score of each series of a run, in its order."""
    own: dict[object, list[Finding]] = {}
    for one in run.findings:
        own.setdefault(one.series, []).append(one)
    return [series_score(one, own.get(one.series, ())) for one in run.series]


def score_text(score: float | None) -> str:
    """`80.1 of 100`; never rounded up: what is shown as 100 is 100."""
    if score is None or score == 100.0:
        return "not known" if score is None else "100 of 100"
    return f"{min(math.floor(score * 10 + 1e-9) / 10, 99.9):g} of 100"


def _validity(bars: int, findings: Sequence[Finding]) -> float:
    """The share of bars whose values nobody distrusts; a bar that two checks distrust counts twice."""
    distrusted = sum(WEIGHTS[one.severity] * one.count for one in findings if _is_of_bars(one.check))
    return max(0.0, 1.0 - distrusted / max(bars, 1))


def _is_of_bars(check: str) -> bool:
    """Whether its findings speak of bars that are there; what is missing lowers completeness already."""
    known = checks().get(check)
    return known is None or (known.of_bars and not known.slots)


def _freshness(findings: Sequence[Finding]) -> float:
    """1 up to FRESH, and then as much less as the newest bar is older."""
    share = 1.0
    for one in findings:
        if one.check == STALE and one.severity != "info" and one.series is not None:
            share = min(share, max(FRESH, one.series.interval) / (one.count * one.series.interval))
            share = min(share, STOPPED) if one.severity == "critical" else share
    return share


def _gravity(findings: Sequence[Finding]) -> float:
    return min((GRAVITY[one.severity] for one in findings), default=1.0)
