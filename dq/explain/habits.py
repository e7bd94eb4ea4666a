"""What is usual for a series, learned from a sample of its bars."""

from __future__ import annotations

import numpy as np

from dq.checks.stuck_price import repetitions
from dq.kernels import ROBUST, median, runs
from dq.model import Habits, Int, Mask, OrderedBars

CHUNK = 2048
CHUNKS = 16
DOUBT = 5.0  # runs that a small sample is taken to have seen end at once


def learn_habits(bars: OrderedBars) -> Habits:
    """Habits from all bars of a short series, or from 16 stretches of 2,048 spread over a long one."""
    stretches = [bars.rows(start, start + CHUNK) for start in _starts(len(bars)).tolist()]
    moves = [_moves(stretch) for stretch in stretches]
    lengths = np.concatenate([runs(repetitions(stretch))[1] for stretch in stretches] or [np.zeros(0, np.int64)])
    count = sum(len(stretch) for stretch in stretches)
    sizes = np.concatenate(moves) if moves else np.zeros(0)
    return Habits(
        sigma=ROBUST * median(sizes[sizes > 0]),
        repeat_begins=len(lengths) / max(count - int(lengths.sum()), 1),
        repeat_goes_on=(int((lengths > 1).sum()) + 0.5) / (len(lengths) + DOUBT),
        bars=count,
    )


def _starts(count: int) -> Int:
    if count <= CHUNK * CHUNKS:
        return np.arange(0, count, CHUNK)
    return np.linspace(0, count - CHUNK, CHUNKS).astype(np.int64)


def _moves(bars: OrderedBars) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Sizes of the moves from close to close, as shares of the price; those that are not finite left out."""
    with np.errstate(all="ignore"):
        moves = np.abs(np.diff(bars.close) / bars.close[:-1])
    known: Mask = np.isfinite(moves)
    return moves[known]
