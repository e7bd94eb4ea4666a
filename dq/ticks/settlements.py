"""Settlement prices: the close of a daily bar may be one that an exchange computed, off any grid of traded prices."""

from __future__ import annotations

import numpy as np

from dq.model import Byte, Int, Mask, OrderedBars, column_bits


def of_settlements(bars: OrderedBars, rows: Int, columns: Byte) -> Mask:
    """Whether of each row nothing but the close is meant, or a high or low that a source stretched to reach it.

    Args:
        columns: bits of the columns that are meant, one per row.
    """
    close = bars.close[rows]
    alone = columns == column_bits("close")
    alone |= (columns == column_bits("high", "close")) & (bars.high[rows] == close)
    alone |= (columns == column_bits("low", "close")) & (bars.low[rows] == close)
    return np.asarray(alone)
