"""A price far from the market that comes back: a bad print."""

import math
from typing import Any, Literal

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.faults.site import Ground, Site
from dq.model import Bars, Market

SIGMAS = 20.0  # bars displaced so far do not occur in clean series; a tick more, because sigmas come in ticks
RANGES = 14.0  # … nor do wicks of so many usual ranges
LEAST = 1e-3  # of the price: what is said of a market that stands still is no test
FEW = 8.0  # so few bars know a sigma half as well, and the spike itself widens it
WILDEST = 1.0  # logarithm of the multiple of its price beyond which a print is bad in no market


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


def not_applicable(bars: Bars, market: Market) -> str | None:
    return None if market.habits.sigma > 0 else "the price never moves"


def room(ground: Ground) -> int:
    return 2


def sized(site: Site) -> dict[str, Any]:
    """Whole bars, closes and wicks, up and down, clear of their neighbours and far out for this market at this hour.

    Raises:
        ValueError: the market moves so wildly here that only a multiple of the price would be far out.
    """
    kind = ("bar", "close", "wick")[site.turn % 3]
    length = 1 + (site.turn // 3) % site.room if kind == "bar" else 1
    upwards = site.turn % 2 == 0 or site.market.series.allow_non_positive
    return {"kind": kind, "length": length, "size": _share(site, kind, length, upwards)}


def _share(site: Site, kind: str, length: int, upwards: bool) -> float:
    """By which share of its price the stretch has to move to stand clear of its neighbours; below zero downwards."""
    bars, rows = site.bars, slice(site.row, site.row + length)
    around = [max(site.row - 1, 0), min(site.row + length, len(bars) - 1)]
    far = RANGES * (site.span + site.tick) if kind == "wick" else SIGMAS * (site.sigma + site.tick)
    far = max(far * (1 + FEW / len(bars)) / abs(float(bars.close[site.row])), LEAST)
    if not far < WILDEST or not bars.low[rows].min() > 0:
        raise ValueError(f"prices move so wildly around row {site.row} that no spike would be one")
    if upwards:
        near = bars.column({"bar": "low", "close": "close", "wick": "high"}[kind])[rows].min()
        return max(float(bars.high[around].max() / near), 1.0) * math.exp(far) - 1
    near = bars.column({"bar": "high", "close": "close", "wick": "low"}[kind])[rows].max()
    return min(float(bars.low[around].min() / near), 1.0) * math.exp(-far) - 1
