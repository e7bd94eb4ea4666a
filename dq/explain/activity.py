"""Whether bars are missing where the market is calm, or anywhere: what the bars around a missing run say of it.

Nobody trades for a minute where little is traded anyway, so the slots that a market leaves empty lie among its smallest
bars, and among bars of a single trade. A collector loses bars without looking at them: its holes lie among any.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.kernels import distinct, median
from dq.model import Float, Int, Mask, OrderedBars, Slots

WIDTH = 4  # bars on either side that say how active a place is
STRETCH = 2048  # bars: what is calm is so among the bars of its own weeks
FEW = 100  # bars that say nothing
BAND = 0.1  # places as active as one: a tenth of all on either side
LITTLE = 0.1  # of the median volume: that of a single trade at most
FLOOR = 0.02  # of ranks, so that one smallest bar does not outweigh all others
DIGITS = 9  # to which sums of the same numbers are the same
PER_SINGLE, SPARE = 2, 2  # runs that a market leaves empty for every bar of a single trade, and besides


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What the bars around missing runs say; one entry per run.

    Attributes:
        known: enough bars were read around the run to say anything.
        lost: share of the runs in places as active as this one that were lost, not left empty; 0 to 1.
        familiar: bars of a single trade lie in such places, and two other runs at least as long in such or livelier ones.
    """

    known: Mask
    lost: Float
    familiar: Mask

    @classmethod
    def nothing(cls, count: int) -> Surroundings:
        """Nobody knows."""
        return cls(np.zeros(count, np.bool_), np.ones(count), np.zeros(count, np.bool_))


def look_around(bars: OrderedBars, slots: Slots, first: Int, lost: Int, apart: Int) -> Surroundings:
    """How active the market was around runs of missing slots, compared with the other bars of those weeks.

    Args:
        bars: of the series, by time; those around the runs must be among them.
        first, lost: number of the first missing slot of each run, and how many are missing.
        apart: the first slots of runs that say nothing of the others: those that recur.
    """
    told = Surroundings.nothing(len(first))
    numbers = slots.number(bars.timestamp)
    inside = slots.holds(bars.timestamp, numbers)
    held = np.flatnonzero(inside & np.append(True, np.diff(numbers) > 0)[: len(numbers)])
    edges = np.linspace(0, len(held), max(round(len(held) / STRETCH), 1) + 1).astype(np.int64)
    after = np.searchsorted(numbers[held], first)  # the bar behind each run
    stretch = np.clip(np.searchsorted(edges, after, side="right") - 1, 0, len(edges) - 2)
    for number in distinct(stretch)[0].tolist():
        start, stop = edges[number : number + 2].tolist()
        if stop - start >= FEW:
            own = np.flatnonzero(stretch == number)
            weeks = _Stretch.of(numbers[held[start:stop]], _taken(bars, held[start:stop]), apart)
            told.known[own] = True
            told.lost[own], told.familiar[own] = weeks.judge(after[own] - start, lost[own])
    return told


