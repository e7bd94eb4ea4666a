"""Whether a table compares its timestamps as instants: one is asked for in two spellings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dq.model import SourceError
from dq.sources.supabase.answers import rows_of, stamps_of
from dq.sources.supabase.asking import JSON, Asking, Params
from dq.sources.supabase.query import quoted

if TYPE_CHECKING:
    from dq.sources.supabase.table import Table

Row = Mapping[str, Any]


def compared_as_text(asking: Asking, table: Table, rows: Sequence[Row]) -> bool:
    """Whether the column of timestamps is text, whose spans would hold other rows than those of their time.

    A row that is not found in another spelling may have been deleted since it was seen. What proves that the column is
    text is one answer alone: a row that has its own spelling and not the other one.

    Args:
        rows: some of the table's.

    Raises:
        SourceError: every row that was looked at had vanished.
    """
    time, some = table.time, [row for row in rows if _stamp(row, table) is not None]
    if time.form in {"integer", "date"} or not some:  # dates in text have the order of dates
        return False
    column = quoted(time.column)
    for row in _candidates(asking, table, some[0]):
        own, other = str(row[time.column]), time.respelled(_stamp(row, table) or 0)
        whose = _of(table, row)
        if _asked(asking, table, [(column, f"eq.{other}"), *whose]):
            return False
        if _asked(asking, table, [(column, f"eq.{own}"), (column, f"neq.{other}"), *whose]):
            return True
    raise SourceError(
        f"{asking.server}, {table.place}, lost each row that was looked at",
        hint="Run dq again when nobody deletes there.",
    )


def _candidates(asking: Asking, table: Table, seen: Row) -> Iterator[Row]:
    """The row that was seen, then the newest ones: of its series, which an index has ready, and of all."""
    yield seen
    names = [table.layout.names[name] for name in ("instrument", "timestamp") if name in table.layout.names]
    for whose in (_of(table, seen), []):
        params = [*table.time.within((-(2**62), None)), *whose, ("order", f"{quoted(table.time.column)}.desc")]
        newest = _asked(asking, table, params, names)
        yield from [row for row in newest if _stamp(row, table) is not None]


def _of(table: Table, row: Row) -> Params:
    name = table.layout.names.get("instrument")
    return [] if name is None or row[name] is None else [(quoted(name), f"eq.{row[name]}")]


def _asked(asking: Asking, table: Table, params: Params, names: Sequence[str] = ()) -> list[dict[str, Any]]:
    names = names or [table.time.column]
    asked = [("select", ",".join(map(quoted, names))), *params, ("limit", "1")]
    answer = asking.get(table.name, asked, f"looking at {table.place}", accept=JSON)
    return rows_of(answer, f"{asking.server}, {table.place},", *names)


def _stamp(row: Row, table: Table) -> int | None:
    cell = row[table.time.column]
    stamps = stamps_of([cell] if isinstance(cell, str) else [])
    return int(stamps[0]) if len(stamps) else None
