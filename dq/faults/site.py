"""Where a defect may go: the bars of one series, which of them are sound, and one place among them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dq.model import PRICES, Bars, Float, Int, Market, Mask
from dq.prints import sound_prints

MARGINS = (30, 10, 3, 1)  # sound bars around a defect: as many as there are, since neighbours say what is usual
SHORTEST = 7  # more than five bars are critical in the default suites
IMPOSSIBLE = 1e-9  # a hole as likely as that is none that nobody traded in
THIN = 0.5  # a market in which no more of the bars than that follow one another has no unbroken stretches


@dataclass(frozen=True, eq=False)
class Site:
    """One place for one defect.

    Attributes:
        bars: in order of time.
        row: where the defect begins.
        room: how many bars in a row it may take.
        turn: its number among the defects of its kind, from 0, so that kinds with several forms show all of them.
    """

    bars: Bars
    market: Market
    row: int
    room: int = 1
    turn: int = 0

    @property
    def tick(self) -> float:
        """The smallest step of a price; one part in a hundred thousand of the price where none is known."""
        return self.market.tick or 1e-5 * abs(float(self.bars.close[self.row]))

    @property
    def sigma(self) -> float:
        """The local sigma of the move from close to close, in the unit of the price; 0 where nothing moves."""
        prints = sound_prints(self.bars.ordered, self.market)
        if len(prints) < 3 or not self.market.habits.sigma > 0:
            return 0.0
        at = int(np.searchsorted(prints.stamps, self.bars.timestamp[self.row]))
        return float(prints.sigma(np.clip(np.array([at]), 1, len(prints) - 1))[0])

    @property
    def span(self) -> float:
        """The usual range from high to low around, in the unit of the price, as it will be once this bar's is wide."""
        around = np.r_[max(self.row - 3, 0) : self.row, self.row + 1 : min(self.row + 4, len(self.bars))]
        ranges = np.sort(self.bars.high[around] - self.bars.low[around])
        usual = np.nan_to_num(self.market.habits.sigma * abs(float(self.bars.close[self.row])))
        return max(float(ranges[len(ranges) // 2]) if len(ranges) else 0.0, self.sigma, float(usual))


@dataclass(frozen=True, eq=False)
class Ground:
    """The bars of one series, and those among them in which a defect would be the only one.

    Attributes:
        bars: in order of time.
        marked: rows near which something was found already.
    """

    bars: Bars
    market: Market
    marked: Mask

    @cached_property
    def owned(self) -> Mask:
        """Rows that the window judges."""
        return self.market.owns(self.bars.timestamp) & (self.bars.timestamp <= self.market.as_of)

    @cached_property
    def linked(self) -> Mask:
        """Rows that follow the one before without a gap: one interval later, and of daily bars one session later."""
        if self.market.series.daily:
            steps = np.diff(self.market.slots.number(self.bars.timestamp)) == 1
        else:
            steps = np.diff(self.bars.timestamp) == self.market.series.interval
        return np.append(False, steps)[: len(self.bars)]

    @cached_property
    def sound(self) -> Mask:
        """Rows with four prices that agree, and where nothing was found."""
        prices: list[Float] = [self.bars.column(name) for name in PRICES]
        lowest = -np.inf if self.market.series.allow_non_positive else 0.0
        finite = np.logical_and.reduce([np.isfinite(price) & (price > lowest) for price in prices])
        opens, highs, lows, closes = prices
        agree = (highs >= np.maximum(opens, closes)) & (lows <= np.minimum(opens, closes))
        return np.asarray(finite & agree & ~self.marked)

    @cached_property
    def longer_than_quiet(self) -> int:
        """The fewest slots that a market with so many bars does not leave empty by itself."""
        return max(SHORTEST, math.ceil(math.log(IMPOSSIBLE) / math.log(1 - min(max(self._presence, 0.001), 0.999))))

    @property
    def _presence(self) -> float:
        """The share of slots with a bar, of those that the bars span; 0 to 1."""
        stamps = self.bars.timestamp[self.bars.timestamp <= self.market.as_of]
        if len(stamps) == 0:
            return 1.0
        first, last = self.market.slots.number(stamps[[0, -1]]).tolist()
        return min(len(stamps) / max(int(last - first) + 1, 1), 1.0)

    def rows(self, length: int) -> Int:
        """Rows at which a stretch of that many judged bars begins, sound on both sides for as far as possible."""
        thin = self.linked.mean() < THIN if len(self.bars) else False
        tries = [(margin, True) for margin in MARGINS] + [(1, False)] * bool(thin)
        return next(filter(len, (self._rows(length, *one) for one in tries)), np.zeros(0, np.int64))

    def _rows(self, length: int, margin: int, unbroken: bool) -> Int:
        first = np.arange(max(len(self.bars) - length - 2 * margin + 1, 0))
        stop = first + length + 2 * margin
        fits = self._unsound[stop] == self._unsound[first]
        fits &= self._foreign[first + margin + length] == self._foreign[first + margin]
        if unbroken:
            fits &= self._broken[stop] == self._broken[first + 1]
        return np.flatnonzero(fits) + margin

    @cached_property
    def _unsound(self) -> Int:
        return _counted(~self.sound)

    @cached_property
    def _broken(self) -> Int:
        return _counted(~self.linked)

    @cached_property
    def _foreign(self) -> Int:
        return _counted(~self.owned)


def _counted(mask: Mask) -> Int:
    """How many are true before each place, and in all."""
    return np.append(0, np.cumsum(mask))
