"""The ratios in which shares are split and merged."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dq.model import Float, Int

WHOLE = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 80)
BROKEN = ((3, 2), (5, 2), (7, 2), (4, 3), (5, 3), (5, 4), (7, 4), (7, 5), (8, 5))
_MANY = np.array([*WHOLE, *(many for many, _ in BROKEN)])
_FEW = np.array([1] * len(WHOLE) + [few for _, few in BROKEN])
_RATIOS = np.log(_MANY / _FEW)
NIGHTS = 3.0  # usual nights that a move may be off a ratio
CLOSEST = 0.02  # … and what it may be off at least, since a calm market has a lively night now and then
WIDEST, FAR = 0.025, 0.05  # … and at most: no market halves in a calm night, still less does it lose two thirds
LARGE, FARTHEST = 5, 0.1  # a share that falls to a fifth overnight was split, whatever the night brought besides
EXOTIC = 0.005  # how far one to three and more may be off
SMALLEST = float(np.log(1.2))  # a split's ratio is 5:4 or more


class Ratio(NamedTuple):
    """The nearest ratio of a split for each move: its larger and its smaller number, and how far off the move is."""

    many: Int
    few: Int
    off: Float


def nearest_split(moves: Float) -> Ratio:
    """The split's ratio that is nearest to each move, given as logarithms of a ratio of prices."""
    off = np.abs(np.abs(moves)[:, None] - _RATIOS)
    nearest = off.argmin(axis=1)
    return Ratio(_MANY[nearest], _FEW[nearest], off[np.arange(len(moves)), nearest])


def allowed(many: int, few: int, night: float) -> float:
    """How far a move may be off that ratio: the more exotic it is, the closer the move must be."""
    if few > 2:
        return EXOTIC
    if many >= LARGE:
        return FARTHEST / few
    return float(np.clip(NIGHTS * night, CLOSEST, FAR if few == 1 and many > 2 else WIDEST)) / few
