"""Statements go out and answers come in; whatever fails on the way is told in our words."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from dq.model import DqError
from dq.sources.access import Access
from dq.sources.doing import note
from dq.sources.postgres import binary
from dq.sources.postgres.catalog import Table
from dq.sources.postgres.connection import hang_up
from dq.sources.postgres.fragments import composed
from dq.sources.postgres.trouble import fell_silent, told
from dq.sources.statements import statement

if TYPE_CHECKING:
    import psycopg

Row = tuple[Any, ...]
Fields = list[memoryview | None]

GRACE = 2.0  # seconds after a statement's own time limit before we hang up: the server's word is the better one
FAREWELL = 1.0  # seconds for the end of a transaction
OWN_TABLES = "reading the collector's own tables"
PURPOSES = {
    "bars": "reading bars",
    "extents": "measuring how far the bars reach",
    "instruments": "listing the series",
    "instruments_named": "looking for the last bars",
    "instruments_scanned": "listing the series",
    "share_snapshot": "sharing the snapshot",
    "stamp_sample": "looking at some timestamps",
    "stamps": "reading timestamps",
    "table_columns": "looking the table up",
    "unnamed": "counting rows without an instrument",
    "unstamped": "counting rows without a timestamp",
}


class Asking:
    """Sends dq's statements over one connection, in one transaction that only reads.

    The server ends statements that take too long. A server that has gone silent does not: then we hang up.

    Args:
        server: as people are told.
        seconds: for each statement.
        access: how to connect once more; without it nobody asks beside this one.
        snapshot: as another connection shares it, to see the same rows; its own where None.

    Raises:
        SourceError: the server refuses the transaction. So do all methods, when a statement fails.
    """

    def __init__(
        self,
        connection: psycopg.Connection[Row],
        server: str,
        seconds: float,
        *,
        access: Access | None = None,
        snapshot: str | None = None,
    ) -> None:
        from psycopg import sql

        self.server = server
        self.access = access
        self.seconds = seconds
        self._connection = connection
        self._silent = False
        limit = sql.Literal(max(round(seconds * 1000), 1))
        text = sql.SQL(statement("begin_reading" if snapshot is None else "begin_reading_beside"))
        begin = text.format(milliseconds=limit, snapshot=sql.Literal(snapshot))
        self._sent(begin, None, "beginning to read", seconds)

    def rows(self, name: str, table: Table | None = None, **values: Any) -> list[Row]:
        """The rows of that statement's answer; the names of a table are put in where it is given."""
        query = composed(name, table) if table else statement(name).encode()
        return self._sent(query, values, purpose(name, values), self.seconds)

    def answered(self, query: psycopg.sql.Composed, **values: Any) -> list[Row]:
        """The rows of the answer to a statement about a table of the collector's own."""
        return self._sent(query, values, OWN_TABLES, self.seconds)

    def copied(self, name: str, table: Table, **values: Any) -> Iterator[Fields]:
        """The fields of each row of that COPY's answer."""
        yield from self._copied(composed(name, table), values, purpose(name, values))

    def copying(self, query: psycopg.sql.Composed, **values: Any) -> Iterator[Fields]:
        """The fields of each row of a COPY from a table of the collector's own."""
        yield from self._copied(query, values, OWN_TABLES)

    def share_snapshot(self) -> str:
        """A name of our snapshot for another connection; good until our transaction ends."""
        return str(self.rows("share_snapshot")[0][0])

    def close(self) -> None:
        """End the transaction, for a pooler gives a connection away only then, and the connection."""
        from psycopg.pq import TransactionStatus

        if self._connection.info.transaction_status == TransactionStatus.INTRANS:
            with suppress(DqError):
                self._sent(statement("end_reading").encode(), None, "ending the transaction", FAREWELL)
        self._connection.close()

    def _sent(
        self, query: psycopg.sql.Composed | bytes, values: dict[str, Any] | None, doing: str, seconds: float
    ) -> list[Row]:
        with self._watched(doing, seconds):
            answer = self._connection.execute(query, values)
            return answer.fetchall() if answer.description else []

    def _copied(self, query: psycopg.sql.Composed, values: dict[str, Any], doing: str) -> Iterator[Fields]:
        with (
            self._watched(doing, self.seconds),
            self._connection.cursor() as cursor,
            cursor.copy(query, values) as copy,
        ):
            try:
                yield from binary.rows(copy)
            except BaseException:
                self._connection.close()  # or psycopg would wait for the rest, from a server that may say no more
                raise

    @contextmanager
    def _watched(self, doing: str, seconds: float) -> Iterator[None]:
        """Hang up when the time is over; errors of psycopg become ours."""
        import psycopg

        note(f"{doing} from {self.server}")
        timer = threading.Timer(seconds + GRACE, self._lose_patience)
        timer.daemon = True
        timer.start()
        try:
            yield
        except psycopg.Error as error:
            if self._silent:
                raise fell_silent(self.server, doing, seconds + GRACE) from error
            raise told(error, self.server, doing, seconds) from error
        finally:
            timer.cancel()
            timer.join()

    def _lose_patience(self) -> None:
        self._silent = True
        hang_up(self._connection)


def purpose(name: str, values: Mapping[str, Any]) -> str:
    """What a statement is for, as people are told: "reading bars of NQ=F and 3 others"."""
    words = PURPOSES.get(name, f"asking {name}.sql")
    names = list(dict.fromkeys(values.get("names", ())))
    if not names:
        return words
    others = len(names) - 1
    return f"{words} of {names[0]}" + (f" and {others} other{'s' * (others > 1)}" if others else "")
