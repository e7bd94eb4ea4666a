"""What nights are usual around one of them: whether a move while the market was shut is out of all proportion."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dq.kernels import median
from dq.levels.closures import Nights, night_moves, night_places
from dq.model import Float, Int, Market
from dq.prints import Prints

AROUND = 10  # nights on either side that are looked at
STEADY = 3.0  # spreads beyond which a night's move is one that every night makes: a frozen row repeats its own
FEW = 4  # nights on one side that are too few to be judged by themselves


def nights_of(prints: Prints, market: Market) -> Nights:
    """All closures between the prints of a whole series."""
    places = night_places(prints.stamps, market.series.interval, market.sessions)
    return night_moves(prints, places)


class Usual(NamedTuple):
    """What a night moves around a place, as logarithms of a ratio.

    Attributes:
        centre: what it moves as a rule; 0 unless that is far more than it strays.
        spread: root mean square of what it strays, the largest left out, so that one wild night does not hide another.
        tail: the same with the largest.
    """

    centre: float
    spread: float
    tail: float


def usual_night(nights: Nights, place: int, by_bars: float) -> Usual:
    """Ten nights on either side of a place: of its two sides the wilder one.

    Where too few were seen, the spread is at least what the bars of a session move in all.

    Args:
        by_bars: sigma of the moves from bar to bar times the square root of the bars of a session.
    """
    before = np.searchsorted(nights.places, place)
    after = np.searchsorted(nights.places, place, side="right")
    sides = [nights.moves[max(before - AROUND, 0) : before], nights.moves[after : after + AROUND]]
    long = [_usual(side) for side in sides if len(side) >= FEW]
    if long:
        return max(long, key=lambda usual: usual.spread)
    few = _usual(np.concatenate(sides))
    return Usual(0.0, max(few.spread, by_bars), max(few.tail, by_bars))


def _usual(moves: Float) -> Usual:
    if len(moves) == 0:
        return Usual(0.0, 0.0, 0.0)
    centre = median(moves)
    steady = _root_mean_square(np.sort(np.abs(moves - centre))[:-1])
    if not abs(centre) > STEADY * steady:
        centre = 0.0
    sizes = np.sort(np.abs(moves - centre))
    return Usual(centre, _root_mean_square(sizes[:-1] if len(sizes) > 2 else sizes), _root_mean_square(sizes))


def _root_mean_square(sizes: Float) -> float:
    return float(np.sqrt((sizes * sizes).mean())) if len(sizes) else 0.0


def usual_range(prints: Prints, nights: Nights, place: int) -> float:
    """The median range of the bars after the nights around a place, as a logarithm of high ÷ low."""
    at = np.searchsorted(nights.places, place)
    near: Int = nights.places[max(at - AROUND, 0) : at + AROUND + 1]
    near = near[near != place]
    return median(np.log(prints.high[near] / prints.low[near])) if len(near) else 0.0
