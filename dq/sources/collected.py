"""The rows of one series as they come in, in arrays that are made once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dq.door import Aside, Piece, placed

Column = np.ndarray[Any, np.dtype[Any]]


@dataclass
class Collected:
    """What has been decoded of one series so far.

    Pieces are copied into arrays of the size that the survey counted, so that what they were decoded into can be used
    again at once: memory that is touched for the first time costs more than the copy. Only pieces whose wall clock is
    still to be read wait, because that takes all rows of a file in their order.

    Attributes:
        room: how many rows to expect.
        aside: the rows that cannot be read.
    """

    room: int
    aside: Aside = field(default_factory=Aside)
    _columns: list[Column] = field(default_factory=list)
    _rows: int = 0
    _waiting: list[Piece] = field(default_factory=list)
    _clock: str | None = None

    def add(self, piece: Piece, clock: str | None) -> None:
        """Add rows at the end; `clock` is the zone that is still to be applied to them."""
        if clock is None:
            self._read_clock()
            self._store(piece)
            return
        self._clock = clock
        self._waiting.append(piece)

    def pieces(self) -> list[Piece]:
        """All rows so far, in UTC."""
        self._read_clock()
        if not self._columns:
            return []
        timestamp, *values = (column[: self._rows] for column in self._columns)
        return [Piece(timestamp, tuple(values))]

    def _read_clock(self) -> None:
        if self._waiting:
            self._store(placed(self._waiting, self.aside, zone=self._clock))
            self._waiting = []

    def _store(self, piece: Piece) -> None:
        count = len(piece.timestamp)
        columns: tuple[Column, ...] = (piece.timestamp, *piece.values)
        if self._rows == 0 and count >= self.room:
            self._columns, self._rows = list(columns), count
            return
        if not self._columns:
            self._columns = [np.empty(max(self.room, count), column.dtype) for column in columns]
        if self._rows + count > len(self._columns[0]):  # the file grew since it was surveyed
            more = max(count, self._rows)
            self._columns = [np.concatenate([old[: self._rows], np.empty(more, old.dtype)]) for old in self._columns]
        for whole, part in zip(self._columns, columns, strict=True):
            whole[self._rows : self._rows + count] = part
        self._rows += count
