"""Arrow record batches of one file become pieces of series, and rows that cannot be read are set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dq.door import IN_SETTINGS, KEPT, NO_VOLUME, Aside, Layout, Piece, Wording
from dq.model import COLUMNS, NO_INSTANT, BarsError, Float, Int, Mask
from dq.sources.arrays import floats, present
from dq.sources.naming import Names, named
from dq.sources.stamping import Stamps, Tally
from dq.sources.texts import text_numbers

if TYPE_CHECKING:
    import pyarrow as pa

Lines = Callable[[Int], Int]


def numbered_from(first: int) -> Lines:
    """Positions of the rows of a batch that begins with the row of that number."""
    return lambda rows: rows + first


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows of several series, in the order of arrival.

    Attributes:
        names: which series the readable rows belong to.
        asides: instrument to the rows that cannot be read; "" for rows that belong to none.
    """

    names: Names
    piece: Piece
    asides: dict[str, Aside]


@dataclass
class Decoder:
    """What is known of one file, and what is learnt of it on the way.

    Attributes:
        place: the file, as people are told.
        name: the series where the file does not say.
        zone: IANA name of the clock of naive timestamps, None where nobody said.
        stamps: what is known of its timestamps.
        blank_lines: a row in which nothing stands is no row.
        wording: how hints name the settings.
    """

    place: str
    layout: Layout
    name: str
    zone: str | None
    notes: set[str] = field(default_factory=set)
    tally: Tally = field(default_factory=Tally)
    blank_lines: bool = False
    wording: Wording = IN_SETTINGS

    def __post_init__(self) -> None:
        zone, notes, tally = self.zone, self.notes, self.tally
        self.stamps = Stamps(self.place, self.layout, zone, notes, tally, wording=self.wording)
        if "volume" not in self.layout.names:
            self.notes.add(NO_VOLUME)

    @property
    def alone(self) -> bool:
        """The file says nothing of instruments: it is one series, even if it has no rows."""
        return "instrument" not in self.layout.names

    @property
    def clock(self) -> str | None:
        """The zone that is still to be applied to the timestamps."""
        return self.stamps.clock

    def decode(self, batch: pa.RecordBatch, lines: Lines, *, only_stamps: bool = False) -> Batch:
        """The batch's rows; `lines` gives the positions in the file of rows of the batch.

        Raises:
            SettingsError: the timestamps are naive and nobody said on which clock.
            BarsError: the timestamps are nothing of the kind.
        """
        cells = {
            ours: batch.column(theirs) for ours, theirs in self.layout.names.items() if theirs in batch.schema.names
        }
        names = named(cells.get("instrument"), self.name, batch.num_rows)
        faults: dict[str, tuple[Mask, str]] = {}
        if names.missing is not None:
            faults["instrument"] = names.missing, "is empty"
        timestamp, faults["timestamp"] = self.stamps.read(cells["timestamp"])
        values: tuple[Float, ...] = ()
        if not only_stamps:
            columns = [numbers_in(cells.get(name), batch.num_rows, self.tally, name) for name in COLUMNS]
            values = tuple(column for column, _ in columns)
            unread = {name: mask for name, (_, mask) in zip(COLUMNS, columns, strict=True) if mask is not None}
            faults |= {name: (mask, "is not a number") for name, mask in unread.items()}
        broken = {name: fault for name, fault in faults.items() if fault[0].any()}
        position = lines(np.arange(batch.num_rows)) if self.clock else None
        piece = Piece(timestamp, values, position)
        if not broken:
            return Batch(names, piece, {})
        return self._parted(names, piece, cells, broken, lines)

    def finish(self) -> None:
        """The file has been read.

        Raises:
            BarsError: a column holds text from top to bottom.
        """
        for name in self.tally.hopeless():
            needed = "an instant" if name == "timestamp" else "a number"
            theirs = self.layout.names[name]
            raise BarsError(
                f'{self.place} cannot become bars: no cell of column "{theirs}" is {needed}',
                hint=f"Numbers are written 1234.5, without commas; instants 2026-03-08T07:00Z. If {name} is in another"
                f" column, say so {self.wording.column.format(ours=name, theirs='…')}",
            )

    def _parted(
        self, names: Names, piece: Piece, cells: dict[str, Any], broken: dict[str, tuple[Mask, str]], lines: Lines
    ) -> Batch:
        """The readable rows, and the others with the first of their columns that is broken."""
        unread = np.logical_or.reduce([mask for mask, _ in broken.values()])
        told = unread
        if self.blank_lines:
            told = unread & ~np.logical_and.reduce([~there(cell) for cell in cells.values()])
        rows = np.flatnonzero(told)
        asides: dict[str, Aside] = {name: Aside() for name in map(names.of, rows.tolist())}
        for row, line in zip(rows[:KEPT].tolist(), lines(rows[:KEPT]).tolist(), strict=True):
            column = next(name for name, (mask, _) in broken.items() if mask[row])
            value = cells[column][row].as_py()
            unplaced = self.clock is not None or ("timestamp" in broken and broken["timestamp"][0][row])
            asides[names.of(row)].add(
                line,
                self.layout.names[column],
                "" if value is None else str(value),
                "is empty" if value is None else broken[column][1],
                NO_INSTANT if unplaced else int(piece.timestamp[row]),
                self.place,
            )
        for row in rows[KEPT:].tolist():
            asides[names.of(row)].count += 1
        return Batch(names.take(~unread), piece.take(~unread), asides)


def numbers_in(cells: pa.Array[Any] | None, count: int, tally: Tally, name: str) -> tuple[Float, Mask | None]:
    """A column of prices or volumes as float64, NaN where it is absent or NULL; which cells are no numbers, if any.

    Args:
        count: rows, where there is no column.
        tally: takes what text could not be read, under that name.
    """
    import pyarrow as pa

    if cells is None:
        return np.full(count, np.nan), None
    if not pa.types.is_string(cells.type):
        return floats(cells), None
    values, unread = text_numbers(cells)
    bad = int(unread.sum())
    tally.add(name, bad + int(np.count_nonzero(~np.isnan(values))), bad)
    return values, unread if bad else None


def there(cells: pa.Array[Any]) -> Mask:
    """Which cells are not NULL."""
    mask = present(cells)
    return np.ones(len(cells), np.bool_) if mask is None else mask


def parted(batch: Batch) -> Iterator[tuple[str, Piece]]:
    """The batch's rows by series, each in the order of arrival."""
    for name, rows in batch.names.groups():
        yield name, batch.piece if rows is None else batch.piece.take(rows)
