"""What is usual for a series, learned from a sample of its bars."""

from __future__ import annotations

import numpy as np

from dq.checks.stuck_price import idle_at_one_price, repetitions
from dq.explain.grids import learn_grid
from dq.explain.nights import learn_nights
from dq.explain.spells import learn_spells
from dq.explain.turnover import learn_turnover
from dq.kernels import ROBUST, median
from dq.model import Float, Habits, Int, OrderedBars, Slots

CHUNK = 2048
CHUNKS = 16
FEWEST = 5  # moves; in a market that stands still, two of them are one bad print


def learn_habits(bars: OrderedBars, slots: Slots) -> Habits:
    """Habits from all bars of a short series, or from 16 stretches of 2,048 spread over a long one."""
    stretches = [bars.rows(start, start + CHUNK) for start in _starts(len(bars)).tolist()]
    sizes = np.concatenate([_moves(stretch) for stretch in stretches] or [np.zeros(0)])
    moving = sizes[sizes > 0]
    stamps = [stretch.timestamp for stretch in stretches]
    repeats = [repetitions(stretch) for stretch in stretches]
    return Habits(
        sigma=ROBUST * median(moving) if len(moving) >= FEWEST else np.nan,
        bars=sum(len(stretch) for stretch in stretches),
        repeats=learn_spells(repeats, stamps),
        pauses=learn_spells(
            [idle_at_one_price(*one) for one in zip(stretches, repeats, strict=True)], stamps, clustered=True
        ),
        idle=learn_spells([stretch.volume == 0 for stretch in stretches], stamps, clustered=True),
        grid=learn_grid(stretches),
        turnover=learn_turnover(stretches),
        nights=learn_nights(bars, slots),
    )


def _starts(count: int) -> Int:
    if count <= CHUNK * CHUNKS:
        return np.arange(0, count, CHUNK)
    return np.linspace(0, count - CHUNK, CHUNKS).astype(np.int64)


def _moves(bars: OrderedBars) -> Float:
    """Sizes of the moves from close to close, as shares of the price; those that are not finite left out."""
    with np.errstate(all="ignore"):
        moves = np.abs(np.diff(bars.close) / bars.close[:-1])
    return np.asarray(moves[np.isfinite(moves)])
