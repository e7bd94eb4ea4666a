"""Where an address leads: hosts and ports, or a socket of this machine."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from dq.model import SettingsError


@dataclass(frozen=True, slots=True)
class Target:
    """One place where a server is expected.

    Attributes:
        host: a name or an address; the folder of a socket where it begins with a slash.
        address: the numeric address where it was given beside the name, or "".
    """

    host: str
    port: int
    address: str = ""

    @property
    def is_socket(self) -> bool:
        """Whether it is a socket of this machine rather than a host."""
        return self.host.startswith(("/", "@"))

    @property
    def socket(self) -> str:
        """The path of the socket."""
        return f"{self.host}/.s.PGSQL.{self.port}"

    @property
    def place(self) -> str:
        """As people are told."""
        return self.socket if self.is_socket else f"{self.host}:{self.port}"

    @property
    def is_here(self) -> bool:
        """Whether nothing leaves this machine on the way."""
        if self.is_socket or self.host.lower() == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.address or self.host).is_loopback
        except ValueError:
            return False


def database_targets(parts: dict[str, Any]) -> list[Target]:
    """The places of a PostgreSQL address, several where it names several hosts.

    Args:
        parts: the address and libpq's own settings (PGHOST, PGPORT, …), merged.

    Raises:
        SettingsError: a port that is none.
    """
    hosts = str(parts.get("host") or "").split(",")
    addresses = str(parts.get("hostaddr") or "").split(",")
    ports = str(parts.get("port") or "5432").split(",")
    count = max(len(hosts), len(addresses))
    places = [column + column[:1] * (count - len(column)) for column in (hosts, addresses, ports)]
    return [
        Target(host or address or "/var/run/postgresql", _port(port), address)
        for host, address, port in zip(*places, strict=False)
    ]


def web_target(url: str) -> Target:
    """The place of a web address.

    Raises:
        SettingsError: it names no host, or a port that is none.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        raise SettingsError("The address names no host", hint="Write it as https://PROJECT.supabase.co.")
    try:
        return Target(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
    except ValueError:
        raise SettingsError("The port of the address is no port", hint="A port is a number up to 65535.") from None


def _port(text: str) -> int:
    if not text:
        return 5432
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"{text!r} is no port", hint="A port is a number up to 65535; PostgreSQL's is 5432.")
    return int(text)
