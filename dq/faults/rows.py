"""Rows of bars: what the faults do to them. Bars are values, so each function returns new ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dq.model import COLUMNS, Bars, Float, Int, Mask

FIELDS = ("timestamp", *COLUMNS)


def kept(bars: Bars, wanted: Mask) -> Bars:
    """The rows where `wanted` holds."""
    return replace(bars, **{name: getattr(bars, name)[wanted] for name in FIELDS})


def permuted(bars: Bars, order: Int) -> Bars:
    """The same rows in another order of arrival."""
    return replace(bars, **{name: getattr(bars, name)[order] for name in FIELDS})


def inserted(bars: Bars, row: int, values: dict[str, float]) -> Bars:
    """One more row before `row`; fields not given are those of the row at hand there, or of the last one."""
    model = min(row, len(bars) - 1)
    columns: dict[str, Any] = {
        name: np.insert(getattr(bars, name), row, values.get(name, getattr(bars, name)[model])) for name in FIELDS
    }
    return replace(bars, **columns)


def written(bars: Bars, start: int, stop: int, **columns: Float | Int | float) -> Bars:
    """Rows `start` to `stop` with those columns written over."""
    copies: dict[str, Any] = {}
    for name, values in columns.items():
        copies[name] = getattr(bars, name).copy()
        copies[name][start:stop] = values
    return replace(bars, **copies)


def stretch(bars: Bars, start: int, length: int) -> tuple[int, int]:
    """Timestamps of the first and last of `length` rows.

    Raises:
        ValueError: the bars do not have those rows.
    """
    if length < 1 or start < 0 or start + length > len(bars):
        raise ValueError(f"rows {start} to {start + length - 1} do not lie within {len(bars)} bars")
    return int(bars.timestamp[start]), int(bars.timestamp[start + length - 1])
