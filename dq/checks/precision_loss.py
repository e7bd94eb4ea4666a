"""Prices that arithmetic has moved off their own decimals.

What it finds
    Prices a hair off the tick, or off the decimals that 99 % of the prices keep: 17000.249999999996 for 17000.25.
    `single_precision` where the price is what 32 bits make of it: 1291.0999755859375 for 1291.1.

Why it matters
    Equal prices stop being equal: levels are missed by comparison, joins on price find nothing, and a copy that went
    through single precision is no longer the source's.

How
    A price is exact where it is the double nearest to a multiple of the step. It is noise where it is not, and lies
    within a millionth of itself and a fiftieth of a step, or is the single precision of a price on the grid.

Parameters
    None.

Not flagged
    Prices clearly between two ticks: `off_tick_price` has them. Daily closes in single precision where no tick was
    given: settlement prices. Series whose prices are in single precision
    throughout, adjusted prices, and series without a tick or decimals of their own: not checked, with that reason.

Source
    Ours.
"""

import numpy as np

from dq.model import (
    PRICES,
    Bars,
    Byte,
    Int,
    Market,
    OrderedBars,
    Suspects,
    at_rows,
    cause,
    column_bits,
    no_suspects,
)
from dq.ticks import Strays, census, of_settlements, step_of, strays

HABIT = 0.5  # share of the bars with noise from which on it is a habit of the series
FEW = 3
MESSAGES = {
    "": "{Columns} of {bars} at {observed:.17g}, a hair off {expected:.12g}: arithmetic left it there.",
    "single_precision": "{Columns} of {bars} at {observed:.17g}: {expected:.12g} in single precision.",
}


def not_checked(bars: Bars, market: Market) -> str | None:
    step = step_of(market.tick)
    if market.habits.grid.single:
        return "the prices are in single precision (float32) throughout: 14.5500001907349 where 14.55 is meant"
    if market.series.adjusted:
        return "the prices are adjusted, which leaves them no decimals of their own"
    if step is None:
        return "no tick was given, and too few prices, or fewer than 99 % of them, share their decimals"
    asked = census(bars, step)
    if asked.noise > max(HABIT * asked.bars, FEW):
        return f"{100 * asked.noise / asked.bars:.0f} % of the bars have a price a hair off the tick: a habit"
    return None


def precision_loss(bars: OrderedBars, market: Market) -> Suspects:
    step = step_of(market.tick)
    found = strays(bars, step) if step else None
    if step is None or found is None or not found.noise.any():
        return no_suspects()
    at, columns = _told(bars, market, found)
    noise, single = found.noise[:, at], found.single[:, at]
    apart = np.where(noise, np.abs(found.prices - found.nearest)[:, at], 0.0)
    worst = apart.argmax(axis=0), np.arange(len(at))
    expected = found.nearest[:, at][worst]
    return at_rows(
        bars,
        found.rows[at],
        columns=columns,
        cause=np.where((single == noise).all(axis=0), cause("single_precision"), cause("")),
        observed=found.prices[:, at][worst],
        expected=expected,
        sigmas=apart[worst] / (market.habits.sigma * np.abs(expected)),
        ticks=apart[worst] / step.size,
        percent=100 * apart[worst] / np.abs(expected),
    )


def _told(bars: OrderedBars, market: Market, found: Strays) -> tuple[Int, Byte]:
    """Which of the strays are noise, and their columns; no settlement prices where the tick is only inferred."""
    bits = np.array([column_bits(name) for name in PRICES], np.uint8)
    at = np.flatnonzero(found.noise.any(axis=0))
    columns = (found.noise[:, at] * bits[:, None]).sum(axis=0, dtype=np.uint8)
    if market.series.tick or not market.series.daily:
        return at, columns
    single = (found.single == found.noise).all(axis=0)[at]
    traded = ~(single & of_settlements(bars, found.rows[at], columns))
    return at[traded], columns[traded]
