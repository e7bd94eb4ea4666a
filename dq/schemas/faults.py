"""What a model of pandera says of a frame, in dq's words: every fault at once, never a traceback of pandera's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaError, SchemaErrors

from dq.door import IN_CALL, NEEDED, Column
from dq.model import BarsError
from dq.schemas.models import ONCE, TYPE, Contracted, OhlcData
from dq.schemas.reading import CLOCKLESS, read_column
from dq.sources.columns import indexed, label_of, table_of
from dq.sources.frame import plain_table

Given = TypeVar("Given")
SHOWN = 40  # characters of a value


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that keeps rows of a frame from being what the contract says.

    Attributes:
        column: the frame's own name of it.
        why: what is wrong, and what is needed.
        row: 1-based position of the first such row, None where the whole column is meant.
        value: what stands there, at most 40 characters; None where nothing does.
        rows: how many rows are concerned; 0 where the whole column is meant.
    """

    column: str
    why: str
    row: int | None = None
    value: str | None = None
    rows: int = 0

    def __str__(self) -> str:
        if self.row is None:
            return f'column "{self.column}" {self.why}'
        more = f" (and {self.rows - 1:,} more such {'row' if self.rows == 2 else 'rows'})" if self.rows > 1 else ""
        shown = "is empty" if self.value is None else f'"{self.value}"'
        return f'column "{self.column}", row {self.row:,}: {shown}, {self.why}{more}'


def validate(
    frame: Given,
    model: type[Contracted] = OhlcData,
    *,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
) -> Given:
    """The frame as it was given, if it is what the contract says.

    Args:
        frame: of pandas or polars, or an Arrow table; arguments are those of `faults`.

    Raises:
        BarsError: it is not; the message holds every fault.
        SettingsError: no such column to rename, no such time zone.
    """
    found = faults(frame, model, columns=columns, timezone=timezone)
    if not found:
        return frame
    told = f"{label_of(frame)} is not {model.__name__}"
    if len(found) == 1:
        raise BarsError(f"{told}: {found[0]}", hint=_hint(found))
    lines = "\n".join(f"  {fault}" for fault in found)
    raise BarsError(f"{told}: {len(found)} faults\n{lines}", hint=_hint(found))


def faults(
    frame: Any,
    model: type[Contracted] = OhlcData,
    *,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
) -> tuple[Fault, ...]:
    """Everything that keeps a frame, or rows of it, from being what the contract says.

    Args:
        frame: of pandas or polars, or an Arrow table. An index of time stamps is read as their column.
        columns: our name of a column to the frame's, where they differ.
        timezone: IANA name of the clock that wrote stamps without offset; without it they are refused.

    Raises:
        BarsError: it is no table at all.
        SettingsError: no such column to rename, no such time zone.
    """
    asked = model.adapted(columns=columns, timezone=timezone) if columns or timezone is not None else model
    table = _in_pandas(frame, asked)
    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            asked.validate(table, lazy=True)
        except SchemaErrors as wrong:
            return tuple(fault for one in wrong.schema_errors for fault in _told(one, table, asked))
    return ()


def _in_pandas(frame: Any, model: type[Contracted]) -> pd.DataFrame:
    """The frame with its wanted index levels as columns, under positions as its index."""
    if not isinstance(frame, pd.DataFrame):
        return plain_table(table_of(frame, label_of(frame))).to_pandas(types_mapper=pd.ArrowDtype)
    levels = indexed(frame, {name: column.kind for name, column in model.wanted().items()})
    return frame.reset_index(drop=True).assign(**levels)


def _told(wrong: SchemaError, table: pd.DataFrame, model: type[Contracted]) -> Iterator[Fault]:
    check = getattr(wrong.check, "name", wrong.check)
    if wrong.reason_code is not None and wrong.reason_code.name == "COLUMN_NOT_IN_DATAFRAME":
        theirs = str(wrong.failure_cases)
        column = model.wanted().get(theirs)
        yield Fault(theirs, f"is absent{f', needed is {NEEDED[column.kind]}' if column else ''}")
        return
    if check == ONCE:
        yield from (Fault(name, "stands there twice, needed is one column of that name") for name in model.twice(table))
        return
    theirs = str(getattr(wrong.schema, "name", ""))
    column = model.wanted().get(theirs)
    needed = str(getattr(wrong.check, "error", None) or check)
    yield from _of_column(wrong, table, theirs, column, model.clock(), needed)


def _of_column(
    wrong: SchemaError, table: pd.DataFrame, theirs: str, column: Column | None, zone: str | None, needed: str
) -> Iterator[Fault]:
    passed = wrong.check_output
    if not isinstance(passed, pd.Series):
        ours = column is not None and str(getattr(wrong.check, "name", "")).endswith(f"_{TYPE}")
        why = read_column(table[theirs], column, zone).wrong if ours and column is not None else f"is wrong: {needed}"
        yield Fault(theirs, why)
        return
    rows = np.flatnonzero(~passed.to_numpy(bool))
    if len(rows):
        cell = table[theirs].iloc[int(rows[0])] if theirs in table else None
        value = None if cell is None or cell is pd.NaT or cell is pd.NA or cell != cell else str(cell)[:SHOWN]  # noqa: PLR0124
        yield Fault(
            theirs, needed if column is None else f"needed is {NEEDED[column.kind]}", int(rows[0]) + 1, value, len(rows)
        )


def _hint(found: tuple[Fault, ...]) -> str:
    absent = next((fault.column for fault in found if fault.why.startswith("is absent")), None)
    if absent is not None:
        return f"If it is called otherwise, say so {IN_CALL.column.format(ours=absent, theirs='…')}"
    return IN_CALL.timezone if any(CLOCKLESS in fault.why for fault in found) else ""
