"""Array arithmetic that several checks share. It has never heard of a bar."""

from __future__ import annotations

from typing import Any

import numpy as np

Int = np.ndarray[Any, np.dtype[np.int64]]
Float = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = np.ndarray[Any, Any]

ROBUST = 1.4826  # a median absolute deviation times this estimates the standard deviation of a normal law


def all_finite(values: Float) -> bool:
    """Whether no value is NaN or infinite: one sum says so, several times faster than a look at each.

    Finite values whose sum overflows are called not finite; the caller then looks closer and finds nothing.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(values.sum()))


def median(values: Float) -> float:
    """The upper median; NaN where there are no values. `np.median` costs an import of 33 ms on its first call."""
    return float(np.partition(values, len(values) // 2)[len(values) // 2]) if len(values) else float("nan")


def distinct(values: Int) -> tuple[Int, Int]:
    """The distinct values, ascending, and how often each occurs. `np.unique` costs an import of 27 ms."""
    ascending = np.sort(values)
    first = np.flatnonzero(np.append(True, ascending[1:] != ascending[:-1])[: len(values)])
    return ascending[first], np.diff(first, append=len(values))


def off_multiples(values: Int, step: int) -> Mask:
    """Whether each value is no multiple of the step: NumPy divides by a constant three times faster than by `%`."""
    return np.asarray(values // step * step != values)


def all_multiples(values: Int, step: int) -> bool:
    """Whether all values are multiples of the step and none is negative: three times faster than a division of each.

    An odd divisor has an inverse modulo 2^64. The product with it is the quotient where a value is a multiple, and more
    than any quotient where it is none; the factors of two of the step show as zeros at its end.
    """
    twos = step & -step
    odd = step // twos
    quotients = values.view(np.uint64) * np.uint64(pow(odd, -1, 1 << 64))
    if len(values) == 0 or int(quotients.max()) > ((1 << 63) - 1) // odd:
        return len(values) == 0
    return int(np.bitwise_or.reduce(quotients)) % twos == 0


def runs(mask: Mask) -> tuple[Int, Int]:
    """First positions and lengths of the runs of True."""
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return edges[::2], edges[1::2] - edges[::2]


def moving_rate(hits: Mask, width: int) -> Float:
    """The share of True in each `width` places in a row; of fewer places than that, one share of `width` all the same.

    Returns:
        float64, one share per first place of a stretch: at least one.
    """
    before = np.append(0, np.cumsum(hits))
    width_there = min(width, len(hits))
    return np.asarray((before[width_there:] - before[: len(before) - width_there]) / width)


def beyond(hits: Mask, width: int, limit: float) -> Mask:
    """The places of all stretches of `width` places of which a larger share than `limit` is True."""
    starts = np.flatnonzero(moving_rate(hits, width) > limit)
    edges = np.zeros(len(hits) + 1, np.int64)
    edges[starts] += 1
    np.subtract.at(edges, np.minimum(starts + width, len(hits)), 1)
    return np.asarray(np.cumsum(edges[:-1]) > 0)


def reduced(function: np.ufunc, values: Numbers, first: Int) -> Numbers:
    """`function.reduceat(values, first)`: where the stretches are few and long, one reduction each is much faster."""
    if 64 * len(first) > len(values):
        return function.reduceat(values, first)
    stretches = zip(first.tolist(), [*first[1:].tolist(), len(values)], strict=True)
    return np.array([function.reduce(values[start:stop]) for start, stop in stretches], values.dtype)


def neighbourhoods(count: int, centres: Int, reach: int) -> Int:
    """Positions from `centre - reach` to `centre + reach` per centre, shifted inward at the two ends.

    Returns:
        int64, shape (len(centres), min(2 × reach + 1, count)).
    """
    width = min(2 * reach + 1, count)
    first = np.clip(centres - reach, 0, count - width)
    return np.asarray(first[:, None] + np.arange(width))


def row_medians(values: Float) -> Float:
    """The upper median of each row, NaN left aside; NaN for a row of NaN alone.

    Args:
        values: float64, shape (rows, width).
    """
    if len(values) == 0 or all_finite(values):  # a partition is several times cheaper than a sort
        half = values.shape[1] // 2
        return np.asarray(np.partition(values, half, axis=1)[:, half])
    known = (~np.isnan(values)).sum(axis=1)
    middle = np.sort(values, axis=1)[np.arange(len(values)), np.minimum(known // 2, values.shape[1] - 1)]
    return np.where(known > 0, middle, np.nan)


def stretch_medians(values: Float, stretch: int) -> Float:
    """The median of each stretch of that many values, NaN left aside; the last stretch may be short.

    Returns:
        float64, one per stretch; NaN where a stretch holds nothing else.
    """
    whole = len(values) // stretch * stretch
    middle = row_medians(values[:whole].reshape(-1, stretch))
    return middle if whole == len(values) else np.append(middle, row_medians(values[whole:][None, :]))
