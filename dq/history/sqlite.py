"""A history in a file of SQLite: statements sent to it, and what becomes of a damaged one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from dq.history.damage import is_spoiled
from dq.history.database import NONE, Parameters, plain
from dq.history.errors import mended, trouble_told
from dq.history.file import inode, open_file, set_aside
from dq.history.reading import read_file
from dq.history.records import Row
from dq.history.statements import statement

FREE = 1024  # pages that may lie idle: the next runs take them again
PAGES = 256  # given back at a time: a megabyte

Answer = TypeVar("Answer")


class Sqlite:
    """The file, opened; see `Database`."""

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        self.path, self._reading = path, reading
        self._inode, self._inside = 0, False
        self._connection: sqlite3.Connection | None = None
        try:
            self.rows("history_probe")
        except BaseException:
            self.close()
            raise

    def rows(self, name: str, parameters: Parameters = NONE) -> list[Row]:
        def read(connection: sqlite3.Connection) -> list[Row]:
            cursor = connection.execute(statement(name), _bound(parameters))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

        return self._asked(read)

    def run(self, name: str, parameters: Parameters = NONE) -> None:
        self.run_many(name, [parameters])

    def run_many(self, name: str, rows: Iterable[Parameters]) -> None:
        bound = list(map(_bound, rows))
        if bound:
            with self.alone():  # thousands that are committed one by one take seconds
                self._asked(lambda connection: connection.executemany(statement(name), bound))

    @contextmanager
    def alone(self) -> Iterator[None]:
        if self._inside:
            yield
            return
        connection = self._asked(_begun)  # where the damage shows here, nothing has been done yet
        self._inside = True
        try:
            yield
            self._asked(lambda one: one.commit())
        finally:
            self._inside = False
            if connection is self._connection and connection.in_transaction:
                connection.rollback()

    def tidy(self) -> None:
        (room,) = self.rows("history_free")
        if room["free"] > max(FREE, room["pages"] // 4):
            give_back = statement("history_give_back").format(pages=PAGES)
            self._asked(lambda connection: connection.executescript(give_back))  # `execute` would end after one page

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _asked(self, act: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Act on the file; where it turns out to be damaged, set it aside and act on a new one."""
        with trouble_told(self.path):
            try:
                return act(self._opened())
            except (sqlite3.DatabaseError, UnicodeDecodeError) as wrong:
                if self._reading or not is_spoiled(wrong, self._connection):
                    raise
                self.close()
                set_aside(self.path, self._inode)
                if self._inside:
                    raise mended(self.path) from wrong
                return act(self._opened())

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._inode = inode(self.path)
            self._connection = (read_file if self._reading else open_file)(self.path)
            self._inode = inode(self.path)
        return self._connection


def _begun(connection: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, with a transaction begun in which no other process writes."""
    connection.execute(statement("history_begin"))
    return connection


def _bound(parameters: Parameters) -> dict[str, object]:
    return {name: plain(value) for name, value in parameters.items()}
