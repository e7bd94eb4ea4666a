"""Answers become columns: CSV by Arrow for bars, JSON for names and for looks at a table."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dq.door import Form, text_form
from dq.model import Float, Int, SourceError
from dq.sources.arrays import floats, instants, integers
from dq.sources.supabase.asking import BROKEN, Answer

if TYPE_CHECKING:
    import pyarrow as pa

LAST_PLACE = 2**63 - 1  # of rows whose order of arrival is not known


@dataclass(frozen=True, eq=False)
class Columns:
    """The rows of a page.

    Attributes:
        raw: timestamps as the table counts.
        values: as they were asked for.
        arrival: order of arrival, or None.
    """

    raw: Int
    values: tuple[Float, ...]
    arrival: Int | None

    def __len__(self) -> int:
        return len(self.raw)

    def upto(self, count: int) -> Columns:
        """The first rows."""
        values = tuple(column[:count] for column in self.values)
        return Columns(self.raw[:count], values, None if self.arrival is None else self.arrival[:count])


def columns_of(answer: Answer, place: str, stamps: Form, values: Sequence[str], arrival: Form | None) -> Columns:
    """The columns of a CSV: `t`, those of `values`, and `a` where the order of arrival was asked for.

    Raises:
        SourceError: it is no such CSV, or holds fewer or more rows than the server says.
    """
    forms = {"t": stamps, **dict.fromkeys(values, "real"), **({"a": arrival} if arrival else {})}
    kinds = [_kind(form) for form in forms.values()]
    cells = _parsed(answer.content, dict(zip(forms, kinds, strict=True)), place)
    _counted(len(cells[0]), answer, place)
    raw = _whole(cells[0], stamps)
    numbers = tuple(floats(column) for column in cells[1 : 1 + len(values)])
    return Columns(raw, numbers, _whole(cells[-1], arrival, LAST_PLACE) if arrival else None)


def rows_of(answer: Answer, place: str, *names: str) -> list[dict[str, Any]]:
    """The rows of a JSON answer, all with the same columns, these among them.

    Raises:
        SourceError: it is none, or holds fewer or more rows than the server says.
    """
    try:
        rows = json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{place} answered with broken JSON", hint=BROKEN) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourceError(f"{place} answered with JSON that holds no rows", hint=BROKEN)
    if not all(row.keys() == rows[0].keys() >= set(names) for row in rows):
        raise SourceError(f"{place} answered with other columns than were asked for", hint=BROKEN)
    _counted(len(rows), answer, place)
    return rows


def raw_of(rows: Sequence[Mapping[str, Any]], name: str, form: Form, place: str) -> Int:
    """The timestamps of rows as the table counts.

    Raises:
        SourceError: a row has none, or one that is no timestamp of this form.
    """
    cells = [row.get(name) for row in rows]
    try:
        if form == "integer" and all(type(cell) is int for cell in cells):
            return np.array(cells, np.int64)
        texts = [cell for cell in cells if isinstance(cell, str)]
        if form != "integer" and len(stamps := stamps_of(texts)) == len(cells):
            return stamps
    except (OverflowError, ValueError):
        pass  # beyond 64 bits, or letters that no text has: neither is a time stamp
    raise SourceError(f"{place} answered with what is no time stamp", hint=BROKEN)


def stamps_of(cells: Sequence[str]) -> Int:
    """Microseconds of timestamps in text, of their own clock where they have no offset; without those that are none."""
    import pyarrow as pa

    from dq.sources.texts import text_instants

    form = text_form(cells)
    if form not in {"zoned", "naive", "date"}:
        return np.zeros(0, np.int64)
    encoded = [cell.encode() for cell in cells]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    texts = pa.StringArray.from_buffers(len(encoded), pa.py_buffer(ends.tobytes()), pa.py_buffer(b"".join(encoded)))
    values, read = text_instants(texts, form)
    return np.asarray(values[read], np.int64)


def _kind(form: str) -> pa.DataType:
    import pyarrow as pa

    if form == "integer":
        return pa.int64()
    if form == "real":
        return pa.float64()
    return pa.timestamp("us", "UTC") if form == "zoned" else pa.timestamp("us")


def _parsed(content: bytes, kinds: dict[str, pa.DataType], place: str) -> list[pa.Array[Any]]:
    """One array per column; an answer without rows may lack its header too."""
    import pyarrow as pa
    from pyarrow import csv

    content = content if content.strip() else f"{','.join(kinds)}\n".encode()
    try:
        table = csv.read_csv(
            io.BytesIO(content),
            read_options=csv.ReadOptions(use_threads=False, block_size=len(content) + 1),
            convert_options=csv.ConvertOptions(column_types=kinds, null_values=[""], strings_can_be_null=True),
        )
    except pa.ArrowInvalid as error:
        said = " ".join(str(error).split())[:160]
        raise SourceError(f"{place} answered with a table that cannot be read: {said}", hint=BROKEN) from error
    if table.column_names != list(kinds):
        raise SourceError(f"{place} answered with other columns than were asked for", hint=BROKEN)
    return [column.combine_chunks() for column in table.columns]


def _whole(cells: pa.Array[Any], form: str, missing: int = 0) -> Int:
    values, there = integers(cells) if form == "integer" else instants(cells)
    return values if there is None else np.where(there, values, missing)


def _counted(rows: int, answer: Answer, place: str) -> None:
    if answer.rows is not None and rows != answer.rows:
        raise SourceError(f"{place} said that it sent {answer.rows:,} rows and sent {rows:,}", hint=BROKEN)
