"""Prices that are not there: the rows of NULL that Yahoo sends for minutes it lost."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.model import PRICES, Bars


def null_price(
    bars: Bars, row: int, *, length: int = 1, columns: tuple[str, ...] = PRICES
) -> tuple[Bars, tuple[Injected, ...]]:
    """Blank those price columns in `length` rows."""
    start, end = stretch(bars, row, length)
    blank = written(bars, row, row + length, **dict.fromkeys(columns, np.nan))
    return blank, (Injected("null_price", start, end, length),)
