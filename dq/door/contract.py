"""The contracts of the three tables, declared once: what pandera's schemas and the light check of a source are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from dq.door.zones import NAIVE_HINT
from dq.model import BarsError, SettingsError

Kind = Literal["name", "instant", "price", "volume", "text"]
Form = Literal["zoned", "naive", "date", "integer", "real", "text", "cells", "other"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the contract.

    Attributes:
        required: a table or file without it cannot become bars.
    """

    name: str
    kind: Kind
    required: bool


OHLC_DATA = (
    Column("instrument", "name", required=False),
    Column("timestamp", "instant", required=True),
    Column("open", "price", required=True),
    Column("high", "price", required=True),
    Column("low", "price", required=True),
    Column("close", "price", required=True),
    Column("volume", "volume", required=False),
)

REFERENCE_LEVELS = (
    Column("level_type", "name", required=True),
    Column("instrument", "name", required=True),
    Column("timestamp", "instant", required=True),
)

ERROR_LOG = (
    Column("component", "name", required=True),
    Column("operation", "name", required=True),
    Column("error_message", "text", required=True),
    Column("severity", "text", required=True),
    Column("timestamp", "instant", required=True),
)

ACCEPTED: Mapping[Kind, tuple[Form, ...]] = {
    "name": ("text", "cells"),
    "instant": ("zoned", "naive", "date", "integer", "cells"),
    "price": ("real", "integer", "cells"),
    "volume": ("real", "integer", "cells"),
    "text": ("text", "cells"),
}
NEEDED: Mapping[Kind, str] = {
    "name": "text",
    "instant": "a time stamp (best with time zone), a date, or whole seconds, ms, µs or ns since 1970",
    "price": "a number",
    "volume": "a number",
    "text": "text",
}
NO_VOLUME = "There is no column volume: volumes are unknown."


@dataclass(frozen=True, slots=True)
class Wording:
    """How people say of a source what it does not say itself, as hints put it.

    Attributes:
        column: for `{ours}` and `{theirs}`.
        timezone: a whole sentence.
    """

    column: str
    timezone: str


IN_SETTINGS = Wording('in dq.toml: [source.columns] {ours} = "{theirs}"', NAIVE_HINT)
IN_CALL = Wording(
    'in the call: columns={{"{ours}": "{theirs}"}}',
    'Say in the call on which clock they were written: timezone="UTC", or "America/New_York", …',
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table or file keeps the contract's columns.

    Attributes:
        names: our name of a column to theirs; a column that is absent and need not be there has no entry.
        stamps: the form of the timestamps.
    """

    names: Mapping[str, str]
    stamps: Form


def settle(
    found: Mapping[str, tuple[Form, str]],
    place: str,
    renamed: Mapping[str, str],
    also_required: tuple[str, ...] = (),
    contract: Sequence[Column] = OHLC_DATA,
    wording: Wording = IN_SETTINGS,
) -> Layout:
    """Match what a table or file has with the contract.

    Args:
        found: their column names, each with its form and its type as its owner calls it. The form `cells` is text
            whose cells are yet to be read (CSV, JSON).
        place: the table or file, as people are told.
        renamed: `[source.columns]`, our name to theirs.
        also_required: optional columns that this source cannot do without.

    Raises:
        SettingsError: `[source.columns]` names a column that the contract does not have.
        BarsError: a column is absent or of the wrong type; the message holds every fault.
    """
    _check_renamed(renamed, contract)
    names: dict[str, str] = {}
    wrong: dict[str, str] = {}
    absent = []
    for column in contract:
        theirs = renamed.get(column.name, column.name)
        if theirs in found:
            names[column.name] = theirs
            if found[theirs][0] not in ACCEPTED[column.kind]:
                wrong[column.name] = f'column "{theirs}" is {found[theirs][1]}, needed is {NEEDED[column.kind]}'
        elif column.required or column.name in also_required or column.name in renamed:
            absent.append(column.name)
    if absent or wrong:
        raise _fault(place, absent, wrong, list(found), renamed, wording)
    return Layout(names, found[names["timestamp"]][0])


def _check_renamed(renamed: Mapping[str, str], contract: Sequence[Column]) -> None:
    allowed = [column.name for column in contract]
    for name in renamed:
        if name not in allowed:
            known = ", ".join(allowed)
            raise SettingsError(f'[source.columns] names "{name}"; the columns it can rename are {known}')


def _fault(
    place: str,
    absent: list[str],
    wrong: Mapping[str, str],
    found: list[str],
    renamed: Mapping[str, str],
    wording: Wording,
) -> BarsError:
    faults = [*wrong.values()]
    first = next(iter(wrong), "")
    hint = f"Change the column's type, or name another column {wording.column.format(ours=first, theirs='…')}"
    if absent:
        missing = ", ".join(f'"{renamed.get(name, name)}"' for name in absent)
        listed = ", ".join(found[:20]) + (", …" if len(found) > 20 else "")
        faults = [f"it has no column {missing} (it has: {listed or 'none'})", *faults]
        proposed = wording.column.format(ours=absent[0], theirs=_proposal(absent[0], found))
        hint = f"If it is called otherwise, say so {proposed}"
    return BarsError(f"{place} cannot become bars: {'; '.join(faults)}", hint=hint)


def _proposal(name: str, found: list[str]) -> str:
    from dq.door.spellings import likely  # most tables need no proposal

    lower = {theirs.lower().strip(): theirs for theirs in found}
    near = [lower[one] for one in get_close_matches(name, list(lower), 1)]
    return next(iter((*likely(name, found), *near)), "…")
