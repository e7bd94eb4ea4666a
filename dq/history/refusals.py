"""What PostgreSQL refuses, as a sentence that says what to do."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dq.history.errors import HistoryError, UnreadyError
from dq.settings import masked, masked_text

if TYPE_CHECKING:
    import psycopg

# Connections lost, too many of them, a server that starts or stops, locks and time limits, one that only reads for now.
PASSING = ("08", "40", "53", "57", "55P03", "25006", "25P03")
# libpq gives no code while connecting; what is not among these words (nobody listens, no route, no such host) may pass.
LASTING = (
    "authentication failed",
    "no password supplied",
    "does not exist",
    "no pg_hba.conf entry",
    "permission denied",
    "ssl",
    "certificate",
    "invalid",
    "tenant or user not found",
)
DOWN = "See whether the database is up and can be reached, or name another history with DQ_HISTORY."
WRONG = "Check the address: DQ_HISTORY, or `history` in dq.toml."
_GRANT = "Let who owns the schema run: GRANT USAGE ON SCHEMA dq TO {{role}}; GRANT {} ON ALL TABLES IN SCHEMA dq TO {{role}};"
RIGHTS = _GRANT.format("SELECT, INSERT, UPDATE, DELETE")
READING = _GRANT.format("SELECT")
OWNER = "Let a superuser or the owner of the database run, once: CREATE SCHEMA dq AUTHORIZATION {role};"

log = logging.getLogger("dq.history")


@contextmanager
def trouble_told(url: str, *, reading: bool = False) -> Iterator[None]:
    """Turn what PostgreSQL says into a HistoryError, without secrets; who only reads is not told to ask for more."""
    import psycopg

    try:
        yield
    except psycopg.Error as wrong:
        log.debug("the history failed: %s", _words(wrong, url))
        raise _told(wrong, url, reading=reading) from wrong
    except (
        UnicodeError,
        OSError,
    ) as wrong:  # a host that cannot have that name; a client certificate that is not there
        raise HistoryError(f"The history {masked(url)!r} cannot be reached: {wrong}.", hint=WRONG) from wrong


def forbidden(url: str, role: str, hint: str, what: str = "keep a history in") -> HistoryError:
    """What is told where the role lacks rights; the hint holds `{role}`."""
    said = f"The role {role!r} may not {what} {masked(url)!r}."
    quoted = '"' + role.replace('"', '""') + '"'
    return HistoryError(said, hint=hint.format(role=quoted))


def _told(wrong: psycopg.Error, url: str, *, reading: bool) -> HistoryError:
    state, words = wrong.sqlstate or "", _words(wrong, url)
    if state == "42501":
        role = _role(url)
        return forbidden(url, role, READING, "read the history in") if reading else forbidden(url, role, RIGHTS)
    if state in {"55P03", "57014"}:
        return UnreadyError(
            f"The history {masked(url)!r} is busy: {words}.", hint="Wait for who writes it, or stop them."
        )
    if _passes(wrong, state, words):
        return UnreadyError(f"The history {masked(url)!r} cannot be reached: {words}.", hint=DOWN)
    reached = "cannot be used" if state else "cannot be reached"
    return HistoryError(f"The history {masked(url)!r} {reached}: {words}.", hint=WRONG)


def _role(url: str) -> str:
    """Who asks: as the address says, else as libpq takes it from the environment."""
    from psycopg.conninfo import conninfo_to_dict
    from psycopg.pq import Conninfo

    said = {one.keyword.decode(): (one.val or b"").decode() for one in Conninfo.get_defaults()}
    return str(conninfo_to_dict(url).get("user") or said.get("user") or "ROLE")


def _passes(wrong: psycopg.Error, state: str, words: str) -> bool:
    import psycopg

    if state:
        return state.startswith(PASSING)
    return isinstance(wrong, psycopg.OperationalError) and not any(part in words.lower() for part in LASTING)


def _words(wrong: psycopg.Error, url: str) -> str:
    """The server's first line, without the password, which libpq shows where it takes it for something else."""
    from urllib.parse import unquote, urlsplit

    said = str(wrong).strip().splitlines()
    words = " ".join(said[0].split()).rstrip(".") if said else type(wrong).__name__
    try:
        secret = urlsplit(url).password or ""
    except ValueError:
        secret = url.partition("://")[2].rpartition("@")[0]
    hidden = masked_text(words, [one for one in (secret, unquote(secret)) if one])
    return hidden if len(hidden) <= 200 else f"{hidden[:199]}…"
