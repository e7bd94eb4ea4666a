"""The server of `dq watch`: health, metrics and pages, in threads that never hold up a run."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from dq.model import MINUTE, SettingsError
from dq.serving.answers import Desk
from dq.serving.connections import Connections
from dq.serving.families import Texts
from dq.serving.figures import Figures
from dq.serving.health import TURNS, Health
from dq.serving.told import Due, Round, Standing

ONLY = "default"  # the name of a cadence that has none
NONE: Mapping[str, Due] = MappingProxyType({})
_HINTS = {
    errno.EADDRINUSE: "Something listens there already, another `dq watch` perhaps; give --serve another port, or end it.",
    errno.EACCES: "Ports below 1024 are the administrator's; give --serve a higher one, as in 127.0.0.1:9464.",
    errno.EADDRNOTAVAIL: "This machine has no such address; 127.0.0.1 is the machine itself, 0.0.0.0 all its addresses.",
}


class Server:
    """What `serve` gives. Its methods may be called from any thread, and return at once.

    Attributes:
        address: HOST:PORT where it listens; of port 0 the one that it got.
    """

    def __init__(self, connections: Connections, host: str, health: Health, figures: Figures) -> None:
        port = connections.server_address[1]
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._connections, self._health, self._figures = connections, health, figures
        self._thread = threading.Thread(target=connections.keep, name="serving", daemon=True)
        self._thread.start()

    def turned(self, allowing: float = TURNS) -> None:
        """The watch is alive; /healthz believes it for that many seconds, two minutes at least."""
        self._health.turned(allowing)

    def told(self, one: Round) -> None:
        """A round is over: its numbers are shown from now on."""
        name = one.cadence or ONLY
        self._health.told(name, one)
        self._health.turned(TURNS)
        self._figures.told(name, one)

    def stands(self, standing: Standing) -> None:
        """What the history and the channels say now."""
        self._figures.stands(standing)

    def expect(self, cadences: Mapping[str, Due]) -> None:
        """These are the cadences from now on, and when they are run; others go."""
        named = {name or ONLY: due for name, due in cadences.items()}
        self._figures.expect(named, self._health.expect(named))

    def close(self) -> None:
        """Listen no more and end every connection; twice does no harm."""
        self._connections.close_all(self._thread)


def serve(
    address: str,
    pages: Path,
    clock: Callable[[], int],
    *,
    version: str = "",
    cadences: Mapping[str, Due] = NONE,
    grace: int = MINUTE,
) -> Server:
    """Serve health, metrics and pages from now on.

    Args:
        address: HOST:PORT, an IPv6 host in square brackets; port 0 takes a free one.
        pages: the folder of the site; it need not be there yet.
        clock: microseconds UTC.
        version: dq's own.
        cadences: name of each to when it is run.
        grace: microseconds that a run may come late.

    Raises:
        SettingsError: nobody can listen there.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    health = Health(version, grace, clock)
    figures = Figures(version, health.silence, clock)
    desk = Desk(pages, health.alive, health.ready, Texts(figures).text)
    try:
        connections = Connections((host, int(port)), desk.answer)
    except (OSError, UnicodeError) as wrong:
        raise _unserved(address, wrong) from None
    serving = Server(connections, host, health, figures)
    serving.expect(cadences)
    return serving


def _unserved(address: str, wrong: Exception) -> SettingsError:
    number = getattr(wrong, "errno", None)
    why = os.strerror(number) if isinstance(number, int) and number > 0 else "there is no such host"
    hint = _HINTS.get(number or 0, "Give --serve (or `serve` in dq.toml) a host and a port, as in 127.0.0.1:9464.")
    return SettingsError(f"Nothing can be served at {address}: {why}.", hint=hint)
