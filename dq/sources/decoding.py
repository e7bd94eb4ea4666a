"""Arrow record batches of one file become pieces of series, and rows that cannot be read are set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dq.door import Aside, Form, Layout, Piece, epoch_unit, from_epoch, text_form
from dq.door.instants import SAMPLE, UNIT_NAMES, Unit
from dq.model import COLUMNS, NO_INSTANT, BarsError, Float, Int, Mask, SettingsError
from dq.sources.arrays import floats, instants, integers, present
from dq.sources.naming import Names, named
from dq.sources.texts import nulls, text_instants, text_integers, text_numbers

if TYPE_CHECKING:
    import pyarrow as pa

ENOUGH = 10  # cells of a column, none of them readable, that make it a column of the wrong type
NAIVE_HINT = 'Say in dq.toml on which clock they were written: [source] timezone = "UTC", or "America/New_York", …'
Lines = Callable[[Int], Int]


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
        form: how the timestamps are written; `cells` until the first batch has been seen.
    """

    place: str
    layout: Layout
    name: str
    zone: str | None
    notes: set[str] = field(default_factory=set)
    form: Form = "cells"
    unit: Unit | None = None
    _told: Counter[str] = field(default_factory=Counter)
    _unread: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if self.layout.stamps != "cells":
            self._learn_form(self.layout.stamps)
        if "volume" not in self.layout.names:
            self.notes.add("There is no column volume: volumes are unknown.")

    @property
    def clock(self) -> str | None:
        """The zone that is still to be applied to the timestamps."""
        return self.zone if self.form == "naive" else None

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
        timestamp, faults["timestamp"] = self._timestamps(cells["timestamp"])
        values: tuple[Float, ...] = ()
        if not only_stamps:
            columns = [self._values(name, cells.get(name), batch.num_rows) for name in COLUMNS]
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
        for name, count in self._unread.items():
            if count >= ENOUGH and count == self._told[name]:
                raise BarsError(
                    f'{self.place} cannot become bars: none of the {count} cells of column "{self.layout.names[name]}" '
                    f"is {'a number' if name != 'timestamp' else 'an instant'}",
                    hint=f"If {name} is in another column, say so in dq.toml: [source.columns] {name} = …",
                )

    def _timestamps(self, cells: pa.Array[Any]) -> tuple[Int, tuple[Mask, str]]:
        if self.layout.stamps == "cells":
            return self._written(cells)
        values, there = integers(cells) if self.layout.stamps == "integer" else instants(cells)
        unread = np.zeros(len(values), np.bool_) if there is None else ~there
        if self.layout.stamps != "integer":
            return values, (unread, "is empty")
        return self._counted(values, ~unread)

    def _written(self, cells: pa.Array[Any]) -> tuple[Int, tuple[Mask, str]]:
        """Timestamps from text; those of another form than most cells are not read."""
        import pyarrow as pa

        cells = cells if pa.types.is_string(cells.type) else cells.cast(pa.string())
        if self.form == "cells":
            self._learn_form(self._sampled(cells))
        if self.form == "integer":
            values, read = text_integers(cells)
            instant, (unread, why) = self._counted(values, read)
        else:
            instant, read = text_instants(cells, self.form)
            unread = ~read
            why = {"zoned": "is not an instant with offset", "naive": "is not an instant", "date": "is not a date"}[
                self.form
            ]
            why += ", as ISO 8601 writes it"
        self._told["timestamp"] += len(cells)
        self._unread["timestamp"] += int(unread.sum())
        return instant, (unread, why)

    def _counted(self, values: Int, read: Mask) -> tuple[Int, tuple[Mask, str]]:
        if self.unit is None and read.any():
            self.unit = epoch_unit(values[read][:SAMPLE])
            self.notes.add(f"Timestamps are integers, read as {UNIT_NAMES[self.unit]} since 1970.")
        instant, strange = from_epoch(values, self.unit or "s")
        return instant, (strange | ~read, f"is not a whole number of {UNIT_NAMES[self.unit or 's']} since 1970")

    def _sampled(self, cells: pa.Array[Any]) -> Form:
        """The form of the first cells that hold anything."""
        filled = np.flatnonzero(~nulls(cells))[:SAMPLE].tolist()
        sample = [str(cells[row].as_py()) for row in filled]
        form = text_form(sample)
        if form == "other" and len(sample) >= ENOUGH:
            theirs = self.layout.names["timestamp"]
            raise BarsError(
                f'{self.place} cannot become bars: column "{theirs}" holds no instants but "{sample[0][:40]}", needed is '
                "ISO 8601 such as 2024-03-05T14:35:00Z, or whole seconds, ms, µs or ns since 1970",
                hint="If the timestamp is in another column, say so in dq.toml: [source.columns] timestamp = …",
            )
        return "zoned" if form == "other" else form

    def _learn_form(self, form: Form) -> None:
        self.form = form
        if form == "date":
            self.notes.add("Timestamps are dates, read as 00:00 UTC.")
        if form == "naive":
            if self.zone is None:
                raise SettingsError(f"The timestamps of {self.place} have no time zone", hint=NAIVE_HINT)
            self.notes.add(f"Timestamps have no offset, read on the clock of {self.zone}.")

    def _values(self, name: str, cells: pa.Array[Any] | None, count: int) -> tuple[Float, Mask | None]:
        import pyarrow as pa

        if cells is None:
            return np.full(count, np.nan), None
        if not pa.types.is_string(cells.type):
            return floats(cells), None
        values, unread = text_numbers(cells)
        bad = int(unread.sum())
        self._told[name] += bad + int(np.count_nonzero(~np.isnan(values)))
        self._unread[name] += bad
        return values, unread if bad else None

    def _parted(
        self, names: Names, piece: Piece, cells: dict[str, Any], broken: dict[str, tuple[Mask, str]], lines: Lines
    ) -> Batch:
        """The readable rows, and the others with the first of their columns that is broken."""
        unread = np.logical_or.reduce([mask for mask, _ in broken.values()])
        blank = np.logical_and.reduce([~there(cell) for cell in cells.values()])
        asides: dict[str, Aside] = {}
        rows = np.flatnonzero(unread & ~blank)
        at_known = self.clock is None
        for row, line in zip(rows.tolist(), lines(rows).tolist(), strict=True):
            column = next(name for name, (mask, _) in broken.items() if mask[row])
            value = cells[column][row].as_py() if column in cells else None
            known = at_known and not ("timestamp" in broken and broken["timestamp"][0][row])
            asides.setdefault(names.of(row), Aside()).add(
                line,
                self.layout.names[column],
                "" if value is None else str(value),
                broken[column][1] if value is not None else "is empty",
                int(piece.timestamp[row]) if known else NO_INSTANT,
            )
        return Batch(names.take(~unread), piece.take(~unread), asides)


def there(cells: pa.Array[Any]) -> Mask:
    """Which cells are not NULL."""
    mask = present(cells)
    return np.ones(len(cells), np.bool_) if mask is None else mask


def parted(batch: Batch) -> Iterator[tuple[str, Piece]]:
    """The batch's rows by series, each in the order of arrival."""
    for name, rows in batch.names.groups():
        yield name, batch.piece if rows is None else batch.piece.take(rows)
