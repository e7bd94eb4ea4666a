"""A frame in memory: a DataFrame of pandas or polars, an Arrow table, or anything else that hands out Arrow columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dq.door import IN_CALL, OHLC_DATA, Form, settle
from dq.sources.access import Absent, Access
from dq.sources.columns import Frame, found_in
from dq.sources.decoding import Batch, Decoder, numbered_from
from dq.sources.files import FileSource

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 1 << 18  # rows decoded at a time


class FrameSource(FileSource):
    """The bars of a frame, in the order of its rows; see `dq.sources.access.Source`."""

    no_tables = Absent("a frame holds bars alone, not the tables of a collector")


def open_frame(access: Access) -> FrameSource:
    """The bars of the frame of that access.

    Raises:
        BarsError: it cannot become bars.
        SettingsError: naive timestamps, and nobody said on which clock.
    """
    wanted = {access.columns.get(column.name, column.name): column.kind for column in OHLC_DATA}
    frame = found_in(access.frame, wanted)
    name = access.instrument or "DataFrame"
    return FrameSource(frame.label, [Framed(frame, frame.label, name, access)], alone=True)


@dataclass
class Framed:
    """The columns of a frame as a file of one part; see `dq.sources.survey.File`."""

    frame: Frame
    place: str
    name: str
    access: Access
    parts: int = 1
    notes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        held = self.frame.held
        found: Mapping[str, tuple[Form, str]] = {
            name: (held[name].form, held[name].kind) if name in held else ("other", "") for name in self.frame.names
        }
        self._layout = settle(found, self.place, self.access.columns, wording=IN_CALL)
        self.decoder = Decoder(self.place, self._layout, self.name, self.access.timezone, self.notes, wording=IN_CALL)

    def summary(self, part: int) -> tuple[str, int, int] | None:
        """Nothing is known of a frame before it is looked through."""
        return None

    def recent(self, part: int) -> Iterator[Batch]:
        """The instruments and timestamps."""
        return self.batches(part, only_stamps=True)

    def batches(self, part: int, *, only_stamps: bool = False) -> Iterator[Batch]:
        """The rows in their order.

        Raises:
            BarsError: a column of Python's objects holds something else from top to bottom.
            SettingsError: naive timestamps, and nobody said on which clock.
        """
        self.decoder.tally.clear()
        first = 1
        wanted = {
            ours: theirs
            for ours, theirs in self._layout.names.items()
            if not only_stamps or ours in ("instrument", "timestamp")
        }
        for batch in batches_of(self.frame, wanted):
            yield self.decoder.decode(batch, numbered_from(first), only_stamps=only_stamps)
            first += batch.num_rows
        self.decoder.finish()


def batches_of(frame: Frame, wanted: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
    """Those columns (our name to theirs) of the frame, in the plain types that a Decoder reads."""
    import pyarrow as pa

    columns = [frame.held[theirs].array for theirs in wanted.values()]
    table = pa.Table.from_arrays(columns, names=list(wanted.values()))
    for batch in table.to_batches(max_chunksize=ROWS):
        arrays = [
            column if ours == "instrument" and pa.types.is_dictionary(column.type) else plain(column)
            for ours, column in zip(wanted, batch.columns, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, names=list(wanted.values()))


def plain(array: pa.Array[Any]) -> pa.Array[Any]:
    """The same values without a dictionary, and texts in the one layout of Arrow's that all functions know."""
    import pyarrow as pa

    if isinstance(array, pa.DictionaryArray):
        return plain(array.dictionary).take(array.indices)
    if pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type):
        return array.cast(pa.string())
    return array


def plain_table(table: pa.Table) -> pa.Table:
    """The same with plain columns."""
    import pyarrow as pa

    columns = [
        pa.chunked_array([plain(chunk) for chunk in column.chunks], None if column.num_chunks else column.type)
        for column in table.columns
    ]
    return pa.Table.from_arrays(columns, names=table.schema.names)
