"""Cells of text become numbers and instants, whole arrays at a time; those that do not are named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dq.door import Form
from dq.door.instants import PATTERNS
from dq.model import Float, Int, Mask
from dq.sources.arrays import mask, numbers, present

if TYPE_CHECKING:
    import pyarrow as pa

NULLS = r"^(?i)\s*(null|none|na|n/a|nil|\\N)?\s*$"
NUMBER = r"^(?i)[+-]?((\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?|nan|inf|infinity)$"


def text_numbers(cells: pa.Array[Any]) -> tuple[Float, Mask]:
    """float64 of each cell, NaN where it is empty or says NULL; and which cells are neither that nor a number."""
    import pyarrow as pa

    values, read = _parsed(cells, pa.float64(), NUMBER)
    unread = ~read
    if unread.any():
        unread &= ~nulls(cells)
    return np.where(read, values, np.nan) if not read.all() else values, unread


def text_integers(cells: pa.Array[Any]) -> tuple[Int, Mask]:
    """int64 of each cell, and which cells hold one."""
    import pyarrow as pa

    return _parsed(cells, pa.int64(), PATTERNS["integer"])


def text_instants(cells: pa.Array[Any], form: Form) -> tuple[Int, Mask]:
    """int64 microseconds of each cell written in that form (of its own clock if naive), and which cells are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    zone = "UTC" if form == "zoned" else None
    kind = pa.timestamp("us", tz=zone)
    values, read = _parsed(cells, kind, PATTERNS[form])
    if not read.all():  # nanoseconds, a comma, "UTC" and a small z are ISO 8601 to people, not to Arrow
        rest = np.flatnonzero(~read)
        odd = pc.replace_substring_regex(_rows(cells, ~read), r"([.,]\d{1,6})\d*", r"\1")
        odd = pc.replace_substring_regex(pc.replace_substring(odd, ",", "."), r"\s?(Z|z|UTC|\s[+-])$", "Z")
        late, read_late = _parsed(odd, kind, PATTERNS[form])
        values = values.copy()
        values[rest[read_late]] = late[read_late]
        read[rest[read_late]] = True
    return values, read


def nulls(cells: pa.Array[Any]) -> Mask:
    """Which cells are empty or say NULL in one of the usual ways."""
    import pyarrow.compute as pc

    there = present(cells)
    said = mask(pc.match_substring_regex(cells, NULLS))
    return said if there is None else said | ~there


def _parsed(cells: pa.Array[Any], kind: pa.DataType, pattern: str) -> tuple[Any, Mask]:
    """The cells as numbers of that type, and which of them are.

    The whole array at once where all can be read. Else those that look right; of these, halves of halves until the
    ones that only look right (the 45th of a month) stand alone.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    dtype = "float64" if kind == pa.float64() else "int64"
    try:
        there = present(cells)
        values = numbers(cells.cast(kind), dtype)
        return values, np.ones(len(cells), np.bool_) if there is None else there.copy()
    except pa.ArrowInvalid:
        trimmed = pc.utf8_trim_whitespace(cells)
    looks_right = mask(pc.match_substring_regex(trimmed, pattern))
    found, read = _halved(_rows(trimmed, looks_right), kind, dtype)
    values = np.zeros(len(cells), dtype)
    values[looks_right] = found
    looks_right[looks_right] = read
    return values, looks_right


def _halved(cells: pa.Array[Any], kind: pa.DataType, dtype: str) -> tuple[Any, Mask]:
    import pyarrow as pa

    try:
        return numbers(cells.cast(kind), dtype), np.ones(len(cells), np.bool_)
    except pa.ArrowInvalid:
        if len(cells) == 1:
            return np.zeros(1, dtype), np.zeros(1, np.bool_)
    middle = len(cells) // 2
    first, second = _halved(cells[:middle], kind, dtype), _halved(cells[middle:], kind, dtype)
    return np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])


def _rows(cells: pa.Array[Any], rows: Mask) -> pa.Array[Any]:
    import pyarrow as pa

    bits = pa.py_buffer(np.packbits(rows, bitorder="little").tobytes())
    kept: pa.BooleanArray = pa.BooleanArray.from_buffers(pa.bool_(), len(rows), [None, bits])  # type: ignore[assignment]  # its stubs say Array
    return cells.filter(kept)
