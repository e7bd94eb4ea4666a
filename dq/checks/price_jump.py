"""Moves out of all proportion that stay: a crash, a gap over the weekend, the seam of two contracts or sources.

What it finds
    `traded`: the prices in between were traded, or the market had time, because it was closed or bars are missing.
    `splice`: the bar opens far from the last close although no time passed, and neither the bars before nor those
    after reach across: a contract roll, a change of source, an adjustment of half of the series, a new denomination.
    `roll`: a splice of a series that is declared continuous, in the days in which its contracts are rolled.

Why it matters
    A splice is a return that nobody could have earned, and every indicator that spans it is wrong. A traded move is
    worth a note, because other things that look wrong that day are then right.

How
    Screen each block by its largest move from close to close, then by rough local sigmas. Of what remains, measure the
    move in local sigmas (as `price_spike` does; over a closure at least the usual night) and see that the closes on
    both sides keep their distance.

Parameters
    sigmas: float, local sigmas. A move of that size that stays is told.
    within: float, share of the price. Within a session, a move of that size is told too, if it is five local sigmas.
    across: float, share of the price. The same over a closure or missing bars.
    splice: float, local sigmas. An open that far from the last close, with no time between, is a splice.

Not flagged
    Moves that come back within three bars, which are `price_spike`'s; leaps by a power of ten, which are
    `scale_error`'s and `split_jump`'s. No splice: after a halt, a closure, missing bars or bars without a trade; where
    the opens around lie as far from their closes by habit, as in a thin book.

Source
    Ours, measured on liquid futures, currencies, equities and crypto: in clean series no open lies further than 8
    local sigmas from the close before, and contract rolls begin at 15.
"""

from typing import NamedTuple

import numpy as np

from dq.kernels import ROBUST, neighbourhoods, row_medians
from dq.levels import Moves, closed_between, had_time, in_roll_week, looks_scaled, moves, rows_of
from dq.model import (
    PRICES,
    Bars,
    Float,
    Int,
    Market,
    Mask,
    OrderedBars,
    Suspects,
    at_rows,
    cause,
    column_bits,
    no_suspects,
)
from dq.prints import FLOOR, STRETCH, Prints

AFTER = 3
SIDE = 3  # bars on either side that must keep their distance
ROUGH = 0.6  # what the scale of a screen may be wrong by
MANY = 16  # candidates that are too many to measure each
NEAR = 100  # moves on either side of one that say roughly how wide the market moves
SURE = 5.0  # local sigmas below which no share of the price is a jump
HABIT = 3.0  # a splice is that many times as far as the largest gaps of the bars around …
OUTLIERS = 3  # … but for itself and the two of a bad print
REACH = 100  # of them, on either side
ALL = column_bits(*PRICES)
MESSAGES = {
    "": "A move from {expected:.10g} to {observed:.10g}, {far}, that stays; it was traded, or the market had time.",
    "splice": "An open at {observed:.10g} right after a close at {expected:.10g}, {far}, and it stays: a splice.",
    "roll": "An open at {observed:.10g} right after a close at {expected:.10g}, {far}, in a roll week: a new contract.",
}


class _Limits(NamedTuple):
    sigmas: float
    within: float
    across: float
    splice: float


def not_checked(bars: Bars, market: Market) -> str | None:
    return None if market.habits.sigma > 0 else "too few bars with a price that moves to know what is usual"


def price_jump(
    bars: OrderedBars,
    market: Market,
    *,
    sigmas: float = 25.0,
    within: float = 0.10,
    across: float = 0.20,
    splice: float = 12.0,
) -> Suspects:
    limits, found = _Limits(sigmas, within, across, splice), moves(bars, market)
    prints = found.prints
    at = _lasting(prints, market, _screened(found, limits))
    if len(at) == 0:
        return no_suspects()
    timely = _no_time(bars, prints, market, at)
    local, close = prints.sigma(at), np.abs(prints.close[at - 1])
    spliced = timely & _spliced(prints, at, local, splice)
    scale = np.fmax(local, np.where(timely, 0.0, market.habits.nights.sigma) * close)
    size, share = np.abs(prints.close[at] - prints.close[at - 1]), np.where(timely, within, across)
    told = spliced | (size > sigmas * scale) | ((size > share * close) & (size > SURE * scale))
    return _suspects(bars, market, prints, at[told], spliced[told], scale[told])


