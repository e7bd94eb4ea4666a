"""One bar written twice: by a collector that inserts where it should upsert."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import inserted, stretch
from dq.faults.site import Site
from dq.model import Bars


def duplicate_timestamp(bars: Bars, row: int, *, conflicting: bool = True) -> tuple[Bars, tuple[Injected, ...]]:
    """Write the row at `row` a second time.

    Args:
        conflicting: the copy written first shows the bar half-way, with another close and half the volume; otherwise
            both rows are equal.
    """
    start, end = stretch(bars, row, 1)
    values = _half_way(bars, row) if conflicting else {}
    return inserted(bars, row, values), (Injected("duplicate_timestamp", start, end, 2),)


def sized(site: Site) -> dict[str, bool]:
    """Conflicting rows and equal ones, in turn."""
    return {"conflicting": site.turn % 2 == 0}


def _half_way(bars: Bars, row: int) -> dict[str, float]:
    """The bar as it may have stood before it was complete; it differs even where the bar is flat and idle."""
    close, volume = float(bars.close[row]), float(bars.volume[row])
    other = max((bars.open[row], bars.high[row], bars.low[row]), key=lambda price: abs(price - close))
    values = {"close": float(other), "volume": float(np.floor(volume / 2))}
    if other == close:
        values["high"] = close + abs(close) * 1e-4
    return values
