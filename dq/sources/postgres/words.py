"""What PostgreSQL, libpq and the poolers say when something fails, and what people are told then."""

from __future__ import annotations

from typing import NamedTuple


class Word(NamedTuple):
    """What happened, what to do about it, and whether it may be gone in a moment."""

    what: str
    hint: str
    passing: bool = False
    silent: bool = False


AGAIN = "Run dq again; if it happens again, look into the server's log."
PASSWORD = Word("refused the password", "Check user and password: in the URL, in PGPASSWORD or in ~/.pgpass.")
NO_PASSWORD = Word(
    "asks for a password, and none was given", "Put it into the URL in .env, into PGPASSWORD or into ~/.pgpass."
)
REFUSED = Word("refused the user", "Check the user, and what pg_hba.conf allows it.")
NO_DATABASE = Word("has no such database", "Check the name of the database at the end of the URL.")
LOST = Word("ended the connection", AGAIN, passing=True)
CUT = Word("lost the connection", AGAIN, passing=True)
FULL = Word("has no connection left", "Too many clients: use a pooler, or raise max_connections.", passing=True)
STARTING = Word("is starting up or shutting down", "Try again in a moment.", passing=True)
NO_HOST = Word("cannot be reached: there is no host of that name", "Check the host in the URL.", silent=True)
STARTUP = Word(
    "is a pooler that does not take all parameters of the URL",
    "Take options=… out of the URL; name a schema as schema under [source] in dq.toml.",
)
TENANT = Word(
    "does not know the project",
    "Supabase's pooler wants the user postgres.REFERENCE, with the reference of the project, and the host of its own "
    "region: copy both from Connect in the dashboard.",
)
PLAIN_REFUSED = Word("takes encrypted connections only", "Add ?sslmode=require to the URL, or better verify-full.")
NO_TLS = Word(
    "does not speak TLS, which sslmode asks for",
    "Switch TLS on in the server; on a network that you trust, ?sslmode=prefer does without it.",
)
NO_ROOT = Word(
    "is not believed: there is no certificate to check it by",
    "Add &sslrootcert=FILE to the URL, with the certificate of who signed the server's own (Supabase: Database "
    "settings, SSL configuration, Download certificate), or &sslrootcert=system for what this machine trusts.",
)
WRONG_ROOT = Word(
    "is not believed: its certificate was not signed by the one in sslrootcert",
    "Take the certificate of who signed the server's own (Supabase: Database settings, SSL configuration, Download "
    "certificate). If it is the right one, somebody stands between you and the server.",
)
WRONG_NAME = Word(
    "is not believed: its certificate is for another host",
    "Write the host into the URL as its certificate names it; sslmode=verify-ca takes any host.",
)
TINY = Word("holds a number too small for float64", "Find it with SELECT … WHERE column <> 0 AND abs(column) < 1e-307.")

# SQLSTATE (or its class) to what happened
STATES = {
    "28P01": PASSWORD,
    "28000": REFUSED,
    "3D000": NO_DATABASE,
    "42501": Word("does not let this role read the bars", "dq needs GRANT USAGE on the schema and GRANT SELECT on the table."),
    "57014": Word("cancelled the statement", "Somebody ended it on the server. Run dq again."),
    "57P01": Word("ended the connection", "Someone stopped the server or this session. Run dq again.", passing=True),
    "57P02": Word("ended the connection", "The server crashed or was stopped at once. Run dq again.", passing=True),
    "57P03": STARTING,
    "53300": FULL,
    "22003": Word("holds a number too large for float64", "Find it with SELECT … WHERE abs(column) > 1e308."),
    "40001": Word("cancelled the reading because of a conflict with recovery", "A replica does that when it is behind; run dq again, or read from the primary.", passing=True),
    "08": CUT,
}  # fmt: skip
PLAIN = ("28P01", "57P01")  # nothing that the server says adds to what we say

# Errors of connecting have no SQLSTATE: parts of what is said, and the one that they would have
WORDS = (
    ("password authentication failed", "28P01"),
    ("sasl authentication failed", "28P01"),  # pgbouncer
    ("fatal: role", "28000"),
    ("no such user", "28000"),  # pgbouncer
    ("no such database", "3D000"),  # pgbouncer
    ("fatal: database", "3D000"),
    ("no pg_hba.conf entry", "28000"),
    ("pg_hba.conf rejects", "28000"),
    ("too many clients", "53300"),
    ("too many connections", "53300"),
    ("remaining connection slots", "53300"),
    ("no more connections allowed", "53300"),  # pgbouncer
    ("max clients reached", "53300"),  # Supabase's pooler
    ("query_wait_timeout", "53300"),  # pgbouncer: no connection of its pool became free
    ("starting up", "57P03"),
    ("accepting connections", "57P03"),  # a standby that has not caught up, or is not to be read
    ("shutting down", "57P03"),
    ("terminating connection", "57P01"),
)

# Parts of what is said, in small letters; the first that fits
REACH = (
    ("no password supplied", NO_PASSWORD),
    ("tenant or user not found", TENANT),
    ("tenant/user", TENANT),
    ("unsupported startup parameter", STARTUP),
    ("certificate verify failed", WRONG_ROOT),
    ("does not match host name", WRONG_NAME),
    ("root certificate file", NO_ROOT),
    ("could not read root certificate", NO_ROOT),
    ("does not support ssl", NO_TLS),
    ("ssl connection is required", PLAIN_REFUSED),
    ("ssl required", PLAIN_REFUSED),
    ("definition of service", Word("cannot be found: no such service", "Look into the file that PGSERVICEFILE names, or ~/.pg_service.conf.")),
    ("timeout", Word("did not answer in time", "Check the host, the port and the firewall.", silent=True)),
    ("connection refused", Word("cannot be reached: nobody listens there", "Is the server running? Check the host and the port.", passing=True)),
    ("no such file", Word("cannot be reached: there is no such socket", "Is the server running? Check the folder of its socket.", passing=True)),
    ("temporary failure in name resolution", NO_HOST._replace(passing=True, silent=False)),
    ("resolve", NO_HOST),
    ("name or service", NO_HOST),
    ("no address associated", NO_HOST),
    ("timed out", CUT),
    ("reset by peer", CUT),
    ("broken pipe", CUT),
    ("closed", LOST),
    ("connection is lost", LOST),
    ("ssl syscall error", CUT),
    ("eof detected", CUT),
)  # fmt: skip
