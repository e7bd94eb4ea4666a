"""The file of the history as those see it who only read: it is not begun, upgraded, moved or written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from dq.history.errors import WAIT, damaged
from dq.history.file import APPLICATION, VERSION, is_whole, marks, refuse_others, upgrade
from dq.history.statements import statement


def read_file(path: Path) -> sqlite3.Connection:
    """A connection to the history as it lies there; to a copy in memory, brought up to date, where an older dq wrote it.

    Raises:
        HistoryError: the file is damaged, another program's database, or a newer dq's.
        sqlite3.Error, OSError: it cannot be used.
    """
    if path.stat().st_size and not is_whole(path):
        raise damaged(path, "it was cut off, or is no database of SQLite")
    connection = _connected(path)
    if marks(connection) == (APPLICATION, VERSION):
        return connection
    with closing(connection):
        refuse_others(connection, path)
        copy = sqlite3.connect(":memory:", isolation_level=None)
        connection.backup(copy)
    upgrade(copy)
    return copy


def _connected(path: Path) -> sqlite3.Connection:
    """SQLite wants files beside the history even to read it; in a folder that takes none nobody else writes either."""
    try:
        return _opened(path, "mode=rw")
    except sqlite3.OperationalError:
        if path.with_name(f"{path.name}-wal").exists():
            raise
        return _opened(path, "mode=ro&immutable=1")


def _opened(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=WAIT, isolation_level=None)
    try:
        connection.execute(statement("history_read_only"))
        connection.execute(statement("history_tables"))
    except sqlite3.Error:
        connection.close()
        raise
    return connection
