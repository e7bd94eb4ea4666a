"""Prices in another unit: cents for dollars, pence for pounds."""

from typing import Any

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.faults.site import Ground, Site
from dq.model import PRICES, Bars, Market

FACTORS = (100.0, 0.01, 1000.0)
LENGTHS = (1, 5)
WILDEST = 0.4  # sigma beyond which a hundred times the price is no more than the series may do


def scale_error(bars: Bars, row: int, *, length: int = 1, factor: float = 100.0) -> tuple[Bars, tuple[Injected, ...]]:
    """Multiply the four prices of `length` rows."""
    start, end = stretch(bars, row, length)
    prices = {name: bars.column(name)[row : row + length] * factor for name in PRICES}
    return written(bars, row, row + length, **prices), (Injected("scale_error", start, end, length),)


def not_applicable(bars: Bars, market: Market) -> str | None:
    if market.series.allow_non_positive and not bool((bars.low > 0).all()):
        return "prices lie around zero, where ten times as much means nothing"
    wild = market.habits.sigma > WILDEST
    return "prices move by multiples from bar to bar" if wild else None


def room(ground: Ground) -> int:
    return max(LENGTHS)


def sized(site: Site) -> dict[str, Any]:
    """Single bars and short stretches, a hundred times too high or low, or a thousand."""
    length = min(LENGTHS[site.turn % len(LENGTHS)], site.room)
    return {"length": length, "factor": FACTORS[site.turn % len(FACTORS)]}