def _screened(found: Moves, limits: _Limits) -> Int:
    """Places whose move or open may lie far enough away: by the least sigma there is and, of many, by rough ones."""
    prints, least = found.prints, FLOOR * found.prints.usual
    share = min(limits.within, limits.across)
    bound = min(least * min(limits.sigmas, limits.splice), share) * found.lowest
    if not found.furthest > bound:
        return np.zeros(0, np.int64)
    far = found.sizes > bound
    far |= found.sizes < -bound
    at = np.flatnonzero(far) + 1
    close = np.abs(prints.close[at - 1])
    size, gap = np.abs(found.sizes[at - 1]), np.abs(prints.open[at] - prints.close[at - 1])
    wide = size > share * close
    far = wide | (size > limits.sigmas * least * close) | (gap > limits.splice * least * close)
    at, size, gap, wide = at[far], size[far], gap[far], wide[far]
    if len(at) < MANY:
        around = neighbourhoods(len(found.sizes), at - 1, NEAR)
        rough = ROUGH * ROBUST * row_medians(np.abs(found.sizes[around]))
    else:
        rough = ROUGH * prints.rough_sigma()[at // STRETCH]
    return np.asarray(at[(size > limits.sigmas * rough) | (gap > limits.splice * rough) | wide])


def _lasting(prints: Prints, market: Market, at: Int) -> Int:
    """Those moves that stay; one of scale for which the market had no time is `scale_error`'s."""
    rested = had_time(market, prints.stamps[at - 1], prints.stamps[at])
    return at[_stays(prints, at) & (rested | ~looks_scaled(prints.close[at] / prints.close[at - 1]))]


def _stays(prints: Prints, at: Int) -> Mask:
    """Whether up to three closes before and after, and at least one after, keep more than half of the distance."""
    close, last = prints.close, len(prints) - 1
    move = close[at] - close[at - 1]
    sign, half = np.sign(move), np.abs(move) / 2
    kept = at < last
    for step in range(1, SIDE + 1):
        kept &= sign * (close[np.minimum(at + step, last)] - close[at - 1]) > half
        kept &= sign * (close[at] - close[np.maximum(at - 1 - step, 0)]) > half
    return np.asarray(kept)


def _no_time(bars: OrderedBars, prints: Prints, market: Market, at: Int) -> Mask:
    """Whether one bar follows the other at once: no closure, no bar missing, none without a trade or frozen."""
    earlier, later = prints.stamps[at - 1], prints.stamps[at]
    before = rows_of(prints, at - 1)
    still = (prints.high[at - 1] == prints.low[at - 1]) & ~(bars.volume[before] > 0)
    still |= (at > 1) & np.logical_and.reduce([price[at - 1] == price[at - 2] for price in prints.prices])
    return np.asarray((later - earlier <= market.series.interval) & ~closed_between(market, earlier, later) & ~still)


def _spliced(prints: Prints, at: Int, scale: Float, splice: float) -> Mask:
    """Whether the open leaps away from the close, no bar on either side reaches half across, and it is no habit."""
    last = len(prints) - 1
    gap = prints.open[at] - prints.close[at - 1]
    sign = np.sign(gap)
    beyond, rim = np.full(len(at), np.inf), np.full(len(at), -np.inf)
    for step in range(SIDE):
        after, before = np.minimum(at + step, last), np.maximum(at - 1 - step, 0)
        beyond = np.minimum(beyond, np.where(sign > 0, prints.low[after], -prints.high[after]))
        rim = np.maximum(rim, np.where(sign > 0, prints.high[before], -prints.low[before]))
    found = (np.abs(gap) > splice * scale) & (beyond - rim > np.abs(gap) / 2)
    some = np.flatnonzero(found)
    near = neighbourhoods(last, at[some] - 1, REACH)
    others = np.abs(prints.open[near + 1] - prints.close[near])
    usual = near.shape[1] - 1 - OUTLIERS
    if usual >= 0:
        found[some] = np.abs(gap[some]) > HABIT * np.partition(others, usual, axis=1)[:, usual]
    return np.asarray(found)


def _suspects(bars: OrderedBars, market: Market, prints: Prints, at: Int, spliced: Mask, scale: Float) -> Suspects:
    if len(at) == 0:
        return no_suspects()
    expected = prints.close[at - 1]
    observed = np.where(spliced, prints.open[at], prints.close[at])
    rolled = spliced & market.series.continuous & in_roll_week(prints.stamps[at], market.series.calendar)
    apart = np.abs(observed - expected)
    return at_rows(
        bars,
        rows_of(prints, at),
        columns=ALL,
        cause=np.where(rolled, cause("roll"), np.where(spliced, cause("splice"), cause("traded"))),
        observed=observed,
        expected=expected,
        sigmas=apart / scale,
        ticks=apart / (market.tick or np.nan),
        percent=100 * apart / np.abs(expected),
        came_back=0,
    )
