"""Which table of a database holds the bars, under which names, and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dq.door import ERROR_LOG, REFERENCE_LEVELS, Column, Form, settle
from dq.door.spellings import plain_name
from dq.model import BarsError, SettingsError, SourceError
from dq.setup.columns import matched, renamed
from dq.sources import Access
from dq.sources.postgres.asking import Asking
from dq.sources.postgres.catalog import FORMS, ORDERS
from dq.sources.postgres.connection import connected, label
from dq.suites.words import listed

MOST = 50_000  # columns that are looked at
ARRIVALS = ("insertedat", "createdat", "ingestedat", "receivedat", "writtenat", "collectedat", "fetchedat")


@dataclass(frozen=True, slots=True)
class Seen:
    """A table or view that the role may read.

    Attributes:
        columns: their names to their types.
        counters: columns that a serial number fills in.
    """

    schema: str
    name: str
    visible: bool
    columns: Mapping[str, str]
    counters: frozenset[str]

    @property
    def place(self) -> str:
        """As people are told."""
        return f"{self.schema}.{self.name}"

    @property
    def forms(self) -> dict[str, Form]:
        """Their columns in the contract's terms."""
        return {name: FORMS.get(kind, "other") for name, kind in self.columns.items()}

    def arrival(self) -> str | None:
        """The column that says in which order rows came, where one clearly does."""
        fit = [name for name, kind in self.columns.items() if kind in ORDERS]
        serial = [name for name in fit if name in self.counters]
        written = [name for name in fit if plain_name(name) in ARRIVALS and self.columns[name].startswith("timestamp")]
        return next(iter(serial + written), None)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The table of bars as settings will name it.

    Attributes:
        naive: its timestamps have no zone.
        tables: ours (levels, errors) to theirs, of the collector's tables that are there.
        note: that another table was taken than the one named, or "".
    """

    access: Access
    place: str
    naive: bool = False
    tables: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def choose(access: Access, named: str | None) -> Chosen:
    """Find the table of bars in a database.

    Args:
        named: the table that the user named, with or without its schema; None where the names have to tell.

    Raises:
        SettingsError: the one named is not there, or several may be meant.
        SourceError: the database does not answer, or no table of it holds bars.
    """
    connection = connected(access)
    try:
        rows = Asking(connection, label(access), access.call_seconds).rows("init_columns", most=MOST)
    finally:
        connection.close()
    seen = _tables(rows)
    fitting = {one.place: names for one in seen if (names := matched(one.forms, access.columns)) is not None}
    one = _meant(seen, fitting, named or access.table, access, said=named is not None)
    names = fitting[one.place]
    order_by = access.order_by if access.order_by in one.columns else one.arrival()
    found = replace(access, schema=one.schema, table=one.name, columns=renamed(names), order_by=order_by)
    beside = [other for other in seen if other.schema == one.schema]
    tables = {
        "levels": _like(beside, access.levels_table, REFERENCE_LEVELS),
        "errors": _like(beside, access.errors_table, ERROR_LOG),
    }
    known = {ours: theirs for ours, theirs in tables.items() if theirs is not None}
    other = named is not None and named not in {one.place, one.name}
    note = f'There is no table {named}; "{one.schema}"."{one.name}" was taken for it.' if other else ""
    return Chosen(found, f"table {one.place}", one.forms[names["timestamp"]] == "naive", known, note)


def _tables(rows: Sequence[tuple[Any, ...]]) -> list[Seen]:
    together: dict[tuple[str, str, bool], list[tuple[Any, ...]]] = {}
    for schema, name, visible, *column in rows:
        together.setdefault((schema, name, visible), []).append(tuple(column))
    return [
        Seen(*key, {name: kind for name, kind, *_ in columns}, frozenset(name for name, _, counts in columns if counts))
        for key, columns in together.items()
    ]


def _meant(seen: Sequence[Seen], fitting: Mapping[str, object], named: str, access: Access, *, said: bool) -> Seen:
    """The table of that name, however it is capitalised; else the only one that can hold bars."""
    candidates = [one for one in seen if one.place in fitting]
    exact = [one for one in seen if named in {one.place, one.name}]
    alike = [one for one in seen if plain_name(named) in {plain_name(one.name), plain_name(one.place)}]
    close = [one for one in exact if one in candidates] or [one for one in alike if one in candidates]
    close = [one for one in close if one.schema == access.schema] or [one for one in close if one.visible] or close
    if len(close) == 1 or (not close and not said and len(candidates) == 1):
        return (close or candidates)[0]
    if said and not close:
        raise _unfit(named, exact or alike, seen, candidates, access)
    if candidates:
        places = listed([one.place for one in close or candidates], 8)
        raise SettingsError(f"Several tables may hold the bars: {places}.", hint="Say which: --table SCHEMA.NAME.")
    raise _none(seen, label(access))


def _unfit(
    named: str, there: Sequence[Seen], seen: Sequence[Seen], candidates: Sequence[Seen], access: Access
) -> SettingsError:
    """The table that was named cannot be the one: why, and which can, those of its own schema first."""
    schema = there[0].schema if there else named.rpartition(".")[0] or access.schema
    nearest = sorted(candidates, key=lambda one: one.schema != schema)
    said = f"The table {named} is not there, or this role may not read it."
    beside = [one.name for one in seen if one.schema == schema and one not in candidates]
    if there:
        said, beside = _why(there[0], access.columns), []
    aside = f"In {schema} there is {listed(beside, 8)}, with other columns. " if beside else ""
    return SettingsError(said, hint=aside + _offer(nearest))


def _why(one: Seen, said: Mapping[str, str]) -> str:
    """What keeps a table from becoming bars, its columns matched by their names alone."""
    near = matched(dict.fromkeys(one.columns, "cells"), said)
    found = {name: (form, one.columns[name]) for name, form in one.forms.items()}
    try:
        settle(found, f"Table {one.place}", said if near is None else renamed(near), ("instrument",))
    except BarsError as wrong:
        return f"{wrong.message}."
    return f"Table {one.place} cannot become bars."


def _offer(candidates: Sequence[Seen]) -> str:
    if candidates:
        return f"These can become bars: {listed([one.place for one in candidates], 8)}."
    return "No table that this role sees has columns for an instrument, a timestamp, open, high, low and close."


def _none(seen: Sequence[Seen], server: str) -> SourceError:
    hint = (
        "A table of bars has columns for an instrument, a timestamp, open, high, low and close, under these names or "
        f"near ones. This role sees {listed([one.place for one in seen], 8) if seen else 'no table at all'}."
    )
    return SourceError(f"{server} has no table of bars that this role can see", hint=hint)


def _like(beside: Sequence[Seen], name: str, contract: Sequence[Column]) -> str | None:
    """The collector's table of that name, however it is capitalised, if its columns are those of the contract."""
    wanted = {column.name for column in contract}
    there = [one.name for one in beside if plain_name(one.name) == plain_name(name) and wanted <= set(one.columns)]
    return name if name in there else next(iter(there), None)
