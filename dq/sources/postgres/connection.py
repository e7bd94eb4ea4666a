"""One connection, made within its budget, whatever the other side does; and what to say when that fails."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dq.model import SettingsError, SourceError
from dq.settings.masking import masked
from dq.sources.access import Access
from dq.sources.postgres.trouble import told

if TYPE_CHECKING:
    import psycopg

ENCODE = "In a user and a password write @ as %40, : as %3A, / as %2F, ? as %3F, % as %25 and a space as %20."
QUOTED = re.compile(r'"([^"]*)"')


def connected(access: Access) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection in autocommit; libpq's own settings (PGPASSWORD, PGSSLMODE, .pgpass, …) hold where the URL is silent.

    All attempts (several hosts, several addresses of one) and the look-up of names share `access.connect_seconds`.
    psycopg counts anew for each address, and no clock of its runs while a name is looked up: hence the thread.

    Raises:
        SettingsError: the URL cannot be understood.
        SourceError: nobody answers in time, or the server refuses us.
    """
    given = understood(access.url)
    attempt = Attempt(access.url, _timeout(given, access.connect_seconds + 1))  # ours speaks first
    thread = threading.Thread(target=attempt.run, name="dq-connect", daemon=True)
    thread.start()
    thread.join(access.connect_seconds)
    connection = attempt.taken()
    if connection is not None:
        return connection
    if attempt.error is not None:
        raise told(attempt.error, label(access)) from attempt.error
    raise SourceError(
        f"{label(access)} did not answer within {access.connect_seconds:g} s",
        hint="Check the host, the port and the firewall. dq does not try again by itself.",
    )


def understood(url: str) -> dict[str, Any]:
    """The parts of an address.

    Raises:
        SettingsError: it has none that libpq understands; the message holds nothing that may be part of a password.
    """
    import psycopg

    authority, _, rest = url.partition("://")[2].partition("/")
    if "@" not in authority.partition("?")[0] and "@" in rest.partition("?")[0] + authority:
        raise SettingsError("The address of the database cannot be understood", hint=ENCODE)
    try:
        return psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        private = authority.rpartition("@")[0]
        reason = QUOTED.sub(lambda quote: '"***"' if quote[1] in private else quote[0], masked(str(error)).strip())
        raise SettingsError(f"The address of the database cannot be understood: {reason}", hint=ENCODE) from None


def label(access: Access) -> str:
    """The database as people are told: host, port and name, never a secret."""
    from psycopg.conninfo import conninfo_to_dict

    given = conninfo_to_dict(access.url)
    host = given.get("host") or given.get("hostaddr") or "the local server"
    port = f":{given['port']}" if given.get("port") and "," not in str(given["port"]) else ""
    name = f"/{given['dbname']}" if given.get("dbname") else ""
    return f"PostgreSQL at {host}{port}{name}"


def _timeout(given: dict[str, Any], budget: float) -> int:
    """Whole seconds for each address; libpq takes less than two for two, and 0 for ever."""
    asked = str(given.get("connect_timeout") or "")
    return max(2, min(int(asked), int(budget)) if asked.isdigit() and int(asked) else int(budget))


@dataclass
class Attempt:
    """An attempt to connect that may be left alone: a connection that comes too late is closed."""

    url: str
    timeout: int
    error: psycopg.Error | None = None
    _connection: psycopg.Connection[tuple[Any, ...]] | None = None
    _left: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Connect; to be called in a thread of its own."""
        import psycopg

        try:
            made = psycopg.connect(
                self.url, autocommit=True, prepare_threshold=None, connect_timeout=self.timeout, client_encoding="utf8"
            )
        except psycopg.Error as error:
            self.error = error
            return
        with self._lock:
            self._connection = made
            late = self._left
        if late:
            made.close()

    def taken(self) -> psycopg.Connection[tuple[Any, ...]] | None:
        """The connection if it has been made; from now on nobody waits for it."""
        with self._lock:
            self._left = True
            return self._connection
