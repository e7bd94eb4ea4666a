"""A bar whose high and low are exchanged: columns mapped in the wrong order."""

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.faults.site import Ground
from dq.model import Bars, Int

NOWHERE = "no sound bar in this window has a range"


def inconsistent_ohlc(bars: Bars, row: int) -> tuple[Bars, tuple[Injected, ...]]:
    """Exchange high and low of one row.

    Raises:
        ValueError: the bar has no range, so that exchanging changes nothing.
    """
    start, end = stretch(bars, row, 1)
    if not bars.high[row] > bars.low[row]:
        raise ValueError(f"the bar at row {row} has no range: its high and low are the same")
    turned = written(bars, row, row + 1, high=bars.low[row], low=bars.high[row])
    return turned, (Injected("inconsistent_ohlc", start, end, 1),)


def places(ground: Ground) -> Int:
    """Rows whose bar has a range that is no noise: two ticks at least."""
    rows = ground.rows(1)
    wide = ground.bars.high[rows] - ground.bars.low[rows] > 1.5 * ground.market.tick + 1e-6 * ground.bars.high[rows]
    return rows[wide]
