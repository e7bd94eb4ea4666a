"""Volumes that are not there."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.model import Bars


def null_volume(bars: Bars, row: int, *, length: int = 1) -> tuple[Bars, tuple[Injected, ...]]:
    """Blank the volume of `length` rows."""
    start, end = stretch(bars, row, length)
    return written(bars, row, row + length, volume=np.nan), (Injected("null_volume", start, end, length),)
