"""The courier: a process of its own that sends what the history has to tell, so that no channel holds up a run."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from dq.logbook import about
from dq.model import Message, Parcel
from dq.settings import AlertSettings

COMMAND = (sys.executable, "-m", "dq", "alerts", "deliver", "--channels", "-")
HINT = "`dq alerts deliver` says more"
log = logging.getLogger("dq.watch")


class Courier:
    """Starts the courier where a message is due, one at a time, in a session of its own.

    What ends the watch does not end it: a message that is on its way is delivered and marked, whatever becomes of us.

    Args:
        environment: of that process.
    """

    def __init__(self, environment: Mapping[str, str], command: Sequence[str] = COMMAND) -> None:
        self._environment, self._command = dict(environment), tuple(command)
        self._running: subprocess.Popen[bytes] | None = None
        self._failing = False
        self._past: list[Message] = []

    def send(self, parcels: Iterable[Parcel], channels: Sequence[AlertSettings], history: Path | str, now: int) -> None:
        """Start it, unless nothing is due or it is still busy. Waits for nothing.

        Args:
            channels: those of the settings in force; messages to others stay.
            now: microseconds UTC.
        """
        names = {one.name for one in channels}
        due = any(one.is_due(now) and one.message.channel in names for one in parcels)
        if not self.busy() and (due or self._past):
            handed = {"channels": channels, "messages": self._past}
            self._past = []
            self._start(json.dumps(handed, default=asdict).encode(), str(history))

    def carry(self, messages: Iterable[Message]) -> None:
        """Take messages along the next time that no history has: where it cannot be written."""
        self._past += messages

    def busy(self) -> bool:
        """Whether it is still at work; one that has ended is buried."""
        status = None if self._running is None else self._running.poll()
        if self._running is None or status is None:
            return self._running is not None
        self._running = None
        if status and not self._failing:
            failed = about("deliver", status="failed", exit_code=status)
            log.warning("alerts could not be delivered (exit status %s); %s", status, HINT, extra=failed)
        self._failing = bool(status)
        return False

    def _start(self, channels: bytes, history: str) -> None:
        environment = self._environment | {"DQ_HISTORY": history}  # the one in force, whatever dq.toml says by now
        self._running = subprocess.Popen(  # noqa: S603  dq itself
            self._command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            if self._running.stdin is not None:
                with self._running.stdin as entry:
                    entry.write(channels)
        except BrokenPipeError:
            log.debug("the courier did not wait for its channels")
