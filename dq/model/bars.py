"""Bars: the records of one series as columns, as they arrived and as they follow one another."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

Int = np.ndarray[Any, np.dtype[np.int64]]
Float = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Byte = np.ndarray[Any, np.dtype[np.uint8]]

PRICES = ("open", "high", "low", "close")
COLUMNS = (*PRICES, "volume")


@dataclass(frozen=True, eq=False)
class Columns:
    """Six columns of one length, as views: what bars are made of, in whatever order.

    Attributes:
        timestamp: int64 microseconds UTC, one per row.
        open, high, low, close, volume: float64, one per row; NaN where the source has NULL.
        known: what `extremes`, `enclosed`, `steps`, `breaks` and checks have found so far; views of the same rows may share it.
    """

    timestamp: Int
    open: Float
    high: Float
    low: Float
    close: Float
    volume: Float
    known: dict[str, Any] = field(default_factory=dict, repr=False, kw_only=True)

    def __len__(self) -> int:
        return len(self.timestamp)

    def column(self, name: str) -> Float:
        """The column of that name, one of COLUMNS."""
        column: Float = getattr(self, name)
        return column

    def extremes(self, name: str) -> tuple[float, float]:
        """Lowest and highest value of one of COLUMNS: NaN where one is NaN, and where there are no rows.

        Two reductions prove a block clean for several checks at once, far cheaper than a mask for each.
        """
        if name not in self.known:
            column = self.column(name)
            low = float(column.min()) if len(column) else np.nan
            self.known[name] = (low, low if np.isnan(low) else float(column.max()))  # one NaN makes both NaN
        both: tuple[float, float] = self.known[name]
        return both

    def reach(self, name: str) -> tuple[float, float]:
        """Lowest and highest value of one of COLUMNS, NaN left aside: NaN where there is nothing else."""
        if np.isnan(self.extremes(name)[0]) and len(self) and f"reach {name}" not in self.known:
            column = self.column(name)
            self.known[f"reach {name}"] = (float(np.fmin.reduce(column)), float(np.fmax.reduce(column)))
        both: tuple[float, float] = self.known.get(f"reach {name}", self.known[name])
        return both

    @property
    def enclosed(self) -> bool:
        """Whether every open and close lies between low and high; false where one of the four is NaN."""
        if "enclosed" not in self.known:
            inner = (self.open, self.close)
            self.known["enclosed"] = all((self.low <= one).all() and (one <= self.high).all() for one in inner)
        enclosed: bool = self.known["enclosed"]
        return enclosed

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest of all four prices: NaN where one is NaN, and where there are no rows."""
        if self.enclosed:
            return self.extremes("low")[0], self.extremes("high")[1]
        extremes = np.array([self.extremes(name) for name in PRICES])
        return float(extremes.min()), float(extremes.max())

    @property
    def steps(self) -> Int:
        """Microseconds from each row to the next; computed once for all checks that ask."""
        if "steps" not in self.known:
            self.known["steps"] = np.diff(self.timestamp)
        steps: Int = self.known["steps"]
        return steps

    def breaks(self, interval: int) -> Int:
        """The rows that do not stand one interval after the row before, ascending, without the first."""
        if "breaks" not in self.known:
            self.known["breaks"] = np.flatnonzero(self.steps != interval) + 1
        breaks: Int = self.known["breaks"]
        return breaks


@dataclass(frozen=True, eq=False)
class Bars(Columns):
    """Rows of one series, in the order in which they arrived where the source has one.

    Attributes:
        arrival: the order of rows is the order of arrival.
        offset: number of rows of the series that stand before the first one here.
        highest_before: highest timestamp among those rows; the lowest int64 where there are none.
    """

    arrival: bool = True
    offset: int = 0
    highest_before: int = int(np.iinfo(np.int64).min)

    def rows(self, start: int, stop: int, highest_before: int | None = None) -> Bars:
        """Rows `start` to `stop`, as views of these."""
        columns = _cut(self, start, stop)
        highest = self.highest_before if highest_before is None else highest_before
        return Bars(*columns, self.arrival, self.offset + start, highest)

    @cached_property
    def ordered(self) -> OrderedBars:
        """The same bars as they follow one another in time: what checks of gaps and prices see."""
        from dq.model.ordering import order

        return order(self)


@dataclass(frozen=True, eq=False)
class Repeats:
    """Which instants were written more than once, and how the rows of one instant differ.

    Attributes:
        copies: int64, rows per instant.
        differs: uint8 per instant, bit i set where the rows differ in COLUMNS[i].
        spread: float64 per instant, largest relative difference among its prices.
    """

    copies: Int
    differs: Byte
    spread: Float

    def rows(self, start: int, stop: int) -> Repeats:
        """Instants `start` to `stop`, as views of these."""
        return Repeats(self.copies[start:stop], self.differs[start:stop], self.spread[start:stop])


@dataclass(frozen=True, eq=False)
class OrderedBars(Columns):
    """One bar per instant, by time; the columns of an instant whose rows conflict are NaN.

    The road by which bars came changes nothing here: any order of the same rows gives the same columns.

    Attributes:
        repeats: None where no instant was written twice.
        offset: number of bars of the series that stand before the first one here.
        ends: no bar of the series that was read follows the last one here.
    """

    repeats: Repeats | None = None
    offset: int = 0
    ends: bool = True

    def rows(self, start: int, stop: int) -> OrderedBars:
        """Bars `start` to `stop`, as views of these."""
        repeats = self.repeats and self.repeats.rows(start, stop)
        return OrderedBars(*_cut(self, start, stop), repeats, self.offset + start, self.ends and stop >= len(self))


def _cut(columns: Columns, start: int, stop: int) -> tuple[Int, Float, Float, Float, Float, Float]:
    return (
        columns.timestamp[start:stop],
        columns.open[start:stop],
        columns.high[start:stop],
        columns.low[start:stop],
        columns.close[start:stop],
        columns.volume[start:stop],
    )
