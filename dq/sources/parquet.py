"""Parquet: a file whose row groups are decoded one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dq.door import Form, settle
from dq.model import BarsError, SourceError
from dq.sources.access import Access
from dq.sources.arrays import form_of
from dq.sources.decoding import Batch, Decoder, numbered_from
from dq.sources.said import said_by

if TYPE_CHECKING:
    import pyarrow.parquet as pq

ROWS = 1 << 18  # rows decoded at a time: measured; 64k and 1M are slower
PER_SECOND = {"s": 1, "ms": 1000, "us": 1_000_000, "ns": 1_000_000_000}


@dataclass
class Parquet:
    """One Parquet file.

    Attributes:
        place: the file, as people are told.
        name: the series where the file does not say.
        parts: how many row groups it has.
    """

    path: Path
    place: str
    name: str
    access: Access
    parts: int = 0
    notes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Look at the schema.

        Raises:
            BarsError: not Parquet, or cut off; a column is absent or of the wrong type.
            SettingsError: naive timestamps, and nobody said on which clock.
        """
        import pyarrow as pa

        try:
            with self._opened() as file:
                schema = file.schema_arrow
                self.parts = file.num_row_groups
                self._first_rows = _running_total(file)
                self._metadata = file.metadata
        except (pa.ArrowException, OSError, EOFError) as error:
            if isinstance(error, OSError) and error.errno:  # the system's; Arrow's own have none
                raise SourceError(f"{self.place} cannot be read: {said_by(error)}") from error
            raise BarsError(f"{self.place} is not a whole Parquet file: {said_by(error)}") from error
        found = {column.name: (form_of(column.type), str(column.type)) for column in schema}
        self._layout = settle(_stamps_as_cells(found, self.access), self.place, self.access.columns)
        self._unit = getattr(schema.field(self._layout.names["timestamp"]).type, "unit", "us")
        self._dictionary = [
            name
            for ours, name in self._layout.names.items()
            if ours == "instrument" and not pa.types.is_dictionary(schema.field(name).type)
        ]
        self.decoder = Decoder(self.place, self._layout, self.name, self.access.timezone, self.notes)

    def summary(self, part: int) -> tuple[str, int, int] | None:
        """Series, rows and latest timestamp of a row group of one series, by its statistics."""
        group = self._metadata.row_group(part)
        columns: dict[str, Any] = {
            group.column(at).path_in_schema: group.column(at).statistics for at in range(group.num_columns)
        }
        stamps: Any = columns.get(self._layout.names["timestamp"])
        if self._layout.stamps != "zoned" or not _told(stamps) or stamps.physical_type != "INT64":
            return None
        latest = int(stamps.max_raw) * 1_000_000 // PER_SECOND[self._unit]
        theirs = self._layout.names.get("instrument")
        if theirs is None:
            return self.name, group.num_rows, latest
        names: Any = columns.get(theirs)
        if not _told(names) or names.null_count != 0 or names.min != names.max or not str(names.min).strip():
            return None
        return str(names.min), group.num_rows, latest

    def recent(self, part: int) -> Iterator[Batch]:
        """The instruments and timestamps of a row group."""
        return self.batches(part, only_stamps=True)

    def batches(self, part: int, *, only_stamps: bool = False) -> Iterator[Batch]:
        """The rows of a row group in their order.

        Raises:
            BarsError: the row group is damaged, or its timestamps are text that is none.
            SourceError: the file cannot be read.
        """
        import pyarrow as pa

        wanted = [
            name for ours, name in self._layout.names.items() if not only_stamps or ours in ("instrument", "timestamp")
        ]
        first = self._first_rows[part] + 1
        try:
            with self._opened() as file:
                for batch in file.iter_batches(ROWS, row_groups=[part], columns=wanted):
                    yield self.decoder.decode(batch, numbered_from(first), only_stamps=only_stamps)
                    first += batch.num_rows
        except (pa.ArrowException, OSError, EOFError) as error:
            raise BarsError(f"{self.place} is damaged in row group {part + 1}: {said_by(error)}") from error

    def _opened(self) -> pq.ParquetFile:
        import pyarrow.parquet as pq

        return pq.ParquetFile(
            self.path, read_dictionary=getattr(self, "_dictionary", None), page_checksum_verification=True
        )


def _told(statistics: Any) -> bool:
    return statistics is not None and statistics.has_min_max and statistics.has_null_count


def _running_total(file: pq.ParquetFile) -> list[int]:
    total, firsts = 0, []
    for group in range(file.num_row_groups):
        firsts.append(total)
        total += file.metadata.row_group(group).num_rows
    return firsts


def _stamps_as_cells(found: dict[str, tuple[Form, str]], access: Access) -> dict[str, tuple[Form, str]]:
    """Timestamps may be text; prices may not."""
    theirs = access.columns.get("timestamp", "timestamp")
    if found.get(theirs, ("other", ""))[0] == "text":
        return {**found, theirs: ("cells", found[theirs][1])}
    return found
