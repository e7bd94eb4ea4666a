"""From rows as they arrived to bars as they follow one another."""

from __future__ import annotations

import numpy as np

from dq.model.bars import COLUMNS, PRICES, Bars, Byte, Float, Int, OrderedBars, Repeats
from dq.model.instants import MINUTE, SECOND

_BLOCK = 1 << 16


def order(bars: Bars) -> OrderedBars:
    """Sort by time, keep one row per instant, and blank the columns of instants whose rows conflict."""
    if strictly_increasing(bars.timestamp):
        return _bars(bars.timestamp, [bars.column(name) for name in COLUMNS])
    timestamp, by_time = sorted_with_positions(bars.timestamp)
    columns = [bars.column(name).take(by_time, mode="clip") for name in COLUMNS]  # "raise" looks twice
    begins = np.ones(len(timestamp), np.bool_)
    np.not_equal(timestamp[1:], timestamp[:-1], out=begins[1:])
    if begins.all():
        return _bars(timestamp, columns)
    first = np.flatnonzero(begins)
    repeats = _repeats(columns, np.diff(first, append=len(timestamp)))
    kept = [column[first] for column in columns]
    for column in kept:
        column[repeats.differs > 0] = np.nan
    return _bars(timestamp[first], kept, repeats)


def _bars(timestamp: Int, columns: list[Float], repeats: Repeats | None = None) -> OrderedBars:
    opens, highs, lows, closes, volumes = columns
    return OrderedBars(timestamp, opens, highs, lows, closes, volumes, repeats)


def strictly_increasing(values: Int) -> bool:
    """Whether each value is above the one before; block by block, so that it stays in the cache."""
    return all(
        bool((values[start + 1 : start + _BLOCK + 1] > values[start : start + _BLOCK][: len(values) - start - 1]).all())
        for start in range(0, len(values), _BLOCK)
    )


def sorted_with_positions(values: Int) -> tuple[Int, Int]:
    """The values in ascending order, and where each stood; equal ones keep their order.

    Value and position are packed into one integer where both fit, because NumPy sorts integers with SIMD
    instructions, several times faster than it finds the permutation that would sort them.
    """
    position_bits = len(values).bit_length()
    for unit in (MINUTE, SECOND, 1):
        packed = _packed(values, unit, position_bits)
        if packed is not None:
            packed.sort()
            ascending = packed >> position_bits
            ascending *= unit
            ascending += values.min()
            packed &= (1 << position_bits) - 1
            return ascending, packed
    positions = np.argsort(values, kind="stable")
    return values[positions], positions


def _packed(values: Int, unit: int, position_bits: int) -> Int | None:
    """Value ÷ unit and position in one integer each; None where that is not exact. In blocks: fresh memory is dear."""
    lowest, highest = int(values.min()), int(values.max())
    if (highest - lowest) // unit >= 1 << (63 - position_bits):
        return None
    packed = np.empty(len(values), np.int64)
    for start in range(0, len(values), _BLOCK):
        above = values[start : start + _BLOCK] - lowest
        units = above // unit
        if (units * unit != above).any():
            return None
        packed[start : start + _BLOCK] = units << position_bits | np.arange(start, start + len(above))
    return packed


def _repeats(columns: list[Float], copies: Int) -> Repeats:
    """How the rows of one instant differ; the rows come sorted, `copies` of them per instant."""
    twice = copies > 1
    several = np.repeat(twice, copies)
    starts = np.cumsum(copies[twice]) - copies[twice]
    differs = np.zeros(len(copies), np.uint8)
    spread = np.zeros(len(copies))
    for bit, name in enumerate(COLUMNS):
        rows = columns[bit][several]
        low, high = np.fmin.reduceat(rows, starts), np.fmax.reduceat(rows, starts)
        blanks = np.add.reduceat(np.isnan(rows), starts, dtype=np.int64)
        differs[twice] |= _unequal(low, high, blanks, copies[twice]) << np.uint8(bit)
        if name in PRICES:
            with np.errstate(all="ignore"):
                spread[twice] = np.fmax(spread[twice], (high - low) / np.abs(low))
    return Repeats(copies, differs, spread)


def _unequal(low: Float, high: Float, blanks: Int, copies: Int) -> Byte:
    """1 where the rows of an instant differ: in a value, or because only some of them have one."""
    return np.asarray(np.where(blanks > 0, blanks < copies, low != high), np.uint8)
