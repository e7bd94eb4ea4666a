"""How a damaged file of the history is known from one that only cannot be used."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from dq.history.errors import is_damage
from dq.history.statements import statement


def is_spoiled(wrong: Exception, connection: sqlite3.Connection | None) -> bool:
    """Whether the file is damaged: as SQLite says, or because text is none, or because our tables are not in it any more.

    Args:
        connection: to the file, which was found to be of today's version; None where it could not be opened.
    """
    if isinstance(wrong, UnicodeDecodeError) or is_damage(wrong):
        return True
    if not isinstance(wrong, sqlite3.OperationalError):
        return False
    if "decode to UTF-8" in str(wrong):
        return True
    return _code(wrong) == sqlite3.SQLITE_ERROR and connection is not None and _is_changed(connection)


def _is_changed(connection: sqlite3.Connection) -> bool:
    from dq.history.file import upgrade

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        upgrade(fresh)
        try:
            return _tables(connection) != _tables(fresh)
        except (sqlite3.Error, UnicodeDecodeError):
            return True


def _tables(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return connection.execute(statement("history_definitions")).fetchall()


def _code(wrong: sqlite3.Error) -> int:
    return getattr(wrong, "sqlite_errorcode", 0) & 0xFF
