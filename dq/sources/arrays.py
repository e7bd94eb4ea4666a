"""Arrow arrays as NumPy arrays, without pandas: pyarrow's own `to_numpy`, `pa.array` and `pa.scalar` import it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dq.door import Form
from dq.model import DAY, Float, Int, Mask

if TYPE_CHECKING:
    import pyarrow as pa

EXACT = 2**53  # integers up to here, and powers of ten up to 1e22, are exact as float64


def form_of(kind: pa.DataType) -> Form:
    """What the contract calls an Arrow type of a typed file."""
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_timestamp(kind):
        return "naive" if kind.tz is None else "zoned"
    forms: tuple[tuple[bool, Form], ...] = (
        (types.is_date(kind), "date"),
        (types.is_integer(kind), "integer"),
        (types.is_floating(kind) or types.is_decimal(kind) or types.is_null(kind), "real"),
        (types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind), "text"),
    )
    return next((form for fits, form in forms if fits), "other")


def present(array: pa.Array[Any]) -> Mask | None:
    """Which elements are not NULL; None where none is."""
    if array.null_count == 0:
        return None
    bits = array.buffers()[0]
    if bits is None:  # an array of NULLs alone has no bitmap
        return np.zeros(len(array), np.bool_)
    return _bits(bits, array.offset, len(array))


def numbers(array: pa.Array[Any], kind: str) -> np.ndarray[Any, np.dtype[Any]]:
    """The elements as they lie in memory, read as NumPy's type of that name; anything where they are NULL."""
    item = np.dtype(kind)
    buffer = array.buffers()[1]
    if buffer is None:
        return np.zeros(len(array), item)
    values: np.ndarray[Any, np.dtype[Any]] = np.frombuffer(
        memoryview(buffer), item, len(array), array.offset * item.itemsize
    )
    return values


def mask(array: pa.Array[Any]) -> Mask:
    """A boolean array; NULL is false."""
    bits = array.buffers()[1]
    true = np.zeros(len(array), np.bool_) if bits is None else _bits(bits, array.offset, len(array))
    there = present(array)
    return true if there is None else true & there


def _bits(buffer: pa.Buffer, offset: int, count: int) -> Mask:
    octets = np.frombuffer(memoryview(buffer), np.uint8)
    bits: Mask = np.unpackbits(octets, bitorder="little", count=offset + count)[offset:].view(np.bool_)
    return bits


def floats(array: pa.Array[Any]) -> Float:
    """Any numeric array as float64, NaN where NULL; decimals become the nearest float64."""
    import pyarrow as pa

    if pa.types.is_decimal(array.type):
        values = _from_decimals(array)
    else:
        values = numbers(array if array.type == pa.float64() else array.cast(pa.float64(), safe=False), "float64")
    there = present(array)
    return values if there is None else np.where(there, values, np.nan)


def integers(array: pa.Array[Any]) -> tuple[Int, Mask | None]:
    """Any array of integers as int64, and which are not NULL."""
    import pyarrow as pa

    wide = array if array.type == pa.int64() else array.cast(pa.int64(), safe=False)
    return numbers(wide, "int64"), present(array)


def instants(array: pa.Array[Any]) -> tuple[Int, Mask | None]:
    """Timestamps and dates as int64 microseconds (finer units are cut off), and which are not NULL."""
    import pyarrow as pa

    there = present(array)
    if pa.types.is_date32(array.type):
        return numbers(array, "int32").astype(np.int64) * DAY, there
    unit = "ms" if pa.types.is_date64(array.type) else array.type.unit
    values: Int = numbers(array, "int64")
    if unit == "ns":
        return values // 1000, there
    factor = {"s": 1_000_000, "ms": 1000, "us": 1}[unit]
    return values if factor == 1 else values * factor, there


def _from_decimals(array: pa.Array[Any]) -> Float:
    """Decimals by one exact division where they fit 53 bits, by way of text where they do not."""
    import pyarrow as pa

    if pa.types.is_decimal128(array.type) and 0 <= array.type.scale <= 22:
        words = numbers(array, "S16").view(np.int64).reshape(-1, 2)
        low, high = words[:, 0], words[:, 1]
        there = present(array)
        fits = (high == low >> 63) & (low <= EXACT) & (low >= -EXACT)
        if (fits if there is None else fits | ~there).all():
            exact: Float = low / np.float64(10.0**array.type.scale)
            return exact
    return numbers(array.cast(pa.string()).cast(pa.float64()), "float64")
