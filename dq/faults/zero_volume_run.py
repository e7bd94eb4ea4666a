"""Volume that stays at zero while prices go on: the feed of trades has died."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.faults.site import Ground, Site
from dq.model import Bars, Int, Market


def zero_volume_run(bars: Bars, row: int, *, length: int = 25) -> tuple[Bars, tuple[Injected, ...]]:
    """Write 0 over the volume of `length` rows."""
    start, end = stretch(bars, row, length)
    return written(bars, row, row + length, volume=0.0), (Injected("zero_volume_run", start, end, length),)


def not_applicable(_bars: Bars, market: Market) -> str | None:
    return None if market.habits.turnover.traded > 0 else "this series has no volume"


def room(ground: Ground) -> int:
    """Well beyond the longest idle run that is this series' habit."""
    return max(25, ground.market.habits.idle.longest(1e-9) + 5)


def places(ground: Ground) -> Int:
    """Rows where bars that trade stand before and after, at a time of day at which the market does not sleep."""
    length, volume, idle = room(ground), ground.bars.volume, ground.market.habits.idle
    rows = ground.rows(length)
    rows = rows[(rows > 0) & (rows + length < len(volume))]
    rows = rows[(volume[rows - 1] > 0) & (volume[rows + length] > 0)]
    awake = idle.chances(ground.bars.timestamp, rows, np.full(len(rows), length)) < np.log(1e-8)
    return np.asarray(rows[awake])


def sized(site: Site) -> dict[str, int]:
    return {"length": site.room}
