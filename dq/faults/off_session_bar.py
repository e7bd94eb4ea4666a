"""A bar while the market is closed: forward-filled by the source, at the last price and without volume."""

from dq.faults.injected import Injected
from dq.faults.rows import inserted, stretch
from dq.model import Bars


def off_session_bar(bars: Bars, row: int, *, at: int) -> tuple[Bars, tuple[Injected, ...]]:
    """Insert after `row` a flat, idle bar stamped `at`, an instant on the grid at which the market is closed."""
    stretch(bars, row, 1)
    price = float(bars.close[row])
    values: dict[str, float] = dict.fromkeys(("open", "high", "low", "close"), price)
    return inserted(bars, row + 1, {**values, "timestamp": at, "volume": 0.0}), (
        Injected("off_session_bar", at, at, 1),
    )
