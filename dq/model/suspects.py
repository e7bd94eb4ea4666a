"""Suspects: the ranges of time that a check distrusts, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from dq.model.bars import COLUMNS, Bars, Int, Mask, OrderedBars

Column = np.ndarray[Any, Any]

CAUSES = (
    "",
    "dst",
    "halt",
    "outage",
    "calendar_suspect",
    "quiet",
    "hole",
    "unknown",
    "identical",
    "conflicting",
    "unsettled",
    "live_bar",
    "label",
    "synthetic",
    "local_time",
    "stale_offset",
    "repeated_hour",
    "missing_hour",
    "frozen_winter",
    "traded",
    "splice",
    "roll",
    "stays",
    "single_precision",
    "other_grid",
    "extra",
    "invented",
    "retries",
)

DEFAULTS: Mapping[str, np.generic | Column] = {
    "row": np.int64(0),  # the bar that brought the suspicion to light, counted from the first of the series
    "last_row": np.int64(0),  # the last bar of a range of rows
    "start": np.int64(0),  # microseconds UTC, first bar or slot
    "end": np.int64(0),  # microseconds UTC, last bar or slot
    "count": np.int64(1),  # bars, rows or slots inside the window
    "bars": np.int64(1),  # the same, counted beyond the edges of the window too
    "length": np.int64(0),  # microseconds of market time
    "columns": np.uint8(0),  # bit i stands for COLUMNS[i]
    "zone": np.int8(-1),  # position of a time zone in dq.displaced.zones.ZONES, or -1
    "cause": np.uint8(0),  # index into CAUSES
    "observed": np.float64("nan"),
    "expected": np.float64("nan"),
    "sigmas": np.float64("nan"),
    "ticks": np.float64("nan"),
    "percent": np.float64("nan"),
    "came_back": np.int8(-1),  # 1 yes, 0 no, -1 not known
    "filled": np.int64(-1),  # of missing slots, how many the reference has; -1 where it says nothing
    "about": np.array(None, object),  # an About, of suspects that are no bars
}


@dataclass(frozen=True, slots=True)
class About:
    """What of one of the collector's tables a suspect speaks of.

    Attributes:
        subject: a level type; a component and its operation.
        words: what fills the check's message besides the columns.
        parts: the stretches `[start, end)` that are concerned, in microseconds UTC, where not all in between is.
        names: the instruments that the subject names; empty where it concerns any.
    """

    subject: str
    words: Mapping[str, str]
    parts: tuple[tuple[int, int], ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Suspects:
    """What a check distrusts: ranges of time, as columns of one length named as in DEFAULTS.

    Only the columns that a check gave are held; the others answer with their default. A shuffled table makes a
    million suspects before they are joined into ranges, and columns that say nothing would cost most of that.
    """

    number: int
    given: Mapping[str, Column]

    def __len__(self) -> int:
        return self.number

    def __getitem__(self, name: str) -> Column:
        """The column of that name; one that was not given is its default, read-only."""
        column = self.given.get(name)
        return _unsaid(name, self.number) if column is None else column

    def take(self, index: Column | slice) -> Suspects:
        """The suspects at those positions, where that mask is true, or in that slice."""
        given = {name: column[index] for name, column in self.given.items()}
        return Suspects(len(given["start"]), given)

    def with_column(self, name: str, values: Column) -> Suspects:
        """The same suspects with another column of that name."""
        return Suspects(self.number, {**self.given, name: np.asarray(values, DEFAULTS[name].dtype)})


@lru_cache(maxsize=256)
def _unsaid(name: str, number: int) -> Column:
    """A column of defaults; kept, because the words of a thousand findings ask for a dozen of them each."""
    return np.broadcast_to(DEFAULTS[name], number)


def suspects(number: int, /, **given: Any) -> Suspects:
    """`number` suspects with those columns; a scalar stands for all of them, and takes no memory."""
    columns = {}
    for name, values in {"start": 0, **given}.items():
        column = np.asarray(values, DEFAULTS[name].dtype)
        columns[name] = column if column.shape == (number,) else np.broadcast_to(column, number)
    return Suspects(number, columns)


_NONE = suspects(0)


def no_suspects() -> Suspects:
    return _NONE


def at_rows(shown: Bars | OrderedBars, rows: Int, /, **given: Any) -> Suspects:
    """One suspect per row of `shown`; the driver makes neighbours of one kind into a range."""
    stamps, rows = shown.timestamp[rows], rows + shown.offset
    return suspects(len(rows), row=rows, last_row=rows, start=stamps, end=stamps, **given)


def concatenated(pieces: Sequence[Suspects]) -> Suspects:
    """All those suspects, one piece after the other."""
    if len(pieces) == 1:
        return pieces[0]
    names = {name for piece in pieces for name in piece.given} | {"start"}
    given = {name: np.concatenate([piece[name] for piece in pieces] or [np.zeros(0, np.int64)]) for name in names}
    return Suspects(len(given["start"]), given)


def cause(name: str) -> np.uint8:
    """The code of a cause."""
    return np.uint8(CAUSES.index(name))


def has_cause(found: Suspects, names: Sequence[str]) -> Mask:
    """Whether each suspect has one of those causes."""
    wanted = np.zeros(len(CAUSES), np.bool_)
    wanted[[CAUSES.index(name) for name in names]] = True
    return np.asarray(wanted[found["cause"]])


def column_bits(*names: str) -> np.uint8:
    """The bits of those columns."""
    return np.uint8(sum(1 << COLUMNS.index(name) for name in names))


def column_names(bits: int) -> tuple[str, ...]:
    """The columns of those bits."""
    return tuple(name for bit, name in enumerate(COLUMNS) if bits >> bit & 1)
