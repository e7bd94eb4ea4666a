"""A price between two ticks: an average, or a price of another market."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.faults.site import Ground, Site
from dq.model import Bars, Int, Market
from dq.ticks import census, step_of

SHARE = 0.37  # of a tick: neither a hair nor half


def off_tick_price(bars: Bars, row: int, *, tick: float = 0.01) -> tuple[Bars, tuple[Injected, ...]]:
    """Move the open and the close of one bar 0.37 ticks into it, or its close and its high up where it is flat."""
    stamp, _ = stretch(bars, row, 1)
    low, high = float(bars.low[row]), float(bars.high[row])
    if high - low >= 2 * tick:
        values = {"open": low + SHARE * tick, "close": high - SHARE * tick}
    else:
        values = {"close": high + SHARE * tick, "high": high + SHARE * tick}
    return written(bars, row, row + 1, **values), (Injected("off_tick_price", stamp, stamp, 1),)


def not_applicable(bars: Bars, market: Market) -> str | None:
    step = step_of(market.tick)
    if step is None or market.series.adjusted:
        return "the prices have no grid"
    if not market.series.tick and market.habits.grid.single:
        return "the prices are in single precision throughout"
    asked = census(bars, step)
    return "prices off the grid are no rarity here" if asked.off > 0.0005 * asked.bars else None


def places(ground: Ground) -> Int:
    """Rows whose four prices lie on the grid, far enough from zero for 0.37 ticks to mean something."""
    rows, step = ground.rows(1), ground.market.tick
    return np.asarray(rows[np.abs(ground.bars.low[rows]) > 10 * step])


def sized(site: Site) -> dict[str, float]:
    return {"tick": site.tick}
