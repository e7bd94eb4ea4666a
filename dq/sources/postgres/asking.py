"""Statements go out and answers come in; whatever fails on the way is told in our words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dq.sources.postgres import binary
from dq.sources.postgres.catalog import Table
from dq.sources.postgres.fragments import composed
from dq.sources.postgres.trouble import told
from dq.sources.statements import statement

if TYPE_CHECKING:
    import psycopg

Row = tuple[Any, ...]
Fields = list[memoryview | None]


class Asking:
    """Sends dq's statements over one connection, in one transaction that only reads.

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
        text = sql.SQL(statement("begin_reading"))
        self._sent(text.format(milliseconds=sql.Literal(max(round(seconds * 1000), 1))), None)

    def rows(self, name: str, table: Table | None = None, **values: Any) -> list[Row]:
        """The rows of that statement's answer; the names of a table are put in where it is given."""
        query = composed(name, table) if table else statement(name).encode()
        return self._sent(query, values)

    def copied(self, name: str, table: Table, **values: Any) -> Iterator[Fields]:
        """The fields of each row of that COPY's answer."""
        import psycopg

        try:
            with self._connection.cursor() as cursor, cursor.copy(composed(name, table), values) as copy:
                yield from binary.rows(copy)
        except psycopg.Error as error:
            raise told(error, self.server) from error

    def close(self) -> None:
        """End the transaction and the connection."""
        self._connection.close()

    def _sent(self, query: psycopg.sql.Composed | bytes, values: dict[str, Any] | None) -> list[Row]:
        import psycopg

        try:
            answer = self._connection.execute(query, values)
            return answer.fetchall() if answer.description else []
        except psycopg.Error as error:
            raise told(error, self.server) from error
