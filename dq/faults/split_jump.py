"""A split of shares for which the bars before were not adjusted."""

from typing import Any

import numpy as np

from dq.checks.split_jump import UNADJUSTED, not_checked
from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.faults.site import Ground, Site
from dq.levels import had_time
from dq.model import PRICES, Bars, Int, Market

RATIOS = (4.0, 0.1, 3.0)
NOWHERE = f"no session that begins inside this window has more than {UNADJUSTED} bars before it"


def split_jump(bars: Bars, row: int, *, ratio: float = 4.0) -> tuple[Bars, tuple[Injected, ...]]:
    """Divide the prices of `row` and of all rows after it.

    Raises:
        ValueError: no bar stands before `row`.
    """
    stretch(bars, row - 1, 2)
    at = int(bars.timestamp[row])
    prices = {name: bars.column(name)[row:] / ratio for name in PRICES}
    return written(bars, row, len(bars), **prices), (Injected("split_jump", at, at, 1),)


def not_applicable(bars: Bars, market: Market) -> str | None:
    if market.series.allow_non_positive:
        return "what may trade below zero has no shares to split"
    return not_checked(bars, market)


def places(ground: Ground) -> Int:
    """First bars of sessions, sound like those beside them, with so many before them that those are not distrusted."""
    stamps = ground.bars.timestamp
    rows = np.arange(UNADJUSTED + 1, len(stamps) - 2)
    near = np.logical_and.reduce([ground.sound[rows + step] for step in range(-2, 3)]) & ground.owned[rows]
    rows = rows[near]
    return np.asarray(rows[had_time(ground.market, stamps[rows - 1], stamps[rows])])


def sized(site: Site) -> dict[str, Any]:
    """Splits and mergers."""
    return {"ratio": RATIOS[site.turn % len(RATIOS)]}
