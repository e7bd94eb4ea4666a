"""The same in PostgreSQL: an advisory lock in a transaction that stays open, on a connection of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dq.history.statements import statement
from dq.model import SECOND, instant_text
from dq.settings import masked_text
from dq.settings.scrubbing import secrets_in
from dq.watch.alone import Warned, taken

if TYPE_CHECKING:
    import psycopg

LINE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class PostgresLock:
    """See `Lock`. A connection that was lost is made again at the next look, and the lock asked for again."""

    def __init__(self, url: str, me: str) -> None:
        self._url, self._me = url, me
        self._connection: psycopg.Connection[dict[str, Any]] | None = None
        self._warned = Warned()
        self.stands()

    def stands(self) -> bool:
        import psycopg

        try:
            if self._connection is None:
                self._take()
            else:
                self._connection.execute(statement("watch_alone_still"))
        except (psycopg.Error, OSError) as wrong:
            self.close()
            said = masked_text(" ".join(str(wrong).split()), secrets_in(self._url))
            self._warned.of("another watch of this history would not be noticed: %s", said)
        else:
            self._warned.over()
        return self._connection is not None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _take(self) -> None:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
        from psycopg.rows import dict_row

        line: dict[str, Any] = {**LINE, **conninfo_to_dict(self._url), "application_name": f"dq watch, {self._me}"[:63]}
        connection = psycopg.connect("", autocommit=True, prepare_threshold=None, row_factory=dict_row, **line)
        try:
            connection.execute(statement("watch_alone"))
            found = connection.execute(statement("watch_alone_lock")).fetchone()
            if not (found and found["alone"]):
                raise taken(self._url, _who(connection))
        except BaseException:
            connection.close()
            raise
        self._connection = connection


def _who(connection: psycopg.Connection[dict[str, Any]]) -> str:
    found = connection.execute(statement("watch_alone_who")).fetchone()
    if not found or found["pid"] is None:
        return "the database does not say who it is"
    since = f", since {instant_text(int(found['since'].timestamp()) * SECOND)}" if found["since"] else ""
    return f"{found['name'] or 'a connection'} (process {found['pid']} of the server){since}"
