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

Parameters
    displaced: float, local sigmas. A bar whose whole range lies that far beyond both neighbours is distrusted.
    discontinuous: float, local sigmas. An open or close that far from what it should continue is distrusted, if it
        also lies that far beyond both neighbours.
    wick: float, local ranges. A high or low that far beyond the bar's own body and both neighbours is distrusted.

Not flagged
    Jumps that stay; the first bar after a weekend; volatile minutes after news, because sigma and range are local.

Source
    Ours, measured on liquid futures, currencies, equities and crypto; the idea of comparing with medians of
    neighbours, and of a floor for quiet markets, after Brownlees and Gallo, "Financial econometric analysis at
    ultra-high frequency", Computational Statistics & Data Analysis 51(4), 2006.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.kernels import ROBUST, all_finite, neighbourhoods, row_medians, stretch_medians
from dq.model import (
    PRICES,
    Byte,
    Float,
    Int,
    Market,
    OrderedBars,
    Slots,
    Suspects,
    at_rows,
    cause,
    column_bits,
    concatenated,
    no_suspects,
)

AFTER = 3
REACH = 200  # bars on either side that say how wide the market moves just now
STRETCH = 256  # the same, roughly, for the screen
ROUGH = 0.7  # what a screen may be wrong by
FLOOR = 0.5  # of the series' own sigma: a quiet night makes the local one vanish
UNSETTLED = 2.0  # a last bar is compared with one side only, so it has to lie twice as far
MESSAGES = {
    "": "{Columns} of {bars} at {observed:.10g}, {far} from the neighbours at {expected:.10g}, and back again.",
    "unsettled": "The last bar stands at {observed:.10g}, {far} from those before; too early to tell if it stays.",
}


def price_spike(
    bars: OrderedBars, market: Market, *, displaced: float = 8.0, discontinuous: float = 15.0, wick: float = 10.0
) -> Suspects:
    prints = _sound_prints(bars, market)
    if len(prints.close) < 3 or not prints.usual > 0:
        return no_suspects()
    columns = np.zeros(len(prints.close), np.uint8)
    alone, leaps = _screen(prints, ROUGH * min(displaced, discontinuous, wick))
    if len(alone):
        _mark_alone(prints, alone, columns, (displaced, discontinuous, wick))
    if len(leaps):
        _mark_groups(prints, leaps, columns, displaced)
    settled = _suspects(bars, prints, np.flatnonzero(columns), columns, came_back=1)
    if not bars.ends or columns[-1] or not _last_leaps(prints, UNSETTLED * displaced):
        return settled
    columns[-1] = column_bits(*PRICES)
    last = np.array([len(columns) - 1])
    waiting = _suspects(bars, prints, last, columns, cause=cause("unsettled"))
    return concatenated([settled, waiting])


@dataclass(frozen=True, eq=False)
class _Prints:
    """The bars whose four prices can be compared; `rows` says where they stand, None where all bars can."""

    rows: Int | None
    open: Float
    high: Float
    low: Float
    close: Float
    stamps: Int
    slots: Slots
    usual: float  # the series' own sigma, as a share of the price
    tick: float

    def sigma(self, at: Int, following: int = 1) -> Float:
        """The local sigma at each place, in the unit of the price, for the slots up to its neighbours."""
        around = neighbourhoods(len(self.close) - 1, at, REACH)
        local = ROBUST * row_medians(np.abs(self.close[around + 1] - self.close[around]))
        floor = np.maximum(FLOOR * self.usual * np.abs(self.close[at - 1]), self.tick)
        after = np.minimum(at + following, len(self.close) - 1)
        apart = np.maximum(self.slots_apart(at), self.slots_apart(after))
        return np.maximum(local, floor) * np.sqrt(apart)

    def slots_apart(self, at: Int) -> Int:
        """Slots from the bar before to each place: across a hole the market had more time to move."""
        steps = self.slots.number(self.stamps[at]) - self.slots.number(self.stamps[at - 1])
        return np.asarray(np.maximum(steps, 1))

    def span(self, at: Int) -> Float:
        """The median range of the 7 bars around each place, and never less than a usual move."""
        around = neighbourhoods(len(self.close), at, 3)
        return np.maximum(row_medians(self.high[around] - self.low[around]), self.usual * np.abs(self.close[at - 1]))


