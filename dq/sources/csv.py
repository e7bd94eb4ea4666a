"""CSV: a path, plain or gzipped, or standard input. Text whose cells are read one kind at a time."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dq.door import Form, Piece, settle
from dq.model import BarsError, SourceError
from dq.sources.access import Access
from dq.sources.decoding import Batch, Decoder
from dq.sources.header import header_of
from dq.sources.lines import BLOCK, Lines
from dq.sources.naming import Names
from dq.sources.said import said_by

GZIP = b"\x1f\x8b"


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
    decoder: Decoder = field(init=False)

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
            raise BarsError(f"{self.place} is not a CSV that can be read: {said_by(error)}") from error
        except (OSError, EOFError) as error:
            raise SourceError(f"{self.place} cannot be read to its end: {said_by(error)}") from error

    def _text(self) -> io.BufferedReader[Any]:
        raw: io.BufferedReader[Any] = io.BufferedReader(self.reopened(), BLOCK)
        if raw.peek(2)[:2] != GZIP:
            return raw
        import gzip

        return io.BufferedReader(gzip.GzipFile(fileobj=raw), BLOCK)

    def _rows(self, text: io.BufferedReader[Any]) -> Iterator[Batch]:
        header = header_of(text, self.place)
        found: dict[str, tuple[Form, str]] = {name: ("cells", "text") for name in header.names if name}
        layout = settle(found, self.place, self.access.columns)
        twice = [name for name in layout.names.values() if header.names.count(name) > 1]
        if twice:
            raise BarsError(f'{self.place} cannot become bars: it has two columns "{twice[0]}"')
        self.decoder = decoder = Decoder(self.place, layout, self.name, self.access.timezone, blank_lines=True)
        lines = Lines(header, self.place, self.name, layout.names.get("instrument"))
        if text.peek(1):
            for table in lines.reader(text, layout.names):
                batch = decoder.decode(table, lines.of)
                lines.advance(table.num_rows, batch.asides)
                yield batch
        rest = lines.rest()
        if rest:
            yield Batch(Names(()), Piece(np.zeros(0, np.int64), ()), rest)
        decoder.finish()
        self.notes |= decoder.notes
