"""PostgreSQL's binary COPY into NumPy arrays: a row of arrays becomes columns by one strided view each."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from dq.model import Float, Int, SourceError

HEADER = 19  # signature, flags, length of the extension
_LENGTH = struct.Struct("!i")
_COUNT = struct.Struct("!h")
_ARRAY = struct.Struct("!iiIii")  # dimensions, whether NULLs, element type, length, lower bound
# Spelt ">4f8", NumPy would parse the 4 as Python at every call: slow, and CPython 3.11's parser fails now and then where
# two threads use it at once (SystemError, "AST constructor recursion depth mismatch"; a series is read by two).
_FOUR = np.dtype((">f8", 4))
EPOCH_2000 = 946_684_800_000_000  # PostgreSQL counts microseconds from 2000-01-01


def rows(blocks: Iterable[bytes | memoryview | bytearray]) -> Iterator[list[memoryview | None]]:
    """The fields of each row, None where NULL.

    Raises:
        SourceError: the stream ended before its trailer.
    """
    rest = b""
    begun = ended = False
    for block in blocks:
        view = memoryview(rest + bytes(block) if rest else block)
        at = 0
        if not begun and len(view) >= HEADER:
            at, begun = HEADER, True
        while begun and not ended and (end := _row_end(view, at)) is not None:
            ended = end == at
            if not ended:
                yield _fields(view, at)
            at = end
        rest = bytes(view[at:])
    if not ended:
        raise incomplete("it ended in the middle")


def _row_end(view: memoryview, at: int) -> int | None:
    """Where the row at that place ends; the place itself at the trailer, None where the row is not all there."""
    if len(view) < at + 2:
        return None
    (count,) = _COUNT.unpack_from(view, at)
    if count < 0:
        return at
    at += 2
    for _ in range(count):
        if len(view) < at + 4:
            return None
        at += 4 + max(_LENGTH.unpack_from(view, at)[0], 0)
    return at if at <= len(view) else None


def _fields(view: memoryview, at: int) -> list[memoryview | None]:
    (count,) = _COUNT.unpack_from(view, at)
    at += 2
    fields: list[memoryview | None] = []
    for _ in range(count):
        (length,) = _LENGTH.unpack_from(view, at)
        at += 4
        fields.append(None if length < 0 else view[at : at + length])
        at += max(length, 0)
    return fields


def floats(field: memoryview | None, count: int) -> Float:
    """An array of so many float8, as it lies in the answer: 12 bytes apart, big end first.

    NumPy turns it round when the parts of a series are put together; doing so here would cost another copy.
    """
    return _elements(field, ">f8", count)


def fours(field: memoryview | None, count: int) -> tuple[Float, ...]:
    """The four floats of each of so many segments, as they lie in the answer."""
    values = _elements(field, _FOUR, count)
    return tuple(values[:, column] for column in range(4))


def integers(field: memoryview | None, count: int | None = None) -> Int:
    """An array of int8, timestamp or timestamptz, as PostgreSQL counts; of so many where that is known."""
    return np.asarray(_elements(field, ">i8", count), np.int64)


def integer(field: memoryview | None) -> int:
    """An int4 or an int8."""
    return int.from_bytes(field or b"", "big", signed=True)


def text(field: memoryview | None) -> str:
    """A text; empty where NULL."""
    return bytes(field or b"").decode()


def incomplete(why: str) -> SourceError:
    """An answer of which something is missing, whoever lost it."""
    return SourceError(
        f"PostgreSQL's answer is incomplete: {why}",
        hint="Something between dq and the server cut it. Run dq again; if it happens again, look into the pooler's log.",
        passing=True,
    )


def _elements(field: memoryview | None, kind: str | np.dtype[Any], count: int | None) -> np.ndarray[Any, np.dtype[Any]]:
    """The elements of an array of one dimension without NULLs, all of one size.

    Raises:
        SourceError: it does not hold as many as it says, or as were counted.
    """
    record = np.dtype([("length", ">i4"), ("value", kind)])
    sent, size = 0, 0
    if field is not None and len(field) >= _ARRAY.size:  # NULL where nothing was aggregated, shorter where empty
        _, nulls, _, sent, _ = _ARRAY.unpack_from(field)
        size = len(field) - _ARRAY.size if not nulls else -1
    if size != sent * record.itemsize or sent != (sent if count is None else count):
        raise incomplete(f"{sent if count is None else count} values were counted, and others came")
    if not sent or field is None:
        return np.zeros(0, np.dtype(kind))
    return np.frombuffer(field, record, sent, _ARRAY.size)["value"]
