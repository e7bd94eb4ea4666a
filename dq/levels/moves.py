"""Moves: from each close to the next, once per block, with what proves the block calm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.model import Float, Int, Market, OrderedBars
from dq.prints import Prints, sound_prints


@dataclass(frozen=True, eq=False)
class Moves:
    """The moves of a block from close to close.

    Attributes:
        sizes: float64 in the unit of the price, one fewer than the prints; the first leads to the second of them.
        furthest: size of the largest of them; 0 where there are none.
        lowest: no close is smaller than this; 0 where there are none.
    """

    prints: Prints
    sizes: Float
    furthest: float
    lowest: float

    def above(self, share: float) -> Int:
        """Places of the closes that lie more than that share of the lower one above or below the close before."""
        if not self.furthest > share * self.lowest:
            return np.zeros(0, np.int64)
        sizes, closes = np.abs(self.sizes), np.abs(self.prints.close)
        return np.flatnonzero(sizes > share * np.minimum(closes[1:], closes[:-1])) + 1


def moves(bars: OrderedBars, market: Market) -> Moves:
    """The moves of those bars, computed once for all checks that ask."""
    prints = sound_prints(bars, market)
    found: Moves | None = bars.known.get("moves")
    if found is None or found.prints is not prints:
        found = bars.known["moves"] = _moves(bars, prints)
    return found


def _moves(bars: OrderedBars, prints: Prints) -> Moves:
    close = prints.close
    if len(close) < 2:
        return Moves(prints, np.zeros(0), 0.0, 0.0)
    sizes = close[1:] - close[:-1]
    furthest = max(float(sizes.max()), -float(sizes.min()))
    lowest = bars.bounds[0] if prints.rows is None else float(close.min())
    return Moves(prints, sizes, furthest, lowest if lowest > 0 else float(np.abs(close).min()))


def rows_of(prints: Prints, places: Int) -> Int:
    """The rows of prints among all bars."""
    return places if prints.rows is None else prints.rows[places]


def places_of(prints: Prints, rows: Int) -> Int:
    """The places of rows among the prints; rows without four sound prices are left out."""
    if prints.rows is None:
        return rows
    at = np.minimum(np.searchsorted(prints.rows, rows), max(len(prints.rows) - 1, 0))
    return at[prints.rows[at] == rows] if len(prints.rows) else at[:0]
