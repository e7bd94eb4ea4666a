"""The three tables as models of pandera, made from the contract at the door."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Optional, Self

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Series

from dq.door import ERROR_LOG, NEEDED, OHLC_DATA, REFERENCE_LEVELS, Column, zone_named
from dq.model import SettingsError
from dq.schemas.reading import Reading, read_column

KEPT = (
    20  # failure cases of each check: pandera makes a row of objects for each, hundreds of MB for a frame of bad ones
)
TYPE, CELLS, ONCE = "type", "cells", "once"


def _add(model: Any, column: Column, theirs: str, zone: str | None) -> None:
    """A field for the column, and a check of its type and one of its cells."""
    optional = Series[Any] if column.required else Optional[Series[Any]]  # noqa: UP045  what pandera looks for
    model.__annotations__[column.name] = optional
    field = pa.Field(alias=theirs, nullable=True, description=f"needed is {NEEDED[column.kind]}")
    setattr(model, column.name, field)
    field.__set_name__(model, column.name)
    needed = NEEDED[column.kind] + (
        "" if zone or column.kind != "instant" else "; stamps without time zone are refused"
    )
    for name, answer in ((TYPE, _typed), (CELLS, _readable)):
        check = pa.check(
            theirs, name=f"{column.name}_{name}", error=f"needed is {needed}", ignore_na=False, n_failure_cases=KEPT
        )
        setattr(model, f"_{column.name}_{name}", check(_asking(answer, replace(column, name=theirs), zone)))


def _asking(answer: Callable[[Reading], Any], column: Column, zone: str | None) -> Callable[..., Any]:
    def ask(model: Any, series: pd.Series[Any]) -> Any:
        told = answer(read_column(series, column, zone))
        return pd.Series(told, index=series.index) if isinstance(told, np.ndarray) else told

    return ask


def _typed(reading: Reading) -> bool:
    return not reading.wrong


def _readable(reading: Reading) -> np.ndarray[Any, Any]:
    return ~reading.unread


class Contracted(pa.DataFrameModel):
    """A model whose columns are those of one of dq's contracts.

    A subclass of one of them may add columns and checks of its own, as any model of pandera may.

    Args:
        contract: the columns; none for a subclass that adds to those of its model.
        columns: our name of a column to the frame's, where they differ.
        timezone: IANA name of the clock that wrote stamps without offset; None refuses those.
    """

    _contract: ClassVar[Sequence[Column]] = ()
    _columns: ClassVar[Mapping[str, str]] = {}
    _timezone: ClassVar[str | None] = None

    def __init_subclass__(
        cls,
        contract: Sequence[Column] = (),
        columns: Mapping[str, str] | None = None,
        timezone: str | None = None,
        **options: Any,
    ) -> None:
        if contract:
            cls._contract, cls._columns, cls._timezone = contract, dict(columns or {}), timezone
            cls.__annotations__ = inspect.get_annotations(cls)
            for column in contract:
                _add(cls, column, cls._columns.get(column.name, column.name), timezone)
        super().__init_subclass__(**options)  # type: ignore[no-untyped-call]  # pandera says no types of it

    @pa.dataframe_check(name=ONCE, error="needed is one column of each name")
    def _once(cls, frame: pd.DataFrame) -> bool:  # noqa: N805  pandera makes it a method of the class
        return not cls.twice(frame)

    @classmethod
    def twice(cls, frame: pd.DataFrame) -> list[str]:
        """The columns of the contract that the frame has more than once."""
        names = [str(label) for label in frame.columns]
        return [name for name in cls.wanted() if names.count(name) > 1]

    @classmethod
    def adapted(cls, *, columns: Mapping[str, str] | None = None, timezone: str | None = None) -> type[Self]:
        """The model for a frame that calls columns otherwise, or whose stamps have no offset.

        Args:
            columns: our name of a column to the frame's, where they differ.
            timezone: IANA name of the clock that wrote stamps without offset.

        Raises:
            SettingsError: no such column in the contract, or no such time zone.
        """
        known = [column.name for column in cls._contract]
        for name in columns or {}:
            if name not in known:
                raise SettingsError(f'columns names "{name}"; the columns it can rename are {", ".join(known)}')
        if timezone is not None:
            zone_named(timezone)
        said = {
            "contract": cls._contract,
            "columns": {**cls._columns, **(columns or {})},
            "timezone": timezone or cls._timezone,
        }
        return types.new_class(cls.__name__, (cls,), said, lambda body: body.update(__doc__=cls.__doc__))

    @classmethod
    def clock(cls) -> str | None:
        """The time zone of the clock that wrote stamps without offset."""
        return cls._timezone

    @classmethod
    def wanted(cls) -> dict[str, Column]:
        """Their name of each column to what the contract says of it."""
        return {cls._columns.get(column.name, column.name): column for column in cls._contract}


class OhlcData(Contracted, contract=OHLC_DATA):
    """The bars: `ohlc_data(instrument, timestamp, open, high, low, close, volume)`."""


class ReferenceLevels(Contracted, contract=REFERENCE_LEVELS):
    """The levels that the collector keeps fresh: `reference_levels(level_type, instrument, timestamp)`."""


class ErrorLog(Contracted, contract=ERROR_LOG):
    """What went wrong in the collector: `error_log(component, operation, error_message, severity, timestamp)`."""
