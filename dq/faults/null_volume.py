"""Volumes that are not there."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.faults.site import Ground, Site
from dq.model import Bars, Int


def null_volume(bars: Bars, row: int, *, length: int = 1) -> tuple[Bars, tuple[Injected, ...]]:
    """Blank the volume of `length` rows."""
    start, end = stretch(bars, row, length)
    return written(bars, row, row + length, volume=np.nan), (Injected("null_volume", start, end, length),)


def places(ground: Ground) -> Int:
    """Rows that have a volume."""
    rows = ground.rows(room(ground))
    blank = np.append(0, np.cumsum(~np.isfinite(ground.bars.volume)))
    return np.asarray(rows[blank[rows + room(ground)] == blank[rows]])


def room(ground: Ground) -> int:
    return 3


def sized(site: Site) -> dict[str, int]:
    """One bar, and runs of them."""
    return {"length": site.turn % site.room + 1}
