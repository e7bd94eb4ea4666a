"""CSV: a path, plain or gzipped, or standard input. Text whose cells are read one kind at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dq.door import Aside, settle
from dq.model import BarsError, Int, SourceError
from dq.sources.access import Access
from dq.sources.decoding import Batch, Decoder
from dq.sources.header import Header, header_of

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

GZIP = b"\x1f\x8b"
BLOCK = 1 << 20  # bytes read at a time: larger blocks leave the processor's cache and are slower


@dataclass
class Csv:
    """One CSV text.

    Attributes:
        place: the file, as people are told.
        name: the series where the text does not say.
        reopened: gives the bytes from the beginning, each time it is called.
    """

    place: str
    name: str
    access: Access
    reopened: Callable[[], io.FileIO | io.BytesIO]

    parts: int = 1
    notes: set[str] = field(default_factory=set)

    @property
    def alone(self) -> bool:
        """The text says nothing of instruments: it is one series, even if it has no rows."""
        return self._alone

    def clock(self) -> str | None:
        """The zone that is still to be applied to the timestamps."""
        return self._clock

    def __post_init__(self) -> None:
        self._clock: str | None = None
        self._alone = False

    def summary(self, part: int) -> tuple[str, int, int] | None:
        """Nothing is known of a text before it is read."""
        return None

    def recent(self, part: int) -> Iterator[Batch]:
        """Everything: a text has to be read whole to know its timestamps."""
        return self.batches(part)

    def batches(self, part: int, *, only_stamps: bool = False) -> Iterator[Batch]:
        """The rows of the text in their order.

        Raises:
            SettingsError: naive timestamps, and nobody said on which clock.
            BarsError: a column is absent, or holds something else from top to bottom; no header; not a CSV at all.
            SourceError: the file cannot be read, or ends in the middle of its compression.
        """
        import pyarrow as pa

        try:
            with self._text() as text:
                yield from self._rows(text)
        except pa.ArrowInvalid as error:
            raise BarsError(f"{self.place} is not a CSV that can be read: {_sentence(error)}") from error
        except (OSError, EOFError) as error:
            raise SourceError(f"{self.place} cannot be read to its end: {_sentence(error)}") from error

    def _text(self) -> io.BufferedReader[Any]:
        raw: io.BufferedReader[Any] = io.BufferedReader(self.reopened(), BLOCK)
        if raw.peek(2)[:2] != GZIP:
            return raw
        import gzip

        return io.BufferedReader(gzip.GzipFile(fileobj=raw), BLOCK)

    def _rows(self, text: io.BufferedReader[Any]) -> Iterator[Batch]:
        header = header_of(text, self.place)
        found = {name: ("cells", "text") for name in header.names if name}
        layout = settle(found, self.place, self.access.columns)  # type: ignore[arg-type]
        twice = [name for name in layout.names.values() if header.names.count(name) > 1]
        if twice:
            raise BarsError(f'{self.place} cannot become bars: it has two columns "{twice[0]}"')
        decoder = Decoder(self.place, layout, self.name, self.access.timezone)
        self._alone = "instrument" not in layout.names
        lines = Lines(header)
        if text.peek(1):
            for table in lines.reader(text, layout.names):
                batch = decoder.decode(table, lines.of)
                lines.advance(table.num_rows, batch.asides, layout.names.get("instrument"), self.name)
                self._clock = decoder.clock
                yield batch
        decoder.finish()
        self.notes |= decoder.notes


@dataclass
class Lines:
    """Which line of the text a row of a batch stands on, and the lines that are no rows at all."""

    header: Header
    next: int = 0
    broken: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.next = self.header.line + 1

    def reader(self, text: io.BufferedReader[Any], names: Any) -> arrow_csv.CSVStreamingReader:
        """Batches of the columns of those names, as text; the instruments as a dictionary."""
        import pyarrow as pa
        import pyarrow.csv as arrow_csv

        unique = [name if name in names.values() else f"\0{place}" for place, name in enumerate(self.header.names)]
        kinds: dict[str, pa.DataType] = dict.fromkeys(names.values(), pa.string())
        if "instrument" in names:
            kinds[names["instrument"]] = pa.dictionary(pa.int32(), pa.string())
        return arrow_csv.open_csv(
            text,
            arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=unique),
            arrow_csv.ParseOptions(
                delimiter=self.header.delimiter, ignore_empty_lines=False, invalid_row_handler=self._skip
            ),
            arrow_csv.ConvertOptions(
                column_types=kinds, include_columns=list(kinds), null_values=[""], strings_can_be_null=True
            ),
        )

    def _skip(self, row: arrow_csv.InvalidRow) -> Literal["skip"]:
        self.broken.append(row)
        return "skip"

    def of(self, rows: Int) -> Int:
        """The lines of those rows of the batch at hand; line breaks within quotes are not counted."""
        if not self.broken:
            return rows + self.next
        last = int(rows[-1]) + 1 if len(rows) else 0
        numbers = np.arange(self.next, self.next + last + len(self.broken))
        return np.asarray(np.setdiff1d(numbers, [self._line(row) for row in self.broken])[rows])

    def advance(self, rows: int, asides: dict[str, Aside], instrument: str | None, name: str) -> None:
        """The batch at hand had so many rows: go to the next, and set aside the broken lines on the way."""
        self.next = int(self.of(np.arange(rows))[-1]) + 1 if rows else self.next
        passed = [row for row in self.broken if self._line(row) <= self.next]
        for row in passed:
            self.next = max(self.next, self._line(row) + 1)
            cells = next(csv.reader([row.text], delimiter=self.header.delimiter), [])
            at = self.header.names.index(instrument) if instrument else len(cells)
            whose = name if not instrument else cells[at].strip() if at < len(cells) else ""
            why = f"has {row.actual_columns} cells, the header {row.expected_columns}"
            asides.setdefault(whose, Aside()).add(self._line(row), "", row.text, why)
        self.broken = [row for row in self.broken if row not in passed]

    def _line(self, row: arrow_csv.InvalidRow) -> int:
        return int(row.number or 0) + self.header.line


def _sentence(error: BaseException) -> str:
    return str(error).strip().split("\n")[0][:200].rstrip(".") or type(error).__name__
