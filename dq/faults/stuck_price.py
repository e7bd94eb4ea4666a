"""A price that stands still: a frozen feed, or bars that were filled forward."""

from typing import Any

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import idle, stretch, written
from dq.faults.site import Ground, Site
from dq.model import COLUMNS, PRICES, Bars, Int


def stuck_price(bars: Bars, row: int, *, length: int = 25, filled: bool = False) -> tuple[Bars, tuple[Injected, ...]]:
    """Write the bar before `row` over `length` rows.

    Args:
        filled: the bars are flat at its close and idle, as a source fills minutes that it lost; otherwise they repeat
            all of it, the volume too, as a feed does that sends its last bar again.

    Raises:
        ValueError: no bar stands before `row`.
    """
    stretch(bars, row - 1, length + 1)
    start, end = stretch(bars, row, length)
    if filled:
        values = {**dict.fromkeys(PRICES, float(bars.close[row - 1])), "volume": idle(bars, row)}
    else:
        values = {name: float(bars.column(name)[row - 1]) for name in COLUMNS}
    return written(bars, row, row + length, **values), (Injected("stuck_price", start, end, length),)


def room(ground: Ground) -> int:
    """Well beyond the longest repetition that is this series' habit."""
    habits = ground.market.habits
    return max(25, habits.repeats.longest(1e-9) + 5, habits.pauses.longest(1e-9) + 5)


def places(ground: Ground) -> Int:
    """Rows before and after which the price moves, so that the stretch that stands still begins and ends there."""
    length, close = room(ground), ground.bars.close
    rows = ground.rows(length)
    rows = rows[(rows > 1) & (rows + length < len(close))]
    moved = (close[rows - 1] != close[rows - 2]) & (close[rows + length] != close[rows - 1])
    return np.asarray(rows[moved])


def sized(site: Site) -> dict[str, Any]:
    """A feed that sends its last bar again, and bars that were filled forward."""
    return {"length": site.room, "filled": site.turn % 2 == 1}
