"""What went wrong between us and PostgreSQL, as a sentence that says what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dq.model import BarsError, DqError, SourceError
from dq.settings.masking import masked

if TYPE_CHECKING:
    import psycopg

# SQLSTATE (or its class) to what happened and what to do
STATES: dict[str, tuple[str, str]] = {
    "28P01": ("refused the password", "Check user and password: in the URL, in PGPASSWORD or in ~/.pgpass."),
    "28000": ("refused the user", "Check the user, and what pg_hba.conf allows it."),
    "3D000": ("has no such database", "Check the name of the database at the end of the URL."),
    "42501": ("does not let this role read the bars", "dq needs GRANT USAGE on the schema and GRANT SELECT on the table."),
    "57014": ("took longer than allowed", "Raise the time limit, ask for less, or give the table an index on (instrument, timestamp)."),
    "57P01": ("ended the connection while bars were read", "Someone stopped the server or this session. Run dq again."),
    "57P03": ("is starting up or shutting down", "Try again in a moment."),
    "53300": ("has no connection left", "Too many clients: use a pooler, or raise max_connections."),
    "22003": ("holds a number too large for float64", "Find it with SELECT … WHERE abs(column) > 1e300."),
    "40001": ("cancelled the reading because of a conflict with recovery", "A replica does that when it is behind; run dq again, or read from the primary."),
    "08": ("lost the connection", "Run dq again; if it happens again, look into the server's log."),
}  # fmt: skip
PLAIN = ("28P01", "57014", "57P01")  # nothing that the server says adds to what we say
WORDS = (
    ("password authentication failed", "28P01"),
    ("no password supplied", "28P01"),
    ("fatal: role", "28000"),
    ("tenant or user not found", "28000"),  # Supabase's pooler
    ("does not exist", "3D000"),
    ("pg_hba.conf", "28000"),
    ("too many clients", "53300"),
    ("remaining connection slots", "53300"),
    ("starting up", "57P03"),
    ("shutting down", "57P03"),
)


REACH = (
    ("timeout", "did not answer in time", "Check the host, the port and the firewall."),
    ("connection refused", "cannot be reached: nobody listens there", "Is the server running? Check the host and the port."),
    ("no such file", "cannot be reached: there is no such socket", "Is the server running? Check the folder of its socket."),
    ("resolve", "cannot be reached: there is no host of that name", "Check the host in the URL."),
    ("name or service", "cannot be reached: there is no host of that name", "Check the host in the URL."),
    ("closed", "ended the connection", "Run dq again; if it happens again, look into the server's log."),
    ("connection is lost", "ended the connection", "Run dq again; if it happens again, look into the server's log."),
    ("terminat", "ended the connection", "Run dq again; if it happens again, look into the server's log."),
)  # fmt: skip
_PREFIX = re.compile(r"^.*\bfailed: (?=.)")


def told(error: psycopg.Error, label: str) -> DqError:
    """The error that people are told, without secrets; the server's words where none of ours fit."""
    words = masked(" ".join(str(error).split()))
    said = _PREFIX.sub("", words)
    said = said if len(said) <= 160 else said[:159] + "…"
    state = error.sqlstate or next((state for part, state in WORDS if part in words.lower()), "")
    what, hint = STATES.get(state) or STATES.get(state[:2], ("", ""))
    if what:
        kind = BarsError if state == "22003" else SourceError
        return kind(f"{label} {what}", hint=hint if state in PLAIN else f"{hint} ({said})")
    for part, what, hint in REACH:
        if part in words.lower():
            return SourceError(f"{label} {what}", hint=hint)
    return SourceError(f"{label} cannot be read: {said}")
