"""A price of zero or below: an absent value that a collector wrote as a number."""

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.model import Bars


def non_positive_price(bars: Bars, row: int, *, price: float = 0.0) -> tuple[Bars, tuple[Injected, ...]]:
    """Write `price` into all four prices of one row, so that the bar stays consistent.

    Raises:
        ValueError: the price is above zero.
    """
    if price > 0:
        raise ValueError(f"{price} is above zero")
    start, end = stretch(bars, row, 1)
    low = written(bars, row, row + 1, open=price, high=price, low=price, close=price)
    return low, (Injected("non_positive_price", start, end, 1),)
