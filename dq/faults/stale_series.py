"""A series that ends too early: its last bars never came."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import kept, stretch
from dq.model import Bars


def stale_series(bars: Bars, row: int) -> tuple[Bars, tuple[Injected, ...]]:
    """Remove every row from `row` on."""
    length = len(bars) - row
    start, end = stretch(bars, row, length)
    return kept(bars, np.arange(len(bars)) < row), (Injected("stale_series", start, end, length),)
