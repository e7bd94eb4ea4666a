"""Prices that are not there: the rows of NULL that Yahoo sends for minutes it lost."""

from typing import Any

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.faults.site import Ground, Site
from dq.model import PRICES, Bars


def null_price(
    bars: Bars, row: int, *, length: int = 1, columns: tuple[str, ...] = PRICES
) -> tuple[Bars, tuple[Injected, ...]]:
    """Blank those price columns in `length` rows."""
    start, end = stretch(bars, row, length)
    blank = written(bars, row, row + length, **dict.fromkeys(columns, np.nan))
    return blank, (Injected("null_price", start, end, length),)


def room(ground: Ground) -> int:
    return 3


def sized(site: Site) -> dict[str, Any]:
    """Whole rows, then single columns; one bar, and runs of them."""
    columns = (PRICES, ("close",), ("high", "low"))[site.turn % 3]
    return {"columns": columns, "length": site.turn % site.room + 1}
