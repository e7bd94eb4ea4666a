"""Rules for addresses that dq calls or offers besides its source: channels, the heartbeat, metrics, its own endpoint."""

from __future__ import annotations

import re

from dq.settings.addresses import WEB, of_scheme
from dq.settings.rules import text


def web(value: object) -> str:
    """An address of the web, with a host."""
    said = of_scheme(text(value), WEB, "it must begin with http:// or https://")
    if re.search(r"\s", said) or not re.match(r"\w+://[^/?#]", said):
        raise ValueError("it names no host, or has a space in it; it looks like https://host.example/path")
    return said


def secret_web(value: object) -> str:
    """An address of the web that is a secret: itself, or where it stands (`$NAME`, `file:PATH`)."""
    said = text(value)
    return said if is_elsewhere(said) else web(said)


def endpoint(value: object) -> str:
    """Where to listen: HOST:PORT, an IPv6 host in square brackets; port 0 takes a free one."""
    said = text(value)
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+):(\d{1,5})", said)
    if found is None or int(found[2]) > 65_535:
        raise ValueError(f"{said!r} is not allowed; write a host and a port, as in 127.0.0.1:9464")
    return said


def is_elsewhere(said: str) -> bool:
    """Whether a setting names where its value stands: `$NAME` of the environment or .env, or `file:PATH`."""
    return re.fullmatch(r"\$\w+|\$\{\w+\}|file:.+", said) is not None


def channel(value: object) -> str:
    """An apprise address, by its shape; whether apprise knows it is asked when something is to be told."""
    if isinstance(value, str) and is_elsewhere(value.strip()):
        return value.strip()
    if not isinstance(value, str) or "://" not in value or value.startswith("://"):
        raise ValueError("it is not an address; it must be an apprise address in quotes, as in slack://… or mailto://…")
    return value.strip()
