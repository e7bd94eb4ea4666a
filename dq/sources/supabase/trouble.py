"""What went wrong between us and Supabase, as a sentence that says what to do."""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from dq.model import BarsError, DqError, SourceError
from dq.settings.masking import masked
from dq.sources.supabase.address import Key

if TYPE_CHECKING:
    import httpx

GRANT = "It needs GRANT USAGE on the schema, GRANT SELECT on the table and, with row-level security, a policy: docs/sources.md has them to copy."
KEY = "Check SUPABASE_KEY: it must be a key of this very project, and not have been replaced or revoked."
INDEX = "An index on (instrument, timestamp) makes it fast; Supabase gives the roles anon and authenticated a few seconds: ALTER ROLE anon SET statement_timeout = '15s'."
AGAIN = "Run dq again; if it happens again, look into the project's logs."
OWN_PAGE = "Is it the project's own URL, and not that of its dashboard or of a page in front of it?"
# Code of PostgREST or PostgreSQL, or HTTP status: what happened, and what to do
CODES: dict[str, tuple[str, str]] = {
    "PGRST301": ("refused the key", KEY),
    "PGRST302": ("refused the key", KEY),
    "PGRST303": ("refused the key", f"It may have expired. {KEY}"),
    "401": ("refused the key", KEY),
    "42501": ("does not let {key} read the table", GRANT),
    "403": ("does not let {key} in", f"{KEY} {GRANT}"),
    "57014": ("took longer than the database allows", INDEX),
    "404": ("has no REST interface there", OWN_PAGE),
    "402": ("refuses requests: the project is over its quota", "Its billing page says which."),
    "540": ("is paused", "Restore the project on its dashboard."),
    "429": ("asks for fewer requests", "Wait a little, or name fewer series with --instrument."),
}  # fmt: skip
MISTAKES: dict[str, tuple[str, str]] = {
    "PGRST205": ("has no such table that it shows", "Name it under [source.tables] ohlc, its schema under [source] schema."),
    "42P01": ("has no such table that it shows", "Name it under [source.tables] ohlc, its schema under [source] schema."),
    "PGRST106": ("does not show that schema", "Name another under [source] schema, or add this one to the exposed schemas in the project's API settings."),
    "42703": ("has no such column", "Name the right one under [source.columns] or [source] order_by."),
    "22P02": ("holds values of another type than bars need", "Prices and volume must be numbers, timestamp a time stamp."),
    "22007": ("holds values of another type than bars need", "timestamp must be a time stamp."),
    "22003": ("holds a number too large for float64", "Find it with SELECT … WHERE abs(column) > 1e300."),
}  # fmt: skip
NO_TABLE = ("PGRST205", "42P01")
# What is said where no connection comes about: what happened, what to do, whether it may be gone in a moment
REACH = (
    ("certificate|ssl", "has a certificate that cannot be trusted", "Check the address; a company's own authority is named by SSL_CERT_FILE.", False),
    ("refused", "cannot be reached: nobody listens there", "Is it running? Check host and port.", True),
    ("name|resolve|address|idna|label", "cannot be reached: there is no host of that name", "Check the host in the URL: a deleted project loses it.", False),
)  # fmt: skip
TOO_MANY = 429
PASSING = 500  # this status and those above may be gone in a moment


class RefusedError(BarsError):
    """The server names what it does not have.

    Attributes:
        code: of PostgREST or PostgreSQL.
    """

    def __init__(self, message: str, hint: str, code: str) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class ForbiddenError(SourceError):
    """The key is let in and may not read this table."""


def of_response(response: httpx.Response, accept: str, server: str, doing: str, key: Key) -> DqError | None:
    """What is wrong with an answer, or None."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip()
    if response.is_success:
        if kind == accept:
            return None
        got = "a web page" if kind == "text/html" else kind or "something"
        return SourceError(f"{server} answered with {got} instead of rows while {doing}", hint=OWN_PAGE)
    if response.is_redirect:
        target = masked(response.headers.get("location", ""))
        return SourceError(
            f"{server} sends us elsewhere: {target}",
            hint="dq takes its key to no other address; write that one if it is right.",
        )
    return _of_status(response, server, doing, key)


def _of_status(response: httpx.Response, server: str, doing: str, key: Key) -> DqError:
    """What a status says that is no success."""
    body, status = _body(response), response.status_code
    code = str(body.get("code") or status)
    said = _said(body, key)
    if code in MISTAKES:
        what, hint = MISTAKES[code]
        return RefusedError(f"{server} {what}: {said}".removesuffix(": "), hint, code)
    known = CODES.get(code) or CODES.get(str(status))
    passing = status == TOO_MANY or (status >= PASSING and known is None)
    what, hint = known or (f"failed with status {status} while {doing}", AGAIN if passing else "")
    kind = ForbiddenError if code == "42501" else SourceError
    hint = f"{hint} ({said})".strip() if said else hint
    wait = _wait(response) if passing else None
    where = f" while {doing}" if kind is ForbiddenError else ""
    return kind(f"{server} {what.replace('{key}', key.named)}{where}", hint=hint, passing=passing, wait=wait)


def of_silence(server: str, doing: str, seconds: float, *, first: bool) -> SourceError:
    """A server that did not answer in time."""
    if first:
        return SourceError(
            f"{server} did not answer within {seconds:g} s",
            hint="Check the address, the firewall and whether the project is paused. [source] connect_timeout changes"
            " how long dq waits; it does not try again by itself.",
            silent=True,
        )
    return SourceError(
        f"{server} did not end its answer within {seconds:g} s while {doing}",
        hint='Ask for less, give the table an index on (instrument, timestamp), or wait longer: [source] call_timeout = "60s".',
        silent=True,
    )


def of_connection(error: Exception, server: str, doing: str, *, answered: bool) -> SourceError:
    """A connection that could not be made, or that ended too early.

    Args:
        answered: the server has answered before: it may be back in a moment.
    """
    import httpcore

    words = masked(" ".join(str(error).split()))[:160]
    if isinstance(error, httpcore.ProxyError):
        return SourceError(f"The proxy on the way to {server} refuses: {words}", hint="Check HTTPS_PROXY and NO_PROXY.")
    if not isinstance(error, httpcore.ConnectError | UnicodeError):
        return SourceError(f"{server} cut the connection while {doing}", hint=f"{AGAIN} ({words})", passing=True)
    for pattern, what, hint, passing in REACH:
        if re.search(pattern, words.lower()):
            return SourceError(f"{server} {what}", hint=f"{hint} ({words})", passing=passing)
    hint = "Check the network and the firewall."
    return SourceError(f"{server} cannot be reached: {words}", hint=hint, passing=answered)


def _body(response: httpx.Response) -> dict[str, Any]:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _said(body: dict[str, Any], key: Key) -> str:
    """The server's own words, short and without the key."""
    parts = [str(body[name]) for name in ("message", "hint") if body.get(name)]
    sentences = (part.strip().rstrip(".") for part in parts)
    words = masked(" ".join(". ".join(sentences).split()).replace(key.text, "***"))
    return words if len(words) <= 200 else words[:199] + "…"


def _wait(response: httpx.Response) -> float | None:
    """Seconds for which the server asks to be left alone, by its own clock."""
    said = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,6}", said):
        return float(said)
    try:
        return max((parsedate_to_datetime(said) - parsedate_to_datetime(response.headers["date"])).total_seconds(), 0.0)
    except (KeyError, TypeError, ValueError, OverflowError):  # the last of a year that no calendar has
        return None