def _sound_prints(bars: OrderedBars, market: Market) -> _Prints:
    prices = [bars.column(name) for name in PRICES]
    stamps, rows = bars.timestamp, None
    lowest = -np.inf if market.series.allow_non_positive else 0.0
    if not (all_finite(bars.high) and all_finite(bars.low) and len(bars) and bars.low.min() > lowest):
        sound = np.logical_and.reduce([np.isfinite(price) & (price > lowest) for price in prices])
        rows = np.flatnonzero(sound)
        stamps, prices = stamps[rows], [price[rows] for price in prices]
    opens, highs, lows, closes = prices
    tick = market.series.tick or 0.0
    return _Prints(rows, opens, highs, lows, closes, stamps, market.slots, market.habits.sigma, tick)


def _screen(prints: _Prints, sigmas: float) -> tuple[Int, Int]:
    """Places of bars whose extreme lies beyond both neighbours, and of leaps from bar to bar: rough and quick."""
    high, low, close = prints.high, prints.low, prints.close
    rough = ROBUST * stretch_medians(np.abs(close[1::8] - close[:-1:8]), STRETCH // 8)
    rough = np.minimum(rough, np.minimum(np.append(rough[1:], np.inf), np.append(np.inf, rough[:-1])))
    floor = FLOOR * prints.usual * np.abs(close[::STRETCH])[: len(rough)]
    limit = sigmas * np.maximum(np.fmax(rough, floor), prints.tick)
    limit = np.repeat(limit, STRETCH)[: len(close)]
    beyond = np.maximum(high[1:-1] - np.maximum(high[:-2], high[2:]), np.minimum(low[:-2], low[2:]) - low[1:-1])
    leap = np.maximum(low[1:] - high[:-1], low[:-1] - high[1:])
    return np.flatnonzero(beyond > limit[1:-1]) + 1, np.flatnonzero(leap > limit[1:]) + 1


def _mark_alone(prints: _Prints, at: Int, columns: Byte, limits: tuple[float, float, float]) -> None:
    """Mark single bars: displaced as a whole, not continued at open or close, or with a lone wick."""
    displaced, discontinuous, wick = limits
    sigma = prints.sigma(at)
    span = np.maximum(prints.span(at), sigma)
    for sign, high, low, extreme in ((1, prints.high, prints.low, "high"), (-1, -prints.low, -prints.high, "low")):
        before, after = at - 1, at + 1
        rim = np.maximum(high[before], high[after])
        body = sign * (np.maximum if sign > 0 else np.minimum)(prints.open[at], prints.close[at])
        columns[at[low[at] - rim > displaced * sigma]] |= column_bits(*PRICES)
        columns[at[high[at] - np.maximum(body, rim) > wick * span]] |= column_bits(extreme)
        far = high[at] - rim > discontinuous * sigma
        cut_after = far & (sign * (prints.close[at] - prints.open[after]) > discontinuous * sigma)
        cut_before = far & (sign * (prints.open[at] - prints.close[before]) > discontinuous * sigma)
        columns[at[cut_after]] |= column_bits(extreme, "close")
        columns[at[cut_before]] |= column_bits(extreme, "open")


def _mark_groups(prints: _Prints, leaps: Int, columns: Byte, displaced: float) -> None:
    """Mark groups of two and three bars displaced together, each beginning with a leap."""
    for length in (2, 3):
        first = leaps[leaps + length < len(columns)]
        sigma = prints.sigma(first, length)
        for high, low in ((prints.high, prints.low), (-prints.low, -prints.high)):
            rim = np.maximum(high[first - 1], high[first + length])
            lowest = np.min([low[first + step] for step in range(length)], axis=0)
            for step in range(length):
                columns[first[lowest - rim > displaced * sigma] + step] |= column_bits(*PRICES)


def _last_leaps(prints: _Prints, displaced: float) -> bool:
    last = np.array([len(prints.close) - 1])
    leap = np.maximum(prints.low[last] - prints.high[last - 1], prints.low[last - 1] - prints.high[last])
    return bool((leap > displaced * prints.sigma(last)).any())


def _suspects(bars: OrderedBars, prints: _Prints, at: Int, columns: Byte, **fields: object) -> Suspects:
    """Suspects with the price that lies farthest from the closes of the eleven bars around."""
    if len(at) == 0:
        return no_suspects()
    around = neighbourhoods(len(prints.close), at, 5)
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
