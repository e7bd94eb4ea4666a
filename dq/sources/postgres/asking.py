"""Statements go out and answers come in; whatever fails on the way is told in our words."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dq.model import SourceError
from dq.sources.postgres import binary
from dq.sources.postgres.catalog import Table
from dq.sources.postgres.fragments import composed
from dq.sources.postgres.trouble import told
from dq.sources.statements import statement

if TYPE_CHECKING:
    import psycopg

Row = tuple[Any, ...]
Fields = list[memoryview | None]


GRACE = 2.0  # seconds after a statement's own time limit before we hang up: the server's word is the better one


class Asking:
    """Sends dq's statements over one connection, in one transaction that only reads.

    The server ends statements that take too long. A server that has gone silent does not: then we hang up.

    Args:
        server: as people are told.
        seconds: for each statement.

    Raises:
        SourceError: the server refuses the transaction. So do all methods, when a statement fails.
    """

    def __init__(self, connection: psycopg.Connection[Row], server: str, seconds: float) -> None:
        from psycopg import sql

        self.server = server
        self._connection = connection
        self._seconds = seconds
        self._silent = False
        text = sql.SQL(statement("begin_reading"))
        self._sent(text.format(milliseconds=sql.Literal(max(round(seconds * 1000), 1))), None)

    def rows(self, name: str, table: Table | None = None, **values: Any) -> list[Row]:
        """The rows of that statement's answer; the names of a table are put in where it is given."""
        return self._sent(composed(name, table) if table else statement(name).encode(), values)

    def copied(self, name: str, table: Table, **values: Any) -> Iterator[Fields]:
        """The fields of each row of that COPY's answer."""
        with self._watched(), self._connection.cursor() as cursor, cursor.copy(composed(name, table), values) as copy:
            yield from binary.rows(copy)

    def close(self) -> None:
        """End the transaction and the connection."""
        self._connection.close()

    def _sent(self, query: psycopg.sql.Composed | bytes, values: dict[str, Any] | None) -> list[Row]:
        with self._watched():
            answer = self._connection.execute(query, values)
            return answer.fetchall() if answer.description else []

    @contextmanager
    def _watched(self) -> Iterator[None]:
        import psycopg

        timer = threading.Timer(self._seconds + GRACE, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        except psycopg.Error as error:
            if self._silent:
                raise SourceError(
                    f"{self.server} fell silent for {self._seconds + GRACE:g} s in the middle of a statement",
                    hint="Check the network and, if there is one, the pooler between dq and the server.",
                ) from error
            raise told(error, self.server) from error
        finally:
            timer.cancel()

    def _hang_up(self) -> None:
        self._silent = True
        with socket.socket(fileno=os.dup(self._connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)
