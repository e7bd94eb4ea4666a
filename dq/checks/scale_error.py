"""Bars whose prices are those of another unit: ten, a hundred or a thousand times too high or too low.

What it finds
    Stretches of any length whose level is a power of ten above or below that of their neighbours: pence for pounds,
    cents for dollars, a decimal point lost. `stays` where the level changes for good and both sides are too long to
    say which is wrong: then the first bar of the new level alone.

Why it matters
    One such bar is a return of 9,900 % and another of -99 %: it ruins every average, range and volatility that it
    touches, and a position sized by it is a hundred times too large or too small.

How
    Screen each block by its largest move from close to close. Where closes leap by a power of ten, cut the series into
    stretches of one level; a stretch between two of another level is wrong unless it outweighs them three times; at
    an end of the series the lighter level is, if the other weighs twice as much. Bars that traded weigh, and those
    that did not only where none did.

Parameters
    None.

Not flagged
    A single field out of place, which is `price_spike`'s. Ten to one when the market opens, if it stays: a split. A
    leap that is no more than ten sigmas of the series' own moves: penny stocks and spreads around zero do that.

Source
    Ours. That Yahoo mixes units within one series, and that it shows as ratios of 100, is documented by the price
    repair of yfinance, whose pairs of broken and repaired bars it was measured with.
"""

import numpy as np

from dq.levels import LEAP, moves, rows_of, scales
from dq.model import PRICES, Bars, Market, OrderedBars, Suspects, at_rows, cause, column_bits, no_suspects

MESSAGES = {
    "": "{Bars} in another unit: {observed:.10g} where the neighbours stand at {expected:.10g}.",
    "stays": "From this bar on prices are in another unit: {observed:.10g} after {expected:.10g}, and it stays.",
}


def not_checked(bars: Bars, market: Market) -> str | None:
    return None if len(bars) >= 3 else "fewer than 3 bars: nothing says which level is theirs"


def scale_error(bars: OrderedBars, market: Market) -> Suspects:
    found = moves(bars, market)
    places = found.above(LEAP)
    return at_rows(bars, rows_of(found.prints, places)) if len(places) else no_suspects()


def whole(candidates: Suspects, bars: OrderedBars, market: Market) -> Suspects:
    found = scales(bars, market, candidates)
    if len(found.places) == 0:
        return no_suspects()
    observed = found.prints.close[found.places]
    apart = np.abs(observed - found.expected)
    return at_rows(
        bars,
        rows_of(found.prints, found.places),
        columns=column_bits(*PRICES),
        cause=np.where(found.stays, cause("stays"), cause("")),
        observed=observed,
        expected=found.expected,
        sigmas=found.sigmas,
        ticks=apart / (market.tick or np.nan),
        percent=100 * apart / np.abs(found.expected),
        came_back=found.came_back,
    )
