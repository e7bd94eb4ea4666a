"""Prices that leap away from their neighbours and come back.

What it finds
    A bar, or up to three, displaced as a whole from the bars before and after; an open or close that the
    neighbouring bars do not continue; a lone high or low far outside the bars around it. `unsettled` where the bar
    is the last one and nobody can know yet whether it comes back.

Why it matters
    One bad print fires stops, makes a false extreme of the day and poisons every volatility estimate for as long as
    its window is.

How
    Screen every bar for an extreme beyond both neighbours. Of the few that remain, measure the distance in local
    sigmas (1.4826 × the median size of the close-to-close moves of the 401 bars around, never below half of the
    series' own and one tick) and wicks in local ranges (the median of the 7 bars around, never below one sigma).
    Distances are logarithmic: a fall to a half is as far as a rise to the double.

Parameters
    displaced: float, local sigmas. A bar whose whole range lies that far beyond both neighbours is distrusted.
    discontinuous: float, local sigmas. An open or close that far from what it should continue is distrusted, if it
        also lies that far beyond both neighbours; where no time passed between the two bars, as far as `displaced`.
    wick: float, local ranges. A high or low that far beyond the bar's own body and both neighbours is distrusted;
        three quarters of it are enough where it lies twice as many local sigmas out.

Not flagged
    Jumps that stay; the first bar after a weekend; volatile minutes after news, because sigma and range are local.

Source
    Ours, measured on liquid futures, currencies, equities and crypto; the idea of comparing with medians of
    neighbours, and of a floor for quiet markets, after Brownlees and Gallo, "Financial econometric analysis at
    ultra-high frequency", Computational Statistics & Data Analysis 51(4), 2006.
"""

from typing import NamedTuple

import numpy as np

from dq.kernels import neighbourhoods, row_medians
from dq.model import (
    PRICES,
    Bars,
    Byte,
    Float,
    Int,
    Market,
    OrderedBars,
    Suspects,
    at_rows,
    cause,
    column_bits,
    concatenated,
    no_suspects,
)
from dq.prints import CLOSE, HIGH, LOW, OPEN, STRETCH, Prints, sound_prints

AFTER = 3
ROUGH = 0.7  # what the scale of a screen may be wrong by
UNSETTLED = 2.0  # a last bar is compared with one side only, so it has to lie twice as far
SIGMAS, SHARE = 2.0, 0.75  # a wick of so many times its bound in sigmas needs only that share of it in ranges
ALL = column_bits(*PRICES)
MESSAGES = {
    "": "{Columns} of {bars} at {observed:.10g}, {far} from the neighbours at {expected:.10g}, and back again.",
    "unsettled": "The last bar stands at {observed:.10g}, {far} from those before; too early to tell if it stays.",
}


class _Limits(NamedTuple):
    """How far out a bar may stand: local sigmas twice, local ranges for wicks."""

    displaced: float
    discontinuous: float
    wick: float


def not_checked(bars: Bars, market: Market) -> str | None:
    return None if market.habits.sigma > 0 else "too few bars with a price that moves to know what is usual"


