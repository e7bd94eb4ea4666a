"""The table of bars as a first look shows it: what it is called, what its columns hold, whether we see it at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from dq.door import NAIVE_HINT, OHLC_DATA, Column, Form, Layout, epoch_unit, settle, text_form
from dq.door.instants import Unit
from dq.model import BarsError, SettingsError, SourceError
from dq.sources.access import Access
from dq.sources.supabase import trouble
from dq.sources.supabase.answers import rows_of
from dq.sources.supabase.asking import JSON, Asking
from dq.sources.supabase.query import Time
from dq.sources.supabase.spelling import compared_as_text

SAMPLE = 20
HIDDEN = (
    "Either it is empty, or row-level security hides it: give the role a policy, such as CREATE POLICY dq_reads ON"
    " {table} FOR SELECT TO {role} USING (true); or use a secret (service_role) key."
)


@dataclass(frozen=True)
class Table:
    """A table or view.

    Attributes:
        place: as people are told.
        layout: their names of our columns.
        time: how its timestamps count; their form is a guess where it has no row.
        order_by: their column that tells the order of arrival, with the form of what it holds.
        empty: it has no row, or none that we may see.
    """

    name: str
    place: str
    layout: Layout
    time: Time
    order_by: tuple[str, Form] | None
    empty: bool


def table_of(
    asking: Asking, access: Access, name: str, contract: Sequence[Column] = OHLC_DATA, order_by: str | None = None
) -> Table:
    """Look at some rows of a table and match them with the contract.

    Raises:
        BarsError: no such table, or a column is absent or of the wrong type.
        SourceError: we may not read it, or see nothing of it that may be there.
        SettingsError: naive timestamps, and nobody said on which clock.
    """
    place = f"table {access.schema or 'public'}.{name}"
    rows = rows_seen(asking, name, place)
    renamed = _renamed(access, contract, rows)
    if not rows:
        if not asking.key.sees_all:
            hint = HIDDEN.format(table=place.removeprefix("table "), role=asking.key.role or "anon")
            raise trouble.ForbiddenError(f"{asking.server} shows {asking.key.named} no row of {place}", hint=hint)
        names = {column.name: renamed.get(column.name, column.name) for column in contract}
        return Table(name, place, Layout(names, "zoned"), Time(names["timestamp"], "zoned"), None, empty=True)
    found = forms_of(rows)
    layout = settle(found, sentence(place), renamed, ("instrument",), contract)
    time = _time(layout, rows, access.timezone, place)
    cells = [row.get(order_by or "") for row in rows]
    table = Table(name, place, layout, time, _order(order_by, found, cells, place), empty=False)
    _check_instants(asking, table, rows)
    return table


def _renamed(access: Access, contract: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """Their names of our columns; the collector's other tables may have the contract's own, or those of the bars."""
    if contract is OHLC_DATA:
        return access.columns
    there = set(rows[0]) if rows else set()
    names = {column.name for column in contract} - there
    return {ours: theirs for ours, theirs in access.columns.items() if ours in names and theirs in there}


def sentence(words: str) -> str:
    """The words as a sentence begins: names keep their capitals."""
    return words[:1].upper() + words[1:]


def rows_seen(asking: Asking, name: str, place: str) -> list[dict[str, Any]]:
    """Some rows of a table, by the names of its columns; none where it has none, or shows none to this key.

    Raises:
        BarsError: no such table.
        SourceError: we may not read it.
    """
    try:
        answer = asking.get(name, [("select", "*"), ("limit", str(SAMPLE))], f"looking at {place}", accept=JSON)
    except trouble.RefusedError as wrong:
        if wrong.code not in trouble.NO_TABLE:
            raise
        raise trouble.RefusedError(wrong.message, _known(asking, name) or wrong.hint, wrong.code) from wrong
    return rows_of(answer, f"{asking.server}, {place},")


def _known(asking: Asking, name: str) -> str:
    """The tables that there are, if the server tells: it describes itself to some keys and not to others."""
    try:
        said = json.loads(
            asking.get("", [], "asking which tables there are", accept="application/openapi+json").content
        )
        names = list(said.get("definitions") or ())
    except (SourceError, BarsError, ValueError, RecursionError, AttributeError):
        return ""
    near = get_close_matches(name, names, 3, 0.5) or names
    return f"It has {', '.join(near[:8])}: name one under [source.tables] ohlc." if near else ""


def forms_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Form, str]]:
    """What the columns of those rows hold, with the words for it."""
    return {name: _form([row.get(name) for row in rows]) for row in rows[:1] for name in row}


def _form(cells: Sequence[Any]) -> tuple[Form, str]:
    """What a column holds, as far as some of its cells show."""
    there = [cell for cell in cells if cell is not None]
    if not there:
        return "cells", "empty"
    if all(isinstance(cell, str) for cell in there):
        return ("cells", "text") if text_form(there) != "other" or all(map(_is_number, there)) else ("text", "text")
    if any(isinstance(cell, bool | dict | list) for cell in there):
        return "other", "no number"
    mixed = any(isinstance(cell, float | str) for cell in there)  # exact decimals may come as numbers or as text
    return ("real", "number") if mixed else ("integer", "whole number")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _time(layout: Layout, rows: Sequence[Mapping[str, Any]], zone: str | None, place: str) -> Time:
    column = layout.names["timestamp"]
    cells = [row[column] for row in rows if row[column] is not None]
    if layout.stamps == "integer":
        unit: Unit = epoch_unit(np.array(cells, np.int64))
        return Time(column, "integer", unit=unit)
    form = text_form([cell for cell in cells if isinstance(cell, str)])
    if form == "naive" and zone is None:
        raise SettingsError(f"The timestamps of {place} have no time zone", hint=NAIVE_HINT)
    if form not in {"zoned", "naive", "date"}:
        form = "zoned"
    return Time(column, form, zone if form == "naive" else None)


def _order(
    order_by: str | None, found: Mapping[str, tuple[Form, str]], cells: Sequence[Any], place: str
) -> tuple[str, Form] | None:
    if order_by is None:
        return None
    form, kind = found.get(order_by, ("other", "not there"))
    if form == "cells":
        form = text_form([cell for cell in cells if isinstance(cell, str)])
    if form in {"integer", "zoned", "naive"}:
        return order_by, form
    raise BarsError(
        f'{sentence(place)} cannot tell the order of arrival: column "{order_by}" is {kind}, needed is a whole number or a time stamp',
        hint="Name a serial number or the time of writing under [source] order_by, or leave it out.",
    )


def _check_instants(asking: Asking, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """See that timestamps are compared as instants: a column of text would give other rows than those of a span."""
    if compared_as_text(asking, table, rows):
        raise BarsError(
            f'{sentence(table.place)} cannot become bars: column "{table.time.column}" is text, needed is a time stamp',
            hint="ALTER TABLE … ALTER COLUMN … TYPE timestamptz USING …::timestamptz; makes it one.",
        )
