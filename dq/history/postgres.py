"""A history in PostgreSQL: one connection, statements in transactions of their own or of a block."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from dq.history.database import NONE, Parameters, plain
from dq.history.records import Row
from dq.history.refusals import trouble_told
from dq.history.statements import postgres_statement, statement
from dq.history.tables import settle

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Row]

WAIT = 5  # seconds for an answer to the question for a connection, from each of its hosts
LIMIT = 30.0  # seconds for one block; the server itself ends a statement sooner, if it can still say so
# A pooler hands each transaction to another session: nothing may be prepared, or set for longer than one transaction.
LINE: Mapping[str, Any] = {
    "connect_timeout": WAIT,
    "application_name": "dq-history",
    "client_encoding": "utf8",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


class Postgres:
    """The schema `dq` of a database; see `Database`."""

    def __init__(self, url: str, *, reading: bool = False) -> None:
        self._url, self._reading, self._inside = url, reading, False
        with trouble_told(url, reading=reading):
            self._connection = _connected(url)
        try:
            with trouble_told(url, reading=reading), limited(self._connection, LIMIT):
                settle(self._connection, url, reading=reading)
        except BaseException:
            self.close()
            raise

    def rows(self, name: str, parameters: Parameters = NONE) -> list[Row]:
        with self._transaction():
            return self._connection.execute(postgres_statement(name), _bound(parameters)).fetchall()

    def run(self, name: str, parameters: Parameters = NONE) -> None:
        with self._transaction():
            self._connection.execute(postgres_statement(name), _bound(parameters))

    def run_many(self, name: str, rows: Iterable[Parameters]) -> None:
        bound = list(map(_bound, rows))
        if bound:
            with self._transaction(), self._connection.cursor() as cursor:
                cursor.executemany(postgres_statement(name), bound)

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._transaction("history_postgres_alone"):
            yield

    def tidy(self) -> None:
        """Nothing: the server's autovacuum gives room back."""

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _transaction(self, *more: str) -> Iterator[None]:
        """One in which each statement finds our tables, and none waits or works for ever."""
        if self._inside:
            with trouble_told(self._url, reading=self._reading):
                yield
            return
        begin = ("history_postgres_begin", *(("history_postgres_read_only",) if self._reading else ()), *more)
        with trouble_told(self._url, reading=self._reading), limited(self._connection, LIMIT):
            self._connection.execute(";\n".join(map(statement, begin)))  # in one go: each way there and back takes time
            self._inside = True
            try:
                yield
                self._connection.commit()
            finally:
                self._inside = False
                _end(self._connection)


@contextmanager
def limited(connection: Connection, seconds: float) -> Iterator[None]:
    """Hang up on a server that says nothing for so long, not even that a statement takes too long."""
    timer = threading.Timer(seconds, hang_up, [connection])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def hang_up(connection: Connection) -> None:
    """End the connection from another thread: the statement that waits for its answer fails at once."""
    import psycopg

    with suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def _connected(url: str) -> Connection:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo
    from psycopg.rows import dict_row

    logging.getLogger("psycopg").setLevel(logging.ERROR)  # what it warns of while it ends, dq tells as an error
    line = make_conninfo("", **{**LINE, **conninfo_to_dict(url)})
    return psycopg.connect(line, autocommit=True, prepare_threshold=None, row_factory=dict_row)


def _end(connection: Connection) -> None:
    """Undo what was not committed; a connection that waits for an answer is of no use any more."""
    from psycopg.pq import TransactionStatus

    if connection.info.transaction_status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}:
        connection.rollback()
    elif connection.info.transaction_status != TransactionStatus.IDLE:
        connection.close()


def _bound(parameters: Parameters) -> dict[str, object]:
    """The values as our columns take them; no text of PostgreSQL holds a zero."""
    return {name: _plain(value) for name, value in parameters.items()}


def _plain(value: object) -> object:
    value = plain(value)
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value
