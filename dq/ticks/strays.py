"""Strays: bars with a price off the grid, and how far off it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.model import PRICES, Bars, Float, Int, Mask, OrderedBars
from dq.ticks.steps import Step, apart, nearest_on_grid, proved

HAIR = 1e-6  # share of a price by which arithmetic may miss the grid
CLOSE = 0.02  # and of a step: a hair that is wider than this may be a price of its own
SINGLE = 2.0**-24  # what rounding to single precision does to a number, as a share of it


@dataclass(frozen=True, eq=False)
class Strays:
    """Bars with a price off the grid, and how far it is.

    Attributes:
        rows: int64, their places among the bars that were asked.
        prices, nearest: float64, shape (4, rows): PRICES, and the price of the grid that is nearest to each.
        noise: mask of that shape: off by no more than arithmetic and single precision account for.
        single: of these the ones that are what single precision makes of the price of the grid.
        off: mask of that shape: on no account a price of this grid.
    """

    rows: Int
    prices: Float
    nearest: Float
    noise: Mask
    single: Mask
    off: Mask


def strays(bars: Bars | OrderedBars, step: Step) -> Strays | None:
    """The bars with a price off the grid, None where there are none; found once for all checks that ask."""
    known = f"strays {step}"
    if known not in bars.known:
        suspected = [name for name in PRICES if not proved(bars, name, step)]
        rows = _rows_off([bars.column(name) for name in suspected], step)
        bars.known[known] = _strays(bars, rows, step) if len(rows) else None
    found: Strays | None = bars.known[known]
    return found


def is_single(prices: Float, nearest: Float) -> Mask:
    """Whether each price is single precision's version of that one: whole, or written out to six decimals.

    A price that single precision holds exactly was moved by something else.
    """
    single = nearest.astype(np.float32).astype(np.float64)
    alike = np.abs(prices - single) <= 1e-12 * np.abs(prices)
    return np.asarray((alike | (prices == np.rint(single * 1e6) / 1e6)) & (prices != nearest) & (single != nearest))


def _rows_off(columns: list[Float], step: Step) -> Int:
    """Rows in which one of the columns has a finite price that is not exactly on the grid."""
    off: Mask | None = None
    for column in columns:
        far = apart(column, step)
        if far.any():
            far &= np.isfinite(column)
            off = far if off is None else off | far
    return np.zeros(0, np.int64) if off is None else np.flatnonzero(off)


def _strays(bars: Bars | OrderedBars, rows: Int, step: Step) -> Strays:
    prices = np.stack([bars.column(name)[rows] for name in PRICES])
    nearest = nearest_on_grid(prices, step)
    distance, size = np.abs(prices - nearest), np.abs(prices)
    odd = np.isfinite(prices) & (prices != nearest)
    single = odd & (2 * SINGLE * size < step.size) & is_single(prices, nearest)
    noise = odd & (single | (distance <= np.minimum(HAIR * size, CLOSE * step.size)))
    return Strays(rows, prices, nearest, noise, single, odd & ~noise)
