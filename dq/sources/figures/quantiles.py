"""Percentiles: of values, and of the buckets of a histogram."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

P95 = 0.95


def of_values(values: Sequence[float]) -> float:
    """The smallest of the values that 95 % of them do not exceed; there must be one."""
    ordered = sorted(values)
    return ordered[math.ceil(P95 * len(ordered)) - 1]


def of_buckets(cumulative: Mapping[float, float]) -> tuple[float, bool] | None:
    """The 95th percentile, interpolated in its bucket as Prometheus does it.

    Args:
        cumulative: upper bound -> how many observations it and all buckets below it hold; the last bound infinite.

    Returns:
        The percentile, and whether the true one is higher because the last finite bound lies below it; None where
        nothing was observed, or no bound is finite.
    """
    bounds = sorted(cumulative)
    if len(bounds) < 2 or not math.isinf(bounds[-1]):
        return None
    counts, most = [], 0.0
    for bound in bounds:  # buckets are read one after the other while the collector counts: they never decrease
        most = max(most, cumulative[bound])
        counts.append(most)
    if not counts[-1] > 0:
        return None
    rank = P95 * counts[-1]
    at = next(at for at, count in enumerate(counts) if count >= rank)
    if at == len(bounds) - 1:
        return bounds[-2], True
    below, least = (counts[at - 1], bounds[at - 1]) if at else (0.0, min(0.0, bounds[0]))
    return least + (bounds[at] - least) * (rank - below) / (counts[at] - below), False
