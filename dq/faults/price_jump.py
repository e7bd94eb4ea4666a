"""The seam of two contracts or sources: from one bar to the next the level is another, and no time passed."""

from typing import Any

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.faults.site import Ground, Site
from dq.levels import closures
from dq.model import PRICES, Bars, Int, Market

SIGMAS, RANGES = 30.0, 6.0
LEAST = 1e-3  # of the price
SIDE = 4  # bars on either side that follow one another
NOWHERE = f"no {2 * SIDE} bars that traded follow one another inside this window"


def price_jump(bars: Bars, row: int, *, size: float = 0.02) -> tuple[Bars, tuple[Injected, ...]]:
    """Lift the prices of `row` and of all rows after it by the share `size` of them; below zero they fall.

    Raises:
        ValueError: no bar stands before `row`.
    """
    stretch(bars, row - 1, 2)
    at = int(bars.timestamp[row])
    lift = size * float(bars.close[row - 1])
    prices = {name: bars.column(name)[row:] + lift for name in PRICES}
    return written(bars, row, len(bars), **prices), (Injected("price_jump", at, at, 1),)


def not_applicable(bars: Bars, market: Market) -> str | None:
    if not market.habits.sigma > 0:
        return "the price never moves"
    if market.series.daily and len(closures(market.sessions, market.series.interval)):
        return "the market is closed between any two of these bars, so each may open anywhere"
    return None


def room(ground: Ground) -> int:
    return 2 * SIDE


def places(ground: Ground) -> Int:
    """Bars in the middle of sound ones, behind one that traded."""
    rows = ground.rows(room(ground)) + SIDE
    bars = ground.bars
    return np.asarray(rows[(bars.volume[rows - 1] > 0) | (bars.high[rows - 1] > bars.low[rows - 1])])


def sized(site: Site) -> dict[str, Any]:
    """Far out for this market at this hour, upwards: downwards a price could come too near to zero."""
    close = abs(float(site.bars.close[max(site.row - 1, 0)]))
    return {"size": max((SIGMAS * site.sigma + RANGES * site.span + 2 * site.tick) / close, LEAST)}
