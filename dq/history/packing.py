"""Values of one class as columns, and back: what a hundred of them have alike is written once."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

from dq.history.errors import HistoryError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Columns = Mapping[str, Any]
Spelling = Mapping[str, Callable[[Any], Any]]
One = TypeVar("One", bound="DataclassInstance")

LEVEL = 6  # of deflating: 3 ms for 100 series with 100 findings, writing included


def packed(document: object) -> bytes:
    """JSON, deflated; NumPy's numbers are Python's, what else JSON does not know is text. NaN and infinity stay."""
    text = json.dumps(document, default=plain, separators=(",", ":"))  # ASCII: a name may hold what UTF-8 cannot
    return zlib.compress(text.encode("ascii"), LEVEL)


def unpacked(body: bytes) -> Any:
    """What was packed, its tuples as lists.

    Raises:
        HistoryError: the body is damaged, which SQLite does not see.
    """
    try:
        return json.loads(zlib.decompress(body))
    except (zlib.error, ValueError) as wrong:
        raise HistoryError(
            f"A run in the history is damaged: {wrong}.", hint="Judge again: dq validate records a new run."
        ) from wrong


def as_columns(values: Sequence[DataclassInstance], spelled: Spelling | None = None) -> Columns:
    """Field to its values, one of each; fields that have their default everywhere are left out.

    Args:
        values: dataclasses of one class.
        spelled: field to the function that makes JSON of its value; the others are JSON as they are.
    """
    columns: dict[str, Any] = {"": len(values)}
    for field in fields(values[0]) if values else ():
        column = [getattr(value, field.name) for value in values]
        default = _default(field)
        if default is MISSING or any(each is not default and each != default for each in column):
            spell = (spelled or {}).get(field.name)
            columns[field.name] = [spell(each) for each in column] if spell else column
    return columns


def from_columns(cls: type[One], columns: Columns, read: Spelling | None = None) -> tuple[One, ...]:
    """The values again. A field that the class no longer has is passed over.

    Args:
        read: field to the function that makes its value of JSON; lists become tuples where there is none.
    """
    count = columns[""]
    filled = [
        _way(columns[field.name], (read or {}).get(field.name, tupled))
        if field.name in columns
        else repeat(_default(field), count)
        for field in fields(cls)
    ]
    return tuple(map(cls, *filled))


def _way(column: Sequence[Any], read: Callable[[Any], Any]) -> Iterable[Any]:
    """The values of a column; most need no reading, because they are what they were."""
    return column if read is tupled and not any(isinstance(each, list) for each in column) else map(read, column)


def tupled(value: Any) -> Any:
    """The same with tuples for lists."""
    return tuple(map(tupled, value)) if isinstance(value, list) else value


def plain(value: Any) -> object:
    """NumPy's numbers as Python's; anything else as text."""
    return value.item() if hasattr(value, "item") else str(value)


def _default(field: Field[Any]) -> object:
    return field.default_factory() if field.default_factory is not MISSING else field.default
