"""The steps in which the prices of a series are written, from a sample of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dq.model import PRICES, Float, Grid, Int, Mask, OrderedBars
from dq.ticks import SINGLE, is_single

SAMPLE = 2048  # bars
AGREE = 0.99  # share of the prices that make a grid
HABIT = 0.5  # share of exact prices below which a habit is out of the question
DISTINCT = 30  # fewer different prices than this have multiples by chance
FINEST = 10  # decimals
WRITTEN_OUT = 6  # decimals with which vendors write single precision
GLANCE = 256  # prices that show at once which steps are out of the question
TELLING = 2.0**49  # prices with so many steps below them are multiples of anything
SIX = 0.5e-6  # by what six decimals, as vendors write single precision, may be off


def learn_grid(stretches: Sequence[OrderedBars]) -> Grid:
    """The grid that 99 % of the sampled prices share; none of too few different ones."""
    prices = _sampled(stretches)
    if _distinct(prices) < DISTINCT:
        return Grid()
    decimals = _exact_decimals(prices)
    if not 0 <= decimals < WRITTEN_OUT:
        rounded, exact = _single_decimals(prices)
        if rounded >= 0:
            return Grid(10.0**-rounded, rounded, single=exact < HABIT)
    if decimals < 0:
        return Grid()
    numbers = np.rint(prices * 10.0**decimals).astype(np.int64)
    return Grid(_multiple(numbers) / 10.0**decimals, decimals)


def _sampled(stretches: Sequence[OrderedBars]) -> Float:
    """The prices of up to 2,048 bars of all stretches together that can be multiples of something."""
    each = max(SAMPLE // max(len(stretches), 1), 1)
    columns = [stretch.column(name)[:each] for stretch in stretches for name in PRICES]
    prices = np.abs(np.concatenate(columns or [np.zeros(0)]))
    return np.asarray(prices[(prices > 0) & (prices < TELLING)])


def _exact_decimals(prices: Float) -> int:
    """The fewest decimals with which 99 % of the prices are written out exactly; -1 where 10 are not enough."""
    highest, some = float(prices.max()), prices[:: -(-len(prices) // GLANCE)]
    for decimals in range(FINEST + 1):
        power = 10.0**decimals
        if highest * power >= TELLING:
            return -1
        if _share(np.rint(some * power) / power == some) < HABIT:
            continue
        if _share(np.rint(prices * power) / power == prices) >= AGREE:
            return decimals
    return -1


def _single_decimals(prices: Float) -> tuple[int, float]:
    """The fewest decimals of which 99 % of the prices are the single precision, some of them exact all the same.

    Returns:
        the decimals, -1 where there are none or 99 % are exact; and the share of the prices that are exact.
    """
    room = SINGLE * float(prices.max()) + SIX
    for decimals in range(FINEST + 1):
        if 10.0**-decimals < 40 * room:  # anything would be near such a grid
            break
        nearest = np.rint(prices * 10.0**decimals) / 10.0**decimals
        exact = prices == nearest
        if _share(exact) >= AGREE:
            break
        if _share(exact | is_single(prices, nearest)) >= AGREE:
            return decimals, _share(exact)
    return -1, 0.0


def _multiple(numbers: Int) -> int:
    """The largest product of twos and fives that divides 99 % of the numbers, and leaves enough different ones."""
    over, some = 1, numbers[:: -(-len(numbers) // GLANCE)]
    for factor in (2, 5):
        while _share(some % (over * factor) == 0) >= HABIT:
            fits = numbers % (over * factor) == 0
            if _share(fits) < AGREE or _distinct(numbers[fits]) < DISTINCT:
                break
            over *= factor
    return over


def _share(mask: Mask) -> float:
    return int(np.count_nonzero(mask)) / len(mask)


def _distinct(values: Float | Int) -> int:
    ascending = np.sort(values)
    return int((ascending[1:] != ascending[:-1]).sum()) + (len(values) > 0)
