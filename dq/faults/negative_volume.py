"""Volumes below zero: running totals that were reset and subtracted."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.faults.site import Ground, Site
from dq.model import Bars, Market


def negative_volume(bars: Bars, row: int, *, length: int = 1) -> tuple[Bars, tuple[Injected, ...]]:
    """Turn the sign of `length` volumes; idle or unknown ones become −1."""
    start, end = stretch(bars, row, length)
    volume = bars.volume[row : row + length]
    negative = np.where(volume > 0, -volume, -1.0)
    return written(bars, row, row + length, volume=negative), (Injected("negative_volume", start, end, length),)


def not_applicable(bars: Bars, market: Market) -> str | None:
    return None if bool((bars.volume > 0).any()) else "no bar of this series has a volume above zero"


def room(ground: Ground) -> int:
    return 3


def sized(site: Site) -> dict[str, int]:
    """One bar, and runs of them."""
    return {"length": site.turn % site.room + 1}
