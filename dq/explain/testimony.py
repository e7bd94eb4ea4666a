"""What a second source says of missing bars: that it has them, or that it has none either."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.explain.gaps import Gaps
from dq.model import Int, Mask

MOST = 0.5  # share of the missing slots that the reference fills from which on they were lost


@dataclass(frozen=True, eq=False)
class Testimony:
    """What the reference says of each run of missing slots.

    Attributes:
        filled: how many of them it has; -1 where it says nothing, because it lacks the bars beside the run as well.
        lost: it has so many of them that nobody can say that there was no trade.
        nobody: it has the bars on both sides and none between.
    """

    filled: Int
    lost: Mask
    nobody: Mask


def testimony(gaps: Gaps) -> Testimony:
    """What the reference says of the runs; without one, nothing."""
    runs, theirs = gaps.runs, gaps.market.reference
    if theirs is None or len(theirs) == 0:
        nothing = np.zeros(len(runs), np.bool_)
        return Testimony(np.full(len(runs), -1), nothing, nothing)
    slots = gaps.market.slots
    numbers, held = slots.numbered(theirs.timestamp)
    known = numbers[held]
    known = known[np.append(True, known[1:] != known[:-1])[: len(known)]]
    first, stop = gaps.first, slots.number(runs["end"]) + 1
    filled = np.searchsorted(known, stop) - np.searchsorted(known, first)
    beside = _has(known, first - 1) & _has(known, stop)
    lost = (filled > 0) & (filled >= MOST * (stop - first))
    return Testimony(np.where(beside | (filled > 0), filled, -1), lost, beside & (filled == 0))


def _has(known: Int, numbers: Int) -> Mask:
    """Whether each number is among the ascending ones."""
    if len(known) == 0:
        return np.zeros(len(numbers), np.bool_)
    return np.asarray(known[np.minimum(np.searchsorted(known, numbers), len(known) - 1)] == numbers)
