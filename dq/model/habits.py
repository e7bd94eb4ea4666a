"""What is usual for a series: learned once from a sample of its bars, known to every check."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from dq.model.bars import Float, Int
from dq.model.instants import DAY

UNKNOWN = float("nan")
VANISHING = 1e-12  # stands for a share of none


@dataclass(frozen=True, slots=True, eq=False)
class Spells:
    """How often bars of one kind begin a spell, and how often a spell goes on.

    Attributes:
        begins: share of the other bars that are followed by one of that kind.
        goes_on: share of spells that last two bars or longer.
        lasting: bars of the longest spells of which the sample has several; 1 where it says nothing of long ones.
        tail: share of spells that last so long, and how often these go on for one bar more.
        by_time: float64, share of bars of that kind in each of the equal stretches of a UTC day, on a usual day and
            with the stretches on either side; empty where too few days say so.
    """

    begins: float = 0.0
    goes_on: float = 0.0
    lasting: int = 1
    tail: tuple[float, float] = (1.0, 0.0)
    by_time: Float = field(default_factory=lambda: np.zeros(0))

    def longest(self, probability: float) -> int:
        """The longest spell, in bars, that is not less likely than `probability`; 0 where even one bar is."""
        if not self.begins > probability:
            return 0
        length = 1 + math.log(probability / self.begins) / math.log(self.goes_on)
        share, goes_on = self.tail
        if self.lasting > 1 and self.begins * share > probability:
            length = max(length, self.lasting + math.log(probability / (self.begins * share)) / math.log(goes_on))
        return math.floor(length)

    def chances(self, stamps: Int, first: Int, lengths: Int) -> Float:
        """The natural logarithm of the probability of each spell, at its time of day where that is known to matter.

        Args:
            stamps: timestamps of the series.
            first, lengths: place of the first bar of each spell among them, and its bars.
        """
        begins, (share, goes_on) = max(self.begins, VANISHING), self.tail
        usual = math.log(begins) + (lengths - 1) * math.log(self.goes_on)
        if self.lasting > 1:
            beyond = np.maximum(lengths - self.lasting, 0) * math.log(goes_on)
            usual = np.maximum(usual, math.log(begins * share) + beyond)
        if len(self.by_time) == 0 or len(first) == 0:
            return np.asarray(usual)
        before = np.cumsum(lengths) - lengths
        rows = np.repeat(first - before, lengths) + np.arange(int(lengths.sum()))
        now = self.by_time[stamps[rows] % DAY * len(self.by_time) // DAY]
        shares = np.maximum(now, self.goes_on)
        shares[before] = np.maximum(now[before], begins)
        return np.asarray(np.maximum(usual, np.add.reduceat(np.log(shares), before)))


@dataclass(frozen=True, slots=True)
class Grid:
    """The steps in which prices are written.

    Attributes:
        step: the largest step of which 99 % of the prices are multiples, in their own unit; 0 where there is none.
        decimals: decimals with which 99 % of the prices are written out; -1 where there are none.
        single: not the prices themselves, but those of which they are the single precision (float32) are multiples.
    """

    step: float = 0.0
    decimals: int = -1
    single: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Turnover:
    """What volume is usual.

    Attributes:
        known, traded: share of the bars with a volume that is a number, and with one above zero.
        usual: float64, mean of the natural logarithm of volume by stretch of the day; NaN where no bar says so.
        sigma: robust standard deviation of that logarithm around `usual`.
    """

    known: float = 0.0
    traded: float = 0.0
    usual: Float = field(default_factory=lambda: np.zeros(0))
    sigma: float = UNKNOWN


@dataclass(frozen=True, slots=True)
class Nights:
    """How far prices move while the market is closed: from the last close of a session to the next open.

    Attributes:
        sigma: robust standard deviation of the logarithm of next open ÷ last close; NaN where too few say so.
        count: nights that were seen.
    """

    sigma: float = UNKNOWN
    count: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """What is usual for a series, from a sample of its bars; NaN where too few bars say so.

    Attributes:
        sigma: robust standard deviation of the move from close to close, as a share of the price (1.4826 × its
            median size).
        bars: how many bars were sampled.
        repeats: spells of bars that repeat the bar before (see `stuck_price`).
        pauses: spells of those among them that are flat and have no volume, as where nobody trades.
        idle: spells of bars with a volume of zero.
    """

    sigma: float = UNKNOWN
    bars: int = 0
    repeats: Spells = Spells()
    pauses: Spells = Spells()
    idle: Spells = Spells()
    grid: Grid = Grid()
    turnover: Turnover = Turnover()
    nights: Nights = Nights()
