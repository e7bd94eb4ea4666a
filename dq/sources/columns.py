"""The columns of a frame in memory (pandas, polars, Arrow) as Arrow arrays, each with its type as its owner calls it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dq.door import Form
from dq.model import BarsError
from dq.sources.arrays import form_of
from dq.sources.objects import from_objects
from dq.sources.said import said_by

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

STREAMS = ("__arrow_c_stream__", "__arrow_c_array__")


@dataclass(frozen=True, eq=False)
class Held:
    """One column of a frame.

    Attributes:
        form: as the contract calls it; `cells` where each cell is read for itself.
        kind: its type as its owner calls it.
    """

    array: pa.ChunkedArray[Any]
    form: Form
    kind: str


@dataclass(frozen=True, eq=False)
class Frame:
    """A frame whose columns have been found.

    Attributes:
        names: of all columns, as they stand.
        held: their name of each column that was wanted and is there, to the column.
        label: as people are told.
    """

    names: list[str]
    held: Mapping[str, Held]
    label: str


def is_frame(source: object) -> bool:
    """Whether it hands out Arrow columns, as every DataFrame of today does."""
    return any(hasattr(source, name) for name in STREAMS)


def label_of(source: Any) -> str:
    """`DataFrame (1,440 rows × 7 columns)`; the bare kind where it has no shape."""
    rows, columns = getattr(source, "shape", (None, None))[:2] if _shaped(source) else (None, None)
    kind = type(source).__name__
    return kind if rows is None else f"{kind} ({rows:,} rows × {columns} columns)"


def found_in(source: Any, wanted: Mapping[str, str]) -> Frame:
    """The columns of a frame.

    Args:
        wanted: their name of a column to the kind of thing that it holds by the contract.

    Raises:
        BarsError: it cannot be read as a table, or has two columns of a wanted name.
    """
    label = label_of(source)
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(source, pandas.DataFrame):
        names, held = _of_pandas(source, wanted)
    else:
        names, held = _of_arrow(source, wanted, label)
    twice = [name for name in wanted if names.count(name) > 1]
    if twice:
        raise BarsError(f'{label} cannot become bars: it has two columns "{twice[0]}"')
    return Frame(names, held, label)


def _shaped(source: Any) -> bool:
    shape = getattr(source, "shape", None)
    return isinstance(shape, tuple) and len(shape) == 2


def table_of(source: Any, label: str) -> pa.Table:
    """The Arrow table that a frame hands out.

    Raises:
        BarsError: it does not.
    """
    import pyarrow as pa

    try:
        return pa.Table.from_batches([source]) if isinstance(source, pa.RecordBatch) else pa.table(source)
    except Exception as wrong:  # whatever the owner of a frame raises when asked for its columns
        raise BarsError(
            f"{label} cannot become bars: it does not let itself be read as a table: {said_by(wrong)}"
        ) from wrong


def _of_arrow(source: Any, wanted: Mapping[str, str], label: str) -> tuple[list[str], dict[str, Held]]:
    table = table_of(source, label)
    owned = getattr(source, "schema", None)
    kinds = owned if isinstance(owned, Mapping) else {}
    names = table.schema.names
    held = {}
    for name, kind in wanted.items():
        if names.count(name) == 1:
            column = table.column(name)
            form = _form(column.type, kind)
            held[name] = Held(column, form, str(kinds.get(name, column.type)))
    return names, held


def _form(kind: pa.DataType, needed: str) -> Form:
    """Timestamps may be text whose cells are read; prices may not."""
    form = form_of(kind)
    return "cells" if needed == "instant" and form == "text" else form


def _of_pandas(frame: pd.DataFrame, wanted: Mapping[str, str]) -> tuple[list[str], dict[str, Held]]:
    """Columns, and what stands in the index: levels of a wanted name, and stamps where no column has them."""
    names = [str(label) for label in frame.columns]
    columns: dict[str, pd.Series[Any]] = {
        name: frame.iloc[:, names.index(name)] for name in wanted if names.count(name) == 1
    }
    levels = indexed(frame, wanted)
    held = {name: held_in(series, wanted[name]) for name, series in {**columns, **levels}.items()}
    return [*names, *levels], held


def indexed(frame: pd.DataFrame, wanted: Mapping[str, str]) -> dict[str, pd.Series[Any]]:
    """The wanted columns that stand in the index of a pandas frame, without the index."""
    names = {str(label) for label in frame.columns}
    stamp = next((name for name, kind in wanted.items() if kind == "instant"), "")
    found: dict[str, pd.Series[Any]] = {}
    for place in range(frame.index.nlevels):
        level = frame.index.get_level_values(place)
        name = str(level.name) if level.name in wanted else ""
        if not name and level.dtype.kind == "M" and stamp not in names:
            name = stamp
        if name and name not in names:
            found[name] = level.to_series().reset_index(drop=True)
            names.add(name)
    return found


def held_in(series: pd.Series[Any], needed: str) -> Held:
    """One column of a pandas frame, which by the contract holds things of that kind."""
    import pyarrow as pa

    kind = str(series.dtype)
    if kind == "object":
        array, form = from_objects(series, needed)
        return Held(pa.chunked_array([array]), form, "object holding text" if form == "text" else kind)
    try:
        column: Any = pa.array(
            series.to_numpy() if kind == "float64" else series
        )  # NaN of NumPy's need not become NULL
    except (pa.ArrowException, TypeError, ValueError):
        return Held(pa.chunked_array([pa.nulls(len(series))]), "other", kind)
    chunked = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    return Held(chunked, _form(chunked.type, needed), kind)
