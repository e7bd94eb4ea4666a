"""Columns of Python's own objects, as pandas keeps what NumPy has no type for: decimals, mixtures, texts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import numpy as np

from dq.door import Form
from dq.model import Mask

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

NUMBERS = ("price", "volume")
NUMERIC = (int, float, Decimal, np.integer, np.floating)


def from_objects(series: pd.Series[Any], needed: str) -> tuple[pa.Array[Any], Form]:
    """The column as an array: numbers as they are, anything else as the text that a CSV would have.

    Args:
        needed: the kind of thing that it holds by the contract.

    Returns:
        the array, and its form: `real` where all are numbers, `text` where all are texts, else `cells`.
    """
    import pyarrow as pa

    cells = series.to_numpy()
    empty = _empty(cells)
    kinds = {type(cell) for cell in cells[~empty].tolist()}
    if not kinds:
        return (pa.nulls(len(cells)), "real") if needed in NUMBERS else (pa.nulls(len(cells), pa.string()), "cells")
    if needed in NUMBERS and bool not in kinds and all(issubclass(kind, NUMERIC) for kind in kinds):
        numbers = _as_floats(cells, empty)
        if numbers is not None:
            return pa.array(numbers), "real"
    texts = [None if none else _text(cell) for cell, none in zip(cells.tolist(), empty.tolist(), strict=True)]
    return pa.array(texts, pa.string()), "text" if needed != "instant" and kinds == {str} else "cells"


def _empty(cells: np.ndarray[Any, Any]) -> Mask:
    """Which cells are none: None, NaN of any kind, NaT."""
    import pandas as pd

    try:
        return np.asarray(pd.isna(cells))
    except InvalidOperation:  # Decimal("sNaN") lets itself not even be compared
        signalling = np.array([isinstance(cell, Decimal) and cell.is_snan() for cell in cells.tolist()])
        others = cells.copy()
        others[signalling] = None
        return signalling | np.asarray(pd.isna(others))


def _as_floats(cells: np.ndarray[Any, Any], empty: Mask) -> np.ndarray[Any, Any] | None:
    """The nearest float64 of each number; None where one has none."""
    values = np.full(len(cells), np.nan)
    try:
        values[~empty] = [float(cell) for cell in cells[~empty].tolist()]
    except (OverflowError, ValueError):  # an integer beyond any float
        return None
    return values


def _text(cell: object) -> str:
    """As a CSV would have it; halves of characters, which no file can hold, by their numbers."""
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()
