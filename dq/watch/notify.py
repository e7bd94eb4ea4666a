"""What systemd is told, where it asks for it: ready, alive, reloading, ending, and a line on how things stand."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Mapping
from typing import Self

log = logging.getLogger("dq.watch")


class Notify:
    """Datagrams to the socket of a service manager, as sd_notify(3) describes them. None waits, none fails.

    Args:
        address: of the socket, `@` for an abstract one; None: there is nobody to be told.
        watchdog: microseconds after which the manager takes a silent process for a dead one, or None.
    """

    def __init__(self, address: str | None = None, watchdog: int | None = None) -> None:
        self._address = f"\0{address[1:]}" if address and address.startswith("@") else address
        self._half = watchdog / 2e6 if watchdog and address else None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """As the service manager says it in the variables of its services."""
        watchdog = environment.get("WATCHDOG_USEC", "")
        return cls(environment.get("NOTIFY_SOCKET"), int(watchdog) if watchdog.isdecimal() else None)

    def within(self, seconds: float) -> float:
        """That many seconds, or half of the watchdog's, whichever is less."""
        return seconds if self._half is None else min(seconds, self._half)

    def ready(self) -> None:
        """All that can be wrong at the start was looked at."""
        self._send("READY=1")

    def status(self, text: str) -> None:
        """A line that `systemctl status` shows."""
        self._send(f"STATUS={' '.join(text.split())}")

    def alive(self) -> None:
        """Keep the watchdog quiet."""
        if self._half is not None:
            self._send("WATCHDOG=1")

    def reloading(self) -> None:
        """New settings are being read; `ready` ends it."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """It ends by itself."""
        self._send("STOPPING=1")

    def _send(self, text: str) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaking:
                speaking.sendto(text.encode(), socket.MSG_DONTWAIT, self._address)
        except OSError as wrong:
            log.debug("the service manager was not told: %s", wrong)
