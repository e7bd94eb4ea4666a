"""Steps: fractions, and whether prices are multiples of one to the last bit."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from dq.model import Bars, Float, Mask, OrderedBars

FINEST = 12  # decimals of the finest step
WHOLE = 2.0**53  # beyond it every double is a whole number
_WRAP = 1 << 64


class Step(NamedTuple):
    """The step of a grid as a fraction in lowest terms."""

    over: int
    under: int

    @property
    def size(self) -> float:
        return self.over / self.under


def step_of(size: float) -> Step | None:
    """The fraction that a step means: 0.1 is 1 ÷ 10, 0.25 is 1 ÷ 4; None where it has more than 12 decimals."""
    if not 0 < size < WHOLE:
        return None
    for decimals in range(FINEST + 1):
        under = 10**decimals
        over = round(size * under)
        if over / under == size:
            shared = math.gcd(over, under)
            return Step(over // shared, under // shared)
    return None


def nearest_on_grid(prices: Float, step: Step) -> Float:
    """The price of the grid nearest to each; those too large for the grid to mean anything are their own.

    Both sides of the division are whole numbers below 2^53, so that its result is the double nearest to the decimal.
    """
    number = np.rint(prices * (step.under / step.over))
    number *= step.over
    large = np.abs(number) >= WHOLE
    number /= step.under
    return np.where(large, prices, number) if large.any() else number


def apart(column: Float, step: Step) -> Mask:
    """Whether each price differs from the nearest one of the grid; NaN differs from everything."""
    if step.over > 1:
        return np.asarray(nearest_on_grid(column, step) != column)
    scaled = column * step.under
    number = np.rint(scaled)
    if step.under & (step.under - 1):  # by a power of two the product is exact, and the division can be spared
        number /= step.under
        scaled = column
    apart = np.asarray(number != scaled)
    if apart.any():
        apart &= ~(np.abs(column) * step.under >= WHOLE)
    return apart


def proved(bars: Bars | OrderedBars, name: str, step: Step) -> bool:
    """Whether all prices of a column are on the grid, without a look at each; False where that takes a look.

    NaN is no price. Its bits are 0 from the second highest of the mantissa down: it counts as a multiple below, or
    spoils the proof, but never makes one.

    Prices between two powers of two share an exponent, so that their bits count in one unit, 2^-s. A multiple of 1 ÷ d
    then leaves less than d ÷ 2 when bits × d is divided by 2^s, and nothing else does. The shift by 64 - s makes the
    division of integers that overflow, with the sign that is wanted.
    """
    low, high = bars.reach(name)
    exponent = math.frexp(high)[1] - 1 if 0 < low <= high < math.inf else None
    if exponent is None or step.over != 1 or math.frexp(low)[1] - 1 != exponent:
        return False
    finest = 52 - exponent
    if finest < 1 or 4 * step.under >= 1 << finest:  # doubles that far apart are on any such grid
        return True
    bits = bars.column(name).view(np.int64)
    if step.under & (step.under - 1) == 0 and finest <= 52:
        return int(np.bitwise_or.reduce(bits)) % ((1 << finest) // step.under) == 0
    if finest > 63:
        return False
    left = bits * _signed(step.under << 64 - finest)
    if finest > 52:  # the leading bit of a price, which is not written, reaches into the rest
        left -= _signed((1023 + exponent - 1 << 52) * (step.under << 64 - finest))
    limit = step.under // 2 << 64 - finest
    return -limit <= int(left.min()) and int(left.max()) <= limit


def _signed(number: int) -> np.int64:
    """An integer of any size as the 64 bits that arithmetic with overflow would leave of it."""
    number %= _WRAP
    return np.int64(number - _WRAP if number >= _WRAP // 2 else number)