def price_spike(
    bars: OrderedBars, market: Market, *, displaced: float = 8.0, discontinuous: float = 15.0, wick: float = 10.0
) -> Suspects:
    prints = sound_prints(bars, market)
    if len(prints) < 3:
        return no_suspects()
    columns = np.zeros(len(prints), np.uint8)
    limits = _Limits(displaced, discontinuous, wick)
    rough = prints.rough_sigma()
    alone, leaps = _screen(prints, ROUGH * min(limits) * float(rough.min()))
    if len(alone):
        _mark_alone(prints, alone, rough[alone // STRETCH], columns, limits)
    if len(leaps):
        _mark_groups(prints, leaps, ROUGH * displaced * rough[leaps // STRETCH], columns, displaced)
    marked = np.flatnonzero(columns != 0)  # of a mask three times faster than of bits
    settled = _suspects(bars, prints, marked, columns, came_back=1)
    if not bars.ends or columns[-1] or not _last_leaps(prints, UNSETTLED * displaced):
        return settled
    columns[-1] = ALL
    waiting = _suspects(bars, prints, np.array([len(columns) - 1]), columns, cause=cause("unsettled"))
    return concatenated([settled, waiting])


def _screen(prints: Prints, limit: float) -> tuple[Int, Int]:
    """Bars with a high above, or a low below, both neighbours' by more than the limit; leaps from bar to bar."""
    high, low = prints.high, prints.low
    moves = high[1:] - high[:-1]
    up = np.flatnonzero(moves > limit) + 1  # few of all bars: the other comparisons cost nothing
    down = np.flatnonzero(np.subtract(low[:-1], low[1:], out=moves) > limit) + 1
    after_up, after_down = (np.minimum(at + 1, len(prints) - 1) for at in (up, down))
    alone = np.append(up[high[up] - high[after_up] > limit], down[low[after_down] - low[down] > limit])
    leaps = np.append(up[low[up] > high[up - 1]], down[high[down] < low[down - 1]])
    return np.sort(alone), np.sort(leaps)


def _mark_alone(prints: Prints, at: Int, scale: Float, columns: Byte, limits: _Limits) -> None:
    """Mark single bars: first all that might be by the rough scale, then those that are by the exact one."""
    high, low = prints.high, prints.low
    rises = np.minimum(high[at] - high[at - 1], high[at] - high[at + 1])
    falls = np.minimum(low[at - 1] - low[at], low[at + 1] - low[at])
    likely = np.maximum(rises, falls) > ROUGH * min(limits) * scale
    at, scale = at[likely], scale[likely]
    if len(at):
        span = np.maximum(scale, prints.usual * np.abs(prints.close[at]))
        at = at[_bits(prints, at, ROUGH * scale, ROUGH * span, limits) > 0]
    if len(at):
        sigma = prints.sigma(at)
        columns[at] |= _bits(prints, at, sigma, np.maximum(prints.span(at), sigma), limits)


def _bits(prints: Prints, at: Int, sigma: Float, span: Float, limits: _Limits) -> Byte:
    """The columns of each bar that stand out: displaced as a whole, not continued at open or close, a lone wick.

    Levels are the bars as they are and upside down, so that a low is a high and one set of rules serves both.
    """
    before, here, after = (prints.levels(at + step, at - 1) for step in (-1, 0, 1))
    cut, near = limits.discontinuous * sigma, limits.displaced * sigma
    beyond_before, beyond_after = (np.where(prints.adjoins(at + step), near, cut) for step in (0, 1))
    rim = np.maximum(before[HIGH], after[HIGH])
    far, lone = here[HIGH] - rim, here[HIGH] - np.maximum(np.maximum(here[OPEN], here[CLOSE]), rim)
    cut_before = (far > beyond_before) & (here[OPEN] - before[CLOSE] > cut)
    cut_after = (far > beyond_after) & (here[CLOSE] - after[OPEN] > cut)
    wick = np.where(lone > SIGMAS * limits.wick * sigma, SHARE, 1.0) * limits.wick * span
    extreme = np.array([[column_bits("high")], [column_bits("low")]])
    bits = (here[LOW] - rim > near) * ALL | (lone > wick) * extreme
    bits |= cut_before * (extreme | column_bits("open")) | cut_after * (extreme | column_bits("close"))
    return np.asarray(bits[0] | bits[1])


def _mark_groups(prints: Prints, leaps: Int, far: Float, columns: Byte, displaced: float) -> None:
    """Mark groups of two and three bars displaced together, each beginning with a leap from the bar before.

    Args:
        far: the least distance of each, roughly; it spares most of them the exact one.
    """
    for sign, top, bottom in ((1, prints.high, prints.low), (-1, prints.low, prints.high)):
        risen = sign * (bottom[leaps] - top[leaps - 1]) > far
        for length in (2, 3):
            inside = risen & (leaps + length < len(prints))
            first, least = leaps[inside], far[inside]
            rim = np.maximum(sign * top[first - 1], sign * top[first + length])
            beyond = np.min([sign * bottom[first + step] for step in range(length)], axis=0) - rim
            first, beyond = first[beyond > least], beyond[beyond > least]
            group = first[beyond > displaced * prints.sigma(first, length)] if len(first) else first
            for step in range(length):
                columns[group + step] |= ALL


def _last_leaps(prints: Prints, displaced: float) -> bool:
    last = np.array([len(prints) - 1])
    leap = np.maximum(prints.low[last] - prints.high[last - 1], prints.low[last - 1] - prints.high[last])
    return bool((leap > 0).any() and (leap > displaced * prints.sigma(last)).any())


def _suspects(bars: OrderedBars, prints: Prints, at: Int, columns: Byte, **fields: object) -> Suspects:
    """Suspects with the price that lies farthest from the closes of the eleven bars around."""
    if len(at) == 0:
        return no_suspects()
    around = neighbourhoods(len(prints), at, 5)
    expected = row_medians(np.where(columns[around] > 0, np.nan, prints.close[around]))
    prices = np.stack([prints.open[at], prints.high[at], prints.low[at], prints.close[at]])
    observed = prices[np.abs(prices - expected).argmax(axis=0), np.arange(len(at))]
    apart = np.abs(observed - expected)
    return at_rows(
        bars,
        at if prints.rows is None else prints.rows[at],
        columns=columns[at],
        observed=observed,
        expected=expected,
        sigmas=apart / prints.sigma(at),
        ticks=apart / (prints.tick or np.nan),
        percent=100 * apart / np.abs(expected),
        **fields,
    )
