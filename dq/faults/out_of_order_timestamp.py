"""A row that arrives after rows of later bars: a retry that came late."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import permuted, stretch
from dq.faults.site import Ground
from dq.model import Bars, Market

LATE = 3


def out_of_order_timestamp(bars: Bars, row: int, *, late: int = LATE) -> tuple[Bars, tuple[Injected, ...]]:
    """Let the row at `row` arrive after the `late` rows that follow it.

    Raises:
        ValueError: the bars have no order of arrival that could be disturbed, or too few rows follow.
    """
    if not bars.arrival:
        raise ValueError("these bars have no order of arrival, so that none can be out of order")
    stretch(bars, row, late + 1)
    order = np.arange(len(bars))
    order[row : row + late], order[row + late] = np.arange(row + 1, row + late + 1), row
    stamp = int(bars.timestamp[row])
    return permuted(bars, order), (Injected("out_of_order_timestamp", stamp, stamp, 1),)


def not_applicable(bars: Bars, market: Market) -> str | None:
    return None if bars.arrival else "the source keeps no order of arrival"


def room(ground: Ground) -> int:
    return LATE + 1
