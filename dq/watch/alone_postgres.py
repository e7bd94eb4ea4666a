"""The same in PostgreSQL: an advisory lock in a transaction that stays open, on a connection of its own."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from dq.history.statements import statement
from dq.model import SECOND, instant_text
from dq.settings import masked_text
from dq.settings.scrubbing import secrets_in
from dq.watch.alone import Warned, taken

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger("dq.watch")
LINE = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class PostgresLock:
    """See `Lock`. A connection that was lost is made again at once, and the lock asked for again."""

    def __init__(self, url: str, me: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[dict[str, Any]] | None = None
        self._warned, self._held = Warned(), False
        self._name = f"dq watch, {me}"[:63]
        self.stands()

    def stands(self) -> bool:
        import psycopg

        try:
            if not self._lives():
                self.close()
                self._take()
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

    def _lives(self) -> bool:
        """Whether the connection is as it was."""
        import psycopg

        if self._connection is None:
            return False
        try:
            self._connection.execute(statement("watch_alone_still"))
        except (psycopg.Error, OSError) as wrong:
            log.info("the connection that keeps other watches away was lost: %s", type(wrong).__name__)
            return False
        return True

    def _take(self) -> None:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
        from psycopg.rows import dict_row

        line: dict[str, Any] = {**LINE, **conninfo_to_dict(self._url), "application_name": self._name}
        connection = psycopg.connect("", autocommit=True, prepare_threshold=None, row_factory=dict_row, **line)
        try:
            connection.execute(statement("watch_alone"))
            found = connection.execute(statement("watch_alone_lock")).fetchone()
            if not (found and found["alone"]):
                raise self._refused(connection)
        except BaseException:
            connection.close()
            raise
        self._connection, self._held = connection, True

    def _refused(self, connection: psycopg.Connection[dict[str, Any]]) -> Exception:
        """Another has it; or the server has not noticed yet that our connection of before is gone."""
        found = connection.execute(statement("watch_alone_who")).fetchone()
        if self._held and found and found["name"] == self._name:
            return OSError("the server still keeps the connection of before")
        return taken(self._url, _who(found))


def _who(found: dict[str, Any] | None) -> str:
    if not found or found["pid"] is None:
        return "the database does not say who it is"
    since = f", since {instant_text(int(found['since'].timestamp()) * SECOND)}" if found["since"] else ""
    return f"{found['name'] or 'a connection'} (process {found['pid']} of the server){since}"
