"""The tables of a history in PostgreSQL: made, brought up to date step by step, left alone where a newer dq made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dq.history.errors import AbsentError, HistoryError
from dq.history.records import Row
from dq.history.refusals import OWNER, RIGHTS, forbidden
from dq.history.statements import postgres_statement, statement
from dq.settings import masked

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Row]

VERSION = 1  # of the tables in PostgreSQL; those of a file count for themselves


def settle(connection: Connection, url: str, *, reading: bool) -> None:
    """See that the tables are of today's version; who writes brings them up to date, alone and all of the way.

    Raises:
        AbsentError: there are none, for those who only read.
        HistoryError: they are a newer dq's, for readers also an older one's; or the role may not do what has to be done.
    """
    found = _version(connection, url)
    if found == VERSION:
        return
    _refuse_newer(found, url)
    if reading and found is None:
        raise AbsentError(f"There is no history in {masked(url)!r}.", hint="dq validate begins one.")
    if reading:
        raise HistoryError(
            f"The history {masked(url)!r} was written by an older dq (version {found}, this dq reads {VERSION}).",
            hint="The next dq validate or dq watch that records there brings it up to date.",
        )
    with connection.transaction():
        connection.execute(statement("history_postgres_local"))
        connection.execute(statement("history_postgres_alone"))
        _upgrade(connection, url)


def _upgrade(connection: Connection, url: str) -> None:
    """Whoever waited for the lock meanwhile may find that it has been done."""
    found = _version(connection, url)
    _refuse_newer(found, url)
    if found is None:
        _make_schema(connection, url)
    for number in range((found or 0) + 1, VERSION + 1):
        connection.execute(statement(f"schema/postgres_{number}"))
        connection.execute(postgres_statement("history_postgres_stamp"), {"number": number})


def _make_schema(connection: Connection, url: str) -> None:
    (rights,) = connection.execute(statement("history_postgres_rights")).fetchall()
    if rights["tables"]:
        raise HistoryError(
            f"The schema dq of {masked(url)!r} holds tables of another program.",
            hint="Name another database with DQ_HISTORY, or `history` in dq.toml.",
        )
    if not rights["allowed"]:
        raise forbidden(url, rights["role"], OWNER if not rights["there"] else f"{RIGHTS} {TABLES}")
    if not rights["there"]:
        connection.execute(statement("history_postgres_schema"))


TABLES = "Before that, let a role that may make tables in the schema dq record once."


def _version(connection: Connection, url: str) -> int | None:
    """The version of the tables; None where there are none."""
    import psycopg

    try:
        with connection.transaction():
            (row,) = connection.execute(statement("history_postgres_version")).fetchall()
            return int(row["number"]) if row["number"] is not None else None
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return None


def _refuse_newer(found: int | None, url: str) -> None:
    if found is not None and found > VERSION:
        raise HistoryError(
            f"The history {masked(url)!r} was written by a newer dq (version {found} of its tables, this dq knows {VERSION}).",
            hint="Upgrade this dq, or name another history with DQ_HISTORY.",
        )
