"""Columns of Python's own objects, as pandas keeps what NumPy has no type for: decimals, mixtures, texts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
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
    empty: Mask = series.isna().to_numpy()
    kinds = {type(cell) for cell in cells[~empty].tolist()}
    if not kinds:
        return (pa.nulls(len(cells)), "real") if needed in NUMBERS else (pa.nulls(len(cells), pa.string()), "cells")
    if needed in NUMBERS and bool not in kinds and all(issubclass(kind, NUMERIC) for kind in kinds):
        numbers = _as_floats(cells, empty)
        if numbers is not None:
            return pa.array(numbers), "real"
    texts = [None if none else _text(cell) for cell, none in zip(cells.tolist(), empty.tolist(), strict=True)]
    return pa.array(texts, pa.string()), "text" if needed != "instant" and kinds == {str} else "cells"


def _as_floats(cells: np.ndarray[Any, Any], empty: Mask) -> np.ndarray[Any, Any] | None:
    """The nearest float64 of each number; None where one has none."""
    values = np.full(len(cells), np.nan)
    try:
        values[~empty] = [float(cell) for cell in cells[~empty].tolist()]
    except (OverflowError, ValueError):  # an integer beyond any float; Decimal("sNaN")
        return None
    return values


def _text(cell: object) -> str:
    return cell.isoformat() if isinstance(cell, date) else str(cell)
