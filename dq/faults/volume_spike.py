"""A volume in the wrong unit, or a running total where the bar's own belongs."""

import math

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.faults.site import Ground, Site
from dq.model import Bars, Int, Market


def volume_spike(bars: Bars, row: int, *, size: float = 1e6) -> tuple[Bars, tuple[Injected, ...]]:
    """Multiply the volume of one row."""
    stamp, _ = stretch(bars, row, 1)
    return written(bars, row, row + 1, volume=float(bars.volume[row]) * size), (
        Injected("volume_spike", stamp, stamp, 1),
    )


def not_applicable(_bars: Bars, market: Market) -> str | None:
    return None if len(market.habits.turnover.usual) else "too few bars that trade to know what volume is usual"


def places(ground: Ground) -> Int:
    """Rows that trade."""
    rows = ground.rows(1)
    return np.asarray(rows[ground.bars.volume[rows] > 0])


def sized(site: Site) -> dict[str, float]:
    """Beyond 15 deviations, whatever traded there."""
    turnover = site.market.habits.turnover
    highest = float(np.nanmax(turnover.usual)) + 15 * max(turnover.sigma, 0.4)
    return {"size": math.exp(highest - math.log(float(site.bars.volume[site.row])))}
