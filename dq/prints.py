"""Prints: the bars of a series whose four prices can be compared, and how far the market moves around each.

Checks of prices share it: what is a large move depends on the hour, the instrument and the holes nearby.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.kernels import ROBUST, median, neighbourhoods, row_medians, stretch_medians
from dq.model import PRICES, Float, Int, Market, OrderedBars, Slots

REACH = 200  # bars on either side that say how wide the market moves just now
STRETCH = 1024  # bars that say the same roughly, for screens
FLOOR = 0.5  # of the series' own sigma: a quiet night makes the local one vanish


@dataclass(frozen=True, eq=False)
class Prints:
    """Bars with four finite prices, by time.

    Attributes:
        rows: int64, where they stand among all bars; None where they are all bars.
        stamps: int64 microseconds UTC.
        usual: the series' own sigma, as a share of the price.
        tick: smallest step of a price; 0 where unknown.
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

    def __len__(self) -> int:
        return len(self.close)

    def sigma(self, at: Int, following: int = 1) -> Float:
        """The local sigma at each place, in the unit of the price.

        1.4826 × the median size of the moves from close to close among the 401 bars around, never below half of the
        series' own and one tick; times the square root of the slots to the neighbours, because across a hole the
        market had more time to move.

        Args:
            at: int64 places, from 1 on.
            following: which bar after each place is its neighbour.
        """
        around = neighbourhoods(len(self) - 1, at, REACH)
        local = ROBUST * row_medians(np.abs(self.close[around + 1] - self.close[around]))
        floor = np.maximum(FLOOR * self.usual * np.abs(self.close[at - 1]), self.tick)
        after = np.minimum(at + following, len(self) - 1)
        apart = np.maximum(self._slots_apart(at), self._slots_apart(after))
        return np.maximum(local, floor) * np.sqrt(apart)

    def span(self, at: Int) -> Float:
        """The median range of the 7 bars around each place, and never less than a usual move."""
        around = neighbourhoods(len(self), at, 3)
        ranges = row_medians(self.high[around] - self.low[around])
        return np.asarray(np.maximum(ranges, self.usual * np.abs(self.close[at])))

    def rough_sigma(self) -> Float:
        """A quick, rather low estimate of the local sigma: one per STRETCH bars, from one move in 32."""
        if len(self) < 2 * STRETCH:
            rough = np.full(1 + len(self) // STRETCH, ROBUST * median(np.abs(np.diff(self.close))))
        else:
            moves = np.abs(self.close[1::32] - self.close[:-1:32])
            rough = ROBUST * stretch_medians(moves, STRETCH // 32)
            rough = np.append(rough, rough[-1])
            rough = np.minimum(rough, np.minimum(np.append(rough[1:], np.inf), np.append(np.inf, rough[:-1])))
        floor = FLOOR * self.usual * np.abs(self.close[::STRETCH]).min()
        return np.asarray(np.maximum(np.fmax(rough, floor), self.tick))

    def _slots_apart(self, at: Int) -> Int:
        steps = self.slots.number(self.stamps[at]) - self.slots.number(self.stamps[at - 1])
        return np.asarray(np.maximum(steps, 1))


def sound_prints(bars: OrderedBars, market: Market) -> Prints:
    """The bars whose prices are finite, and above zero unless the series allows otherwise."""
    stamps, rows, prices = bars.timestamp, None, [bars.column(name) for name in PRICES]
    lowest = -np.inf if market.series.allow_non_positive else 0.0
    bounds = [bars.extremes(name) for name in PRICES]
    if not all(low > lowest and high < np.inf for low, high in bounds):
        sound = np.logical_and.reduce([np.isfinite(price) & (price > lowest) for price in prices])
        rows = np.flatnonzero(sound)
        stamps, prices = stamps[rows], [price[rows] for price in prices]
    opens, highs, lows, closes = prices
    tick = market.series.tick or 0.0
    return Prints(rows, stamps, opens, highs, lows, closes, market.slots, market.habits.sigma, tick)
