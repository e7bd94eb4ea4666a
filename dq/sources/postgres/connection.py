"""One connection, made within its budget, whatever the other side does; and what to say when that fails."""

from __future__ import annotations

import logging
import os
import re
import socket
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from dq.logbook import entry
from dq.model import SettingsError, SourceError
from dq.settings.addresses import ENCODED, refuse_unencoded
from dq.settings.masking import masked
from dq.sources.access import Access
from dq.sources.attempt import Attempt, close
from dq.sources.doing import note
from dq.sources.postgres.trouble import told

if TYPE_CHECKING:
    import psycopg

ENCODE = f"In a user and a password write {ENCODED}."
USUAL = "5432"
QUOTED = re.compile(r'"([^"]*)"')
# Who is gone without a word is noticed after half a minute, not after the two hours of most systems.
ALIVE = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25000,
}

log = logging.getLogger("dq.sources.postgres")


def connected(access: Access) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection in autocommit; libpq's own settings (PGPASSWORD, PGSSLMODE, .pgpass, …) hold where the URL is silent.

    All attempts (several hosts, several addresses of one) and the look-up of names share `access.connect_seconds`.
    psycopg counts anew for each address, and no clock of its runs while a name is looked up: hence the thread.

    Raises:
        SettingsError: the URL cannot be understood.
        SourceError: nobody answers in time, or the server refuses us.
    """
    import psycopg

    given = understood(access.url)
    place = label(access)
    note(f"connecting to {place}")
    limits = {name: value for name, value in ALIVE.items() if name not in given}
    limits["connect_timeout"] = _timeout(given, access.connect_seconds + 1)
    began = time.perf_counter()
    try:
        attempt = Attempt(partial(_made, access.url, limits), "dq-connect", close)
        connection: psycopg.Connection[tuple[Any, ...]] = attempt.made(access.connect_seconds)
    except (psycopg.Error, TimeoutError) as error:
        seconds = time.perf_counter() - began
        said = f"connecting to {place} failed after {seconds:.3f} s: {masked(str(error).strip())}"
        entry(log, "connect", said, status="failed", seconds=seconds, level=logging.DEBUG)
        if isinstance(error, psycopg.Error):
            raise told(error, place) from error
        raise _unanswered(place, access.connect_seconds) from None
    seconds = time.perf_counter() - began
    entry(log, "connect", f"connected to {place} in {seconds:.3f} s", seconds=seconds, level=logging.DEBUG)
    return connection


def _made(url: str, limits: dict[str, Any]) -> psycopg.Connection[tuple[Any, ...]]:
    import psycopg

    from dq.sources.postgres.line import connect

    logging.getLogger("psycopg").setLevel(logging.ERROR)  # what it warns of while it ends, dq tells as an error
    try:
        return connect(url, limits)
    except UnicodeError as wrong:  # of PGHOST: a name that no host can have, and psycopg does not say so
        raise psycopg.OperationalError(f"cannot resolve the host: {wrong}") from wrong


def _unanswered(place: str, seconds: float) -> SourceError:
    return SourceError(
        f"{place} did not answer within {seconds:.3g} s",
        hint="Check the host, the port and the firewall; connect_timeout under [source] in dq.toml is how long dq "
        "waits. It does not try again by itself.",
        silent=True,
    )


def hang_up(connection: psycopg.Connection[Any]) -> None:
    """End a connection from whichever thread; a statement that waits for its answer fails at once."""
    import psycopg

    with suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def understood(url: str) -> dict[str, Any]:
    """The parts of an address.

    Raises:
        SettingsError: it has none that libpq understands; the message holds nothing that may be part of a password.
    """
    import psycopg

    try:
        refuse_unencoded(url)
    except ValueError:
        fault = "it has an @ where none belongs"
        raise SettingsError(f"The address of the database cannot be understood: {fault}", hint=ENCODE) from None
    try:
        return psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        private = url.partition("://")[2].rpartition("@")[0]
        reason = QUOTED.sub(lambda quote: '"***"' if quote[1] in private else quote[0], masked(str(error)).strip())
        raise SettingsError(f"The address of the database cannot be understood: {reason}", hint=ENCODE) from None


def label(access: Access) -> str:
    """The database as people are told: host, port and name, never a secret."""
    from psycopg.conninfo import conninfo_to_dict

    given = conninfo_to_dict(access.url)
    if not given.get("host") and not given.get("hostaddr"):
        given = _unsaid() | given
        if given.get("service"):
            return f"PostgreSQL of service {given['service']}"
    host = str(given.get("host") or given.get("hostaddr") or "the local server")
    port = f":{given['port']}" if given.get("port") and "," not in str(given["port"]) else ""
    host = f"[{host}]" if port and ":" in host else host
    name = f"/{given['dbname']}" if given.get("dbname") else ""
    return f"PostgreSQL at {host}{port}{name}"


def _unsaid() -> dict[str, Any]:
    """What libpq takes from the environment where the URL says no host; no port where it is the usual one."""
    from psycopg.pq import Conninfo

    said = {one.keyword.decode(): one.val.decode() for one in Conninfo.get_defaults() if one.val}
    return {name: said[name] for name in ("service", "host", "port", "dbname") if said.get(name, USUAL) != USUAL}


def _timeout(given: dict[str, Any], budget: float) -> int:
    """Whole seconds for each host, so that one that is silent leaves time for the next; libpq takes less than two for two."""
    share = int(budget / (str(given.get("host") or "").count(",") + 1))
    asked = str(given.get("connect_timeout") or "")
    return max(2, min(int(asked), share) if asked.isdigit() and int(asked) else share)
