"""Rows of bars: what the faults do to them. Bars are values, so each function returns new ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dq.model import COLUMNS, Bars, Float, Int, Mask

FIELDS = ("timestamp", *COLUMNS)


def kept(bars: Bars, wanted: Mask) -> Bars:
    """The rows where `wanted` holds."""
    return changed(bars, {name: getattr(bars, name)[wanted] for name in FIELDS})


def permuted(bars: Bars, order: Int) -> Bars:
    """The same rows in another order of arrival."""
    return changed(bars, {name: getattr(bars, name)[order] for name in FIELDS})


def inserted(bars: Bars, row: int, values: dict[str, float]) -> Bars:
    """One more row before `row`; fields not given are those of the row at hand there, or of the last one."""
    model = min(row, len(bars) - 1)
    columns: dict[str, Any] = {
        name: np.insert(getattr(bars, name), row, values.get(name, getattr(bars, name)[model])) for name in FIELDS
    }
    return changed(bars, columns)


def written(bars: Bars, start: int, stop: int, **columns: Float | Int | float) -> Bars:
    """Rows `start` to `stop` with those columns written over."""
    copies: dict[str, Any] = {}
    for name, values in columns.items():
        copies[name] = getattr(bars, name).copy()
        copies[name][start:stop] = values
    return changed(bars, copies)


def changed(bars: Bars, columns: dict[str, Any]) -> Bars:
    """The bars with those columns, and without what was found of the old ones."""
    return replace(bars, **columns, known={})


def stretch(bars: Bars, start: int, length: int) -> tuple[int, int]:
    """Timestamps of the first and last of `length` rows.

    Raises:
        ValueError: the bars do not have those rows.
    """
    if length < 1 or start < 0 or start + length > len(bars):
        raise ValueError(f"rows {start} to {start + length - 1} do not lie within {len(bars)} bars")
    return int(bars.timestamp[start]), int(bars.timestamp[start + length - 1])


def idle(bars: Bars, row: int) -> float:
    """The volume of a bar without a trade beside `row`: 0, or absent in a series that has none."""
    return 0.0 if np.isfinite(bars.volume[max(row - 1, 0) : row + 1]).any() else float("nan")
