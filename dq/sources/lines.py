"""The lines of a CSV: which of them are rows, and on which line a row stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dq.door import Aside
from dq.model import BarsError, Int
from dq.sources.header import Header
from dq.sources.stamping import ENOUGH

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

BLOCK = 1 << 20  # bytes read at a time: larger blocks leave the processor's cache and are slower
KEPT_TEXT = 500  # characters of a broken line


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that has more or fewer cells than the header."""

    line: int
    text: str
    cells: int


@dataclass
class Lines:
    """Which line of the text a row of a batch stands on, and the lines that are no rows at all.

    Attributes:
        name: the series where the text does not say.
        instrument: their name of the column that says.
        rows: how many rows there were in the batches so far.
    """

    header: Header
    place: str
    name: str
    instrument: str | None
    rows: int = 0
    _next: int = 0
    _broken: list[Broken] = field(default_factory=list)
    _set_aside: int = 0

    def __post_init__(self) -> None:
        self._next = self.header.line + 1

    def reader(self, text: io.BufferedReader[Any], names: Mapping[str, str]) -> arrow_csv.CSVStreamingReader:
        """Batches of the columns of those names, as text; the instruments as a dictionary."""
        import pyarrow as pa
        import pyarrow.csv as arrow_csv

        unique = [name if name in names.values() else f"\0{place}" for place, name in enumerate(self.header.names)]
        kinds: dict[str, pa.DataType] = dict.fromkeys(names.values(), pa.string())
        if self.instrument is not None:
            kinds[self.instrument] = pa.dictionary(pa.int32(), pa.string())
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
        line = int(row.number or 0) + self.header.line
        self._broken.append(Broken(line, row.text[:KEPT_TEXT], row.actual_columns))
        return "skip"

    def of(self, rows: Int) -> Int:
        """The lines of those rows of the batch at hand; line breaks within quotes are not counted."""
        if not self._broken or not len(rows):
            return rows + self._next
        numbers = np.arange(self._next, self._next + int(rows[-1]) + 1 + len(self._broken))
        return np.asarray(np.setdiff1d(numbers, [one.line for one in self._broken])[rows])

    def advance(self, rows: int, asides: dict[str, Aside]) -> None:
        """The batch at hand had so many rows: go to the next, and set aside the broken lines on the way."""
        self.rows += rows
        self._next = int(self.of(np.array([rows - 1]))[-1]) + 1 if rows else self._next
        passed = 0
        while passed < len(self._broken) and self._broken[passed].line <= self._next:
            self._next = max(self._next, self._broken[passed].line + 1)
            passed += 1
        self._put(self._broken[:passed], asides)
        self._broken = self._broken[passed:]

    def rest(self) -> dict[str, Aside]:
        """The broken lines behind the last row.

        Raises:
            BarsError: every line is broken.
        """
        asides: dict[str, Aside] = {}
        last = self._broken[-1:]
        self._put(self._broken, asides)
        self._broken = []
        if last and self.rows == 0 and self._set_aside >= ENOUGH:
            raise BarsError(
                f"{self.place} cannot become bars: none of its lines has {len(self.header.names)} cells as the header has "
                f"(line {last[0].line} has {last[0].cells})",
                hint="Every line needs a cell for each name in the header, and no separator at its end.",
            )
        return asides

    def _put(self, broken: list[Broken], asides: dict[str, Aside]) -> None:
        self._set_aside += len(broken)
        for one in broken:
            cells = next(csv.reader([one.text], delimiter=self.header.delimiter), [])
            at = self.header.names.index(self.instrument) if self.instrument else len(cells)
            whose = self.name if not self.instrument else cells[at].strip() if at < len(cells) else ""
            why = f"has {one.cells} cells, the header {len(self.header.names)}"
            asides.setdefault(whose, Aside()).add(one.line, "", one.text, why, place=self.place)
