"""The way to a server: its name, and whether anybody listens there."""

from __future__ import annotations

import ipaddress
import socket
import stat
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from dq.doctor.line import FAILED, WARNING, Line
from dq.doctor.steps import fine
from dq.doctor.targets import Target
from dq.sources.attempt import Attempt
from dq.suites.words import listed

NO_NAME = "Check the host in the address, and that this machine has a network and a name server."
ONLY_IPV6 = (
    "Its only addresses are IPv6, which this machine's network may not have. Supabase's direct host is such a one: "
    "use the address of its pooler (Connect → Session pooler), which has IPv4."
)


@dataclass
class Found:
    """The numeric addresses of each target, as far as they are known; those that answered come first."""

    addresses: dict[Target, list[str]] = field(default_factory=dict)
    answering: list[tuple[Target, str]] = field(default_factory=list)


def look_up(targets: list[Target], found: Found, seconds: float) -> Line:
    """Turn names into addresses, and remember them in `found`."""
    if all(target.is_socket for target in targets):
        return fine("name", f"a socket of this machine, {listed([target.place for target in targets])}: no name")
    began, wrong = time.perf_counter(), []
    for target in targets:
        try:
            asking = Attempt(partial(_addresses, target), "dq-look-up")
            found.addresses[target] = [] if target.is_socket else asking.made(seconds)
        except TimeoutError:
            wrong.append(f"the name server did not answer for {target.host} within {seconds:g} s")
        except OSError as error:
            wrong.append(f"there is no host {target.host} ({_words(error)})")
    named = {target.host: known for target, known in found.addresses.items() if known}
    told = [f"{host} is {'an address' if _is_address(host) else listed(known)}" for host, known in named.items()]
    if not found.addresses:
        return Line("name", FAILED, "; ".join(wrong), NO_NAME)
    if wrong:
        return Line("name", WARNING, "; ".join([*wrong, *told]), NO_NAME)
    took = "" if all(map(_is_address, named)) else f" ({1000 * (time.perf_counter() - began):.0f} ms)"
    return fine("name", "; ".join(told) + took)


def reach(targets: list[Target], found: Found, seconds: float) -> Line:
    """Open and close a connection to each address, until one of each target accepts."""
    refused: list[str] = []
    took, each = 0.0, seconds / max(sum(len(known) for known in found.addresses.values()), 1)
    for target in targets:
        for address in found.addresses.get(target) or ([target.socket] if target.is_socket else []):
            began = time.perf_counter()
            try:
                opened(target, address, each).close()
            except OSError as error:
                refused.append(f"{_place(target, address)}: {_why(error, each)}")
                continue
            took = max(took, time.perf_counter() - began)
            found.answering.append((target, address))
            break
    if not found.answering:
        return Line("TCP", FAILED, "; ".join(refused) or "there is no address to try", _closed(targets, found))
    listening = listed([_place(*one) for one in found.answering])
    if len(found.answering) < len(targets):
        hint = "dq goes on with the others; take out of the address what is gone for good."
        return Line("TCP", WARNING, f"{listening} accepts; {'; '.join(refused)}", hint)
    return fine("TCP", f"{listening} accepts ({1000 * took:.1f} ms)")


def opened(target: Target, address: str, seconds: float) -> socket.socket:
    """A connection to that address of the target.

    Raises:
        OSError: nobody accepts it in time.
    """
    if not target.is_socket:
        return socket.create_connection((address, target.port), seconds)
    path = Path(target.socket)
    if not target.host.startswith("@") and path.exists() and not stat.S_ISSOCK(path.stat().st_mode):
        raise ConnectionRefusedError(0, "it is a file, not a socket")
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(seconds)
        line.connect(target.socket.replace("@", "\0", 1))
    except BaseException:
        line.close()
        raise
    return line


def _addresses(target: Target) -> list[str]:
    try:
        known = socket.getaddrinfo(target.address or target.host, target.port, type=socket.SOCK_STREAM)
    except UnicodeError:  # of PGHOST, which no rule of ours has seen
        raise OSError("no host can have that name") from None
    return list(dict.fromkeys(str(each[4][0]) for each in known))


def _closed(targets: list[Target], found: Found) -> str:
    known = [address for each in found.addresses.values() for address in each]
    if known and all(":" in address for address in known) and not all(target.is_here for target in targets):
        return ONLY_IPV6
    if any(target.is_here for target in targets):
        return "Is the server running on this machine, and on that port?"
    return "Is the server running? Check the host, the port and the firewalls in between (an allow-list of addresses?)."


def _place(target: Target, address: str) -> str:
    if target.is_socket:
        return target.place
    return f"[{address}]:{target.port}" if ":" in address else f"{address}:{target.port}"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _why(error: OSError, seconds: float) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {seconds:.2g} s"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there" if not error.strerror or "refused" in error.strerror else error.strerror
    return _words(error)


def _words(error: OSError) -> str:
    return (error.strerror or str(error) or type(error).__name__).lower()
