"""The rows of one series as they come in, in arrays that are made once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dq.door import Aside, Piece
from dq.model import COLUMNS


@dataclass
class Collected:
    """What has been decoded of one series so far.

    Pieces are copied into arrays of the size that the survey counted, so that what they were decoded into can be used
    again at once: memory that is touched for the first time costs more than the copy.

    Attributes:
        room: how many rows to expect.
        clock: the zone that is still to be applied to all of them.
    """

    room: int
    aside: Aside = field(default_factory=Aside)
    clock: str | None = None
    _columns: list[np.ndarray[Any, np.dtype[Any]]] = field(default_factory=list)
    _rows: int = 0

    def add(self, piece: Piece) -> None:
        """Add rows at the end."""
        count = len(piece.timestamp)
        position = () if piece.position is None else (piece.position,)
        columns = (piece.timestamp, *piece.values, *position)
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

    @property
    def piece(self) -> Piece:
        """All rows so far."""
        if not self._columns:
            return Piece(np.zeros(0, np.int64), tuple(np.zeros(0) for _ in COLUMNS))
        timestamp, *columns = (column[: self._rows] for column in self._columns)
        values = tuple(column for column in columns if column.dtype == np.float64)
        return Piece(timestamp, values, columns[-1] if len(columns) > len(values) else None)
