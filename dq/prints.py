"""Prints: the bars of a series whose four prices can be compared, and how far the market moves around each.

Checks of prices share it: what is a large move depends on the hour, the instrument and the holes nearby.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from dq.kernels import ROBUST, median, neighbourhoods, row_medians, stretch_medians
from dq.model import PRICES, Float, Int, Market, Mask, OrderedBars, Slots

REACH = 200  # bars on either side that say how wide the market moves just now
STRETCH = 1024  # bars that say the same roughly, for screens
OPEN, HIGH, LOW, CLOSE = range(4)
MODEST = 1e300  # prices below it add up without overflow
FLOOR = 0.5  # of the series' own sigma: a quiet night makes the local one vanish


@dataclass(frozen=True, eq=False)
class Prints:
    """Bars with four finite prices, by time.

    Attributes:
        rows: int64, where they stand among all bars; None where they are all bars.
        stamps: int64 microseconds UTC.
        usual: the series' own sigma, as a share of the price.
        tick: smallest step of a price; 0 where unknown.
        positive: all prices are above zero.
    """

    rows: Int | None
    stamps: Int
    open: Float
    high: Float
    low: Float
    close: Float
    slots: Slots
    usual: float
    tick: float
    positive: bool

    def __len__(self) -> int:
        return len(self.close)

    @property
    def prices(self) -> tuple[Float, Float, Float, Float]:
        """Open, high, low and close."""
        return self.open, self.high, self.low, self.close

    def sigma(self, at: Int, following: int = 1) -> Float:
        """The local sigma at each place, in the unit of the price.

        1.4826 × the median size of the moves from close to close among the 401 bars around (as shares of the price,
        where all prices are above zero: they may have doubled since), never below half of the series' own and one
        tick; times the square root of the slots to the neighbours, because across a hole the market had more time.

        Args:
            at: int64 places, from 1 on.
            following: which bar after each place is its neighbour.
        """
        around = neighbourhoods(len(self) - 1, at, REACH)
        moves, level = np.abs(self.close[around + 1] - self.close[around]), np.abs(self.close[at - 1])
        local = ROBUST * (row_medians(moves / self.close[around]) * level if self.positive else row_medians(moves))
        floor = np.maximum(FLOOR * self.usual * level, self.tick)
        after = np.minimum(at + following, len(self) - 1)
        apart = np.maximum(self._slots_apart(at), self._slots_apart(after))
        return np.maximum(local, floor) * np.sqrt(apart)

    def levels(self, rows: Int, anchors: Int) -> Float:
        """Open, high, low and close of those rows as distances from the closes of others, in the unit of the price.

        Of a series whose prices are all above zero they are logarithmic, so that a fall to a half is as far as a rise
        to the double.

        Returns:
            float64, shape (4, 2, len(rows)): the bars as they are, and upside down.
        """
        prices = np.array([self.open[rows], self.high[rows], self.low[rows], self.close[rows]])
        anchor = self.close[anchors]
        levels = anchor * np.log(prices / anchor) if self.positive else prices - anchor
        return np.array([levels, -levels[[OPEN, LOW, HIGH, CLOSE]]]).swapaxes(0, 1)

    def adjoins(self, at: Int) -> Mask:
        """Whether each bar begins when the one before it ends, or on the next day that is owed a daily bar."""
        if self.slots.daily:
            return np.asarray(self._slots_apart(at) == 1)
        return np.asarray(self.stamps[at] - self.stamps[at - 1] == self.slots.interval)

    def span(self, at: Int) -> Float:
        """The median range of the 7 bars around each place, and never less than a usual move."""
        around = neighbourhoods(len(self), at, 3)
        ranges = row_medians(self.high[around] - self.low[around])
        return np.asarray(np.maximum(ranges, self.usual * np.abs(self.close[at])))

    def rough_sigma(self) -> Float:
        """A quick, rather low estimate of the local sigma: one per STRETCH bars, from one move in 32."""
        thin = 32 if len(self) >= 2 * STRETCH else 1
        last, width = self.close[:-1:thin], STRETCH // thin
        moves = np.abs(self.close[1::thin] - last)
        if self.positive:
            moves /= last
        each = stretch_medians(moves, width) if thin > 1 else np.full(-(-len(last) // width), median(moves))
        if self.positive:
            each = each * np.minimum.reduceat(last, np.arange(0, len(last), width))
        each = np.concatenate((each[:1], each, each[-1:], each[-1:]))
        rough = ROBUST * np.minimum(np.minimum(each[:-2], each[1:-1]), each[2:])
        floor = FLOOR * self.usual * np.abs(self.close[::STRETCH]).min()
        return np.asarray(np.maximum(np.fmax(rough, floor), self.tick))

    def _slots_apart(self, at: Int) -> Int:
        steps = self.slots.number(self.stamps[at]) - self.slots.number(self.stamps[at - 1])
        return np.asarray(np.maximum(steps, 1))


def sound_prints(bars: OrderedBars, market: Market) -> Prints:
    """The bars whose prices are finite, and above zero unless the series allows otherwise; chosen once for all checks."""
    known: tuple[Market, Prints] | None = bars.known.get("prints")
    if known is None or known[0] is not market:
        known = bars.known["prints"] = market, _chosen(bars, market)
    return known[1]


def _chosen(bars: OrderedBars, market: Market) -> Prints:
    stamps, rows, prices = bars.timestamp, None, [bars.column(name) for name in PRICES]
    positive = not market.series.allow_non_positive
    lowest, highest = bars.bounds
    if not ((lowest > 0 or not positive) and np.isfinite([lowest, highest]).all()):
        rows = np.flatnonzero(_sound(bars, prices, positive))
        stamps, prices = stamps[rows], [price[rows] for price in prices]
    opens, highs, lows, closes = prices
    return Prints(rows, stamps, opens, highs, lows, closes, market.slots, market.habits.sigma, market.tick, positive)


def _sound(bars: OrderedBars, prices: list[Float], positive: bool) -> Mask:
    """Whether the four prices of each bar are finite, and above zero where they have to be."""
    reaches = [bars.reach(name) for name in PRICES]
    if max(abs(bound) for reach in reaches for bound in reach) < MODEST and (
        not positive or min(low for low, _ in reaches) > 0
    ):
        total = prices[0] + prices[1]  # NaN where one is; it cannot overflow
        for price in prices[2:]:
            total += price
        return np.asarray(~np.isnan(total))
    least, most = functools.reduce(np.minimum, prices), functools.reduce(np.maximum, prices)  # NaN where one is
    return np.asarray((least > (0.0 if positive else -np.inf)) & (most < np.inf))
