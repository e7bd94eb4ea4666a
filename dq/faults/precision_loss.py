"""A price that arithmetic or single precision moved off its decimals."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.faults.site import Ground, Site
from dq.model import Bars, Int, Market
from dq.ticks import step_of


def precision_loss(bars: Bars, row: int, *, single: bool = False) -> tuple[Bars, tuple[Injected, ...]]:
    """Move the open of one bar, and what equals it, to the double above or to its single precision.

    Prices that single precision holds exactly are moved to the double above in any case.
    """
    stamp, _ = stretch(bars, row, 1)
    price = bars.open[row]
    rounded = float(np.float32(price))
    moved = rounded if single and rounded != price else float(np.nextafter(price, np.inf))
    values = {name: moved for name in ("open", "high", "low") if bars.column(name)[row] == price}
    return written(bars, row, row + 1, **values), (Injected("precision_loss", stamp, stamp, 1),)


def not_applicable(_bars: Bars, market: Market) -> str | None:
    if step_of(market.tick) is None or market.series.adjusted or market.habits.grid.single:
        return "the prices have no decimals of their own"
    return None


def places(ground: Ground) -> Int:
    """Rows with an open so small that the doubles around it are finer than its step."""
    rows = ground.rows(1)
    return np.asarray(rows[np.abs(ground.bars.open[rows]) < ground.market.tick * 2.0**22])


def sized(site: Site) -> dict[str, bool]:
    """The two kinds in turn."""
    return {"single": site.turn % 2 == 1}
