"""A price that stands still: a frozen feed, or bars that were filled forward."""

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.model import COLUMNS, PRICES, Bars


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
        values = {**dict.fromkeys(PRICES, float(bars.close[row - 1])), "volume": 0.0}
    else:
        values = {name: float(bars.column(name)[row - 1]) for name in COLUMNS}
    return written(bars, row, row + length, **values), (Injected("stuck_price", start, end, length),)
