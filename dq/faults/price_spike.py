"""A price far from the market that comes back: a bad print."""

from typing import Literal

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.model import Bars


def price_spike(
    bars: Bars, row: int, *, length: int = 1, size: float = 0.05, kind: Literal["bar", "close", "wick"] = "bar"
) -> tuple[Bars, tuple[Injected, ...]]:
    """Displace `length` rows by the share `size` of their price, upwards or (below zero) downwards.

    Args:
        kind: "bar" moves all four prices; "close" the close, and the extreme with it; "wick" the extreme alone.
    """
    start, end = stretch(bars, row, length)
    rows = slice(row, row + length)
    extreme = "high" if size > 0 else "low"
    moved = {"bar": ("open", "high", "low", "close"), "close": (extreme, "close"), "wick": (extreme,)}[kind]
    prices = {name: bars.column(name)[rows] * (1 + size) for name in moved}
    if kind == "close":  # the extreme is where the price went, not beyond
        prices[extreme] = prices["close"]
    return written(bars, row, row + length, **prices), (Injected("price_spike", start, end, length),)