@dataclass(frozen=True, eq=False)
class _Stretch:
    """Some weeks of bars, and every missing run between them. Activity is a standing among places: 0 to 1.

    Attributes:
        total: running sum of how large each bar is.
        usual: ascending, how large the bars around each bar are.
        length: slots missing in each run, in the order of `seen`.
        seen: ascending, how active the place of each run is.
        single: ascending, the same of each bar of a single trade: they occur where some slots have none.
    """

    total: Float
    usual: Float
    length: Int
    seen: Float
    single: Float

    @classmethod
    def of(cls, numbers: Int, bars: OrderedBars, apart: Int) -> _Stretch:
        with np.errstate(all="ignore"):
            size = _size(bars.volume) + _size((bars.high - bars.low) / np.abs(bars.close))
        total = np.append(0.0, np.cumsum(size))
        places = np.arange(WIDTH, len(size) - WIDTH)
        around = (total[places + WIDTH + 1] - total[places - WIDTH] - size[places]) / (2 * WIDTH)
        around = np.round(around, DIGITS)
        usual = np.sort(around)
        at = np.flatnonzero(np.diff(numbers) > 1) + 1
        at = at[~np.isin(numbers[at - 1] + 1, apart)] if len(apart) else at
        length, seen = numbers[at] - numbers[at - 1] - 1, _standing(usual, _mean(total, at))
        order = np.argsort(seen)
        single = _standing(usual, around[_single_trades(bars)[places]])
        return cls(total, usual, length[order], seen[order], np.sort(single))

    def judge(self, at: Int, lost: Int) -> tuple[Float, Mask]:
        """Share lost, and whether as long a run is familiar, for runs in front of those bars."""
        here = _standing(self.usual, _mean(self.total, at))
        low, high = np.minimum(here, 1 - BAND) - BAND, np.maximum(here, BAND) + BAND
        near = _within(self.seen, low, high)
        anywhere = 2 * BAND * min(self._lost_above(0.5), self._lost_above(0.8))
        left_empty = PER_SINGLE * _within(self.single, low, high)
        share = np.maximum(anywhere, near - left_empty - SPARE) / np.maximum(near, 1)
        familiar = near <= left_empty
        for length in distinct(lost)[0].tolist():
            own = lost == length
            as_long = self.seen[self.length >= length]
            familiar[own] &= len(as_long) - np.searchsorted(as_long, here[own] - BAND) > 2  # itself and two others
        return np.clip(share, 0.0, 1.0), familiar

    def _lost_above(self, activity: float) -> float:
        """Runs that a loss at random makes in the whole stretch, if it made those of its livelier places."""
        runs, single = len(self.seen) - np.searchsorted(self.seen, activity), float((self.single >= activity).sum())
        trades = _trades(single / max(len(self.usual) * (1 - activity), 1))
        return float(max(runs - single * max(1.0, 1 / trades), 0.0) / (1 - activity) + 1)


def _taken(bars: OrderedBars, rows: Int) -> OrderedBars:
    prices = (bars.open[rows], bars.high[rows], bars.low[rows], bars.close[rows])
    return OrderedBars(bars.timestamp[rows], *prices, bars.volume[rows])


def _single_trades(bars: OrderedBars) -> Mask:
    """Whether each bar looks like that of one trade: one price; or little volume, from the last close to its own."""
    from_last = np.append(False, bars.open[1:] == bars.close[:-1])[: len(bars)]
    straight = (bars.high == np.maximum(bars.open, bars.close)) & (bars.low == np.minimum(bars.open, bars.close))
    little = bars.volume <= LITTLE * median(bars.volume[bars.volume > 0])
    return np.asarray((bars.high == bars.low) | (from_last & straight & little))


def _size(values: Float) -> Float:
    """The logarithm of where each value stands among all: the smallest weigh most. NaN counts as nothing."""
    values = np.where(np.isfinite(values), values, 0.0)
    order = np.argsort(values)
    ordered = values[order]
    begin = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    alike = np.diff(begin, append=len(values))
    size = np.empty(len(values))
    size[order] = np.repeat(np.log((begin + alike / 2) / len(values) + FLOOR), alike)
    return size


def _standing(ordered: Float, values: Float) -> Float:
    """Where values stand among the ordered ones, 0 to 1; equal ones share their place."""
    either = np.searchsorted(ordered, values) + np.searchsorted(ordered, values, side="right")
    return np.asarray(either / max(2 * len(ordered), 1))


def _within(ordered: Float, low: Float, high: Float) -> Int:
    return np.asarray(np.searchsorted(ordered, high, side="right") - np.searchsorted(ordered, low))


def _mean(total: Float, at: Int) -> Float:
    """Mean size of the bars around each place between two bars."""
    begin, stop = np.maximum(at - WIDTH, 0), np.minimum(at + WIDTH, len(total) - 1)
    return np.asarray(np.round((total[stop] - total[begin]) / np.maximum(stop - begin, 1), DIGITS))


def _trades(single: float) -> float:
    """Trades per slot where that share of the bars is of a single one, if trades come by chance.

    Of slots with on average x trades, e^-x have none and x e^-x a single one.
    """
    trades = np.linspace(0.05, 12, 240)
    return float(np.interp(single, (trades / np.expm1(trades))[::-1], trades[::-1]))
