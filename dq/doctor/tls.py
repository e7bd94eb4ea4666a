"""Whether what travels is encrypted, and whether anybody has proved who the other side is."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dq.doctor.line import FAILED, WARNING, Line
from dq.doctor.network import Found, opened
from dq.doctor.steps import fine
from dq.doctor.targets import Target
from dq.model import SourceError

SSL_REQUEST = struct.pack("!ii", 8, 80877103)  # PostgreSQL's question whether a server speaks TLS
STRICT = ("require", "verify-ca", "verify-full")
PLAIN = "Whoever is in between reads the password and the bars: switch TLS on in the server, then ?sslmode=verify-full."
SYSTEM = "Its certificate is one that this machine trusts: add ?sslmode=verify-full&sslrootcert=system to the address."
OWN = (
    "Add ?sslmode=verify-full&sslrootcert=FILE to the address, with the certificate of who signed the server's own "
    "(Supabase: Database settings, SSL configuration, Download certificate)."
)
SILENT = "Check the host, the port and what stands in between: a firewall or a pooler without a server behind it."


@dataclass(frozen=True, slots=True)
class Secured:
    """What was negotiated: `TLSv1.3`, and why the certificate was not believed, or ""."""

    version: str
    distrusted: str


def database_tls(found: Found, parts: Mapping[str, Any], seconds: float) -> Line:
    """Ask the server that answered first for TLS, as libpq will, and look at its certificate."""
    target, address = found.answering[0]
    if target.is_socket:
        return fine("TLS", "not needed: a socket never leaves this machine")
    mode = str(parts.get("sslmode") or "prefer")
    authority = str(parts.get("sslrootcert") or "")
    secured = _asked(target, address, authority, seconds)
    if secured is None:
        return _unsecured(target, mode)
    if mode.startswith("verify"):
        return _verified(secured, mode, authority)
    if target.is_here:
        return fine("TLS", f"{secured.version} is offered, sslmode={mode}: not needed on this machine")
    said = f"{secured.version}, but sslmode={mode} takes any certificate: anybody in between can be the server"
    if mode == "disable":
        said = f"sslmode=disable: nothing is encrypted, although the server offers {secured.version}"
    return Line("TLS", WARNING, said, OWN if secured.distrusted else SYSTEM)


def _verified(secured: Secured, mode: str, authority: str) -> Line:
    """A certificate is asked for: with sslmode=verify-ca it may be another host's."""
    lenient = mode == "verify-ca" and "ostname" in secured.distrusted
    if secured.distrusted and _judged_by_us(authority) and not lenient:
        said = f"{secured.version}, but the certificate is not believed: {secured.distrusted}"
        return Line("TLS", FAILED, said, f"Look at host and sslrootcert in the address. {OWN}")
    if mode == "verify-ca":
        said = f"{secured.version}, certificate verified, but not whose it is (sslmode=verify-ca)"
        return Line("TLS", WARNING, said, "sslmode=verify-full also compares the host.")
    return fine("TLS", f"{secured.version}, certificate verified (sslmode={mode})")


def web_tls(found: Found, scheme: str, seconds: float) -> Line:
    """Shake hands with a web server, as every request will."""
    target, address = found.answering[0]
    if scheme == "http":
        said = "http:// is not encrypted"
        if target.is_here:
            return fine("TLS", f"{said}: not needed on this machine")
        return Line("TLS", WARNING, said, "Write https:// in SUPABASE_URL: the key travels with every request.")
    with opened(target, address, seconds) as line:
        secured = _shaken(line, target, "", verified=True)
    if not secured.distrusted:
        return fine("TLS", f"{secured.version}, certificate verified")
    said = f"the certificate of {target.host} is not believed: {secured.distrusted}"
    hint = "Check the host in SUPABASE_URL and this machine's clock; SSL_CERT_FILE names other certificates to trust."
    return Line("TLS", FAILED, said, hint)


def _asked(target: Target, address: str, authority: str, seconds: float) -> Secured | None:
    """What TLS the server speaks; None where it speaks none. A certificate that is not believed is looked at again."""
    first = None
    for verified in (True, False):
        with opened(target, address, seconds) as line:
            if not _offered(line, target, seconds):
                return None
            secured = _shaken(line, target, authority, verified=verified)
        if first is None and not secured.distrusted:
            return secured
        first = first or secured
    return Secured(secured.version, first.distrusted if first else "")


def _offered(line: socket.socket, target: Target, seconds: float) -> bool:
    try:
        line.sendall(SSL_REQUEST)
        answer = line.recv(1)
    except TimeoutError:
        said = f"{target.place} accepts, and then stays silent for {seconds:g} s"
        raise SourceError(said, hint=SILENT) from None
    except OSError as error:
        raise SourceError(f"{target.place} broke off: {error.strerror}", hint=SILENT) from None
    if answer not in {b"S", b"N"}:
        what = "closes the connection" if not answer else "answers as no PostgreSQL does"
        hint = "Is it the port of PostgreSQL (5432; Supabase's pooler: 5432 or 6543), and not of a web server?"
        raise SourceError(f"{target.place} accepts, and then {what}", hint=hint)
    return answer == b"S"


def _shaken(line: socket.socket, target: Target, authority: str, *, verified: bool) -> Secured:
    """Shake hands, believing only certificates that are proved, or any."""
    try:
        with _context(authority, verified=verified).wrap_socket(line, server_hostname=target.host) as secure:
            return Secured(secure.version() or "TLS", "")
    except ssl.SSLCertVerificationError as wrong:
        return Secured("TLS", wrong.verify_message.rstrip("."))
    except (OSError, ValueError) as wrong:
        raise SourceError(f"{target.place} does not agree on TLS: {wrong}", hint=SILENT) from None


def _context(authority: str, *, verified: bool) -> ssl.SSLContext:
    known = authority if authority and authority != "system" and Path(authority).is_file() else None
    context = ssl.create_default_context(cafile=known)
    if not verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _judged_by_us(authority: str) -> bool:
    """Whether we looked with the same certificates as libpq will; without a word from anybody it has its own folder."""
    return authority == "system" or (bool(authority) and Path(authority).is_file())


def _unsecured(target: Target, mode: str) -> Line:
    if mode in STRICT:
        hint = f"{PLAIN} Until then sslmode={mode} rightly refuses it."
        return Line("TLS", FAILED, f"the server speaks no TLS, and sslmode={mode} asks for it", hint)
    if target.is_here:
        return fine("TLS", "none: not needed on this machine")
    return Line("TLS", WARNING, "the server speaks no TLS: nothing is encrypted", PLAIN)
