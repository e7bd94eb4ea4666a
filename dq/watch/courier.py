"""The courier: a process of its own that sends what the history has to tell, so that no channel holds up a run."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

from dq.logbook import about
from dq.model import Message, Parcel
from dq.settings import AlertSettings

COMMAND = (sys.executable, "-m", "dq", "alerts", "deliver", "--channels", "-")
HINT = "`dq alerts` shows what waits"
MOST = 1_000  # bytes of what a courier says
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
        self._outputs: tuple[IO[bytes], ...] = ()
        self._past: list[Message] = []
        self._tried: frozenset[str] = frozenset()

    def send(
        self,
        parcels: Iterable[Parcel],
        channels: Sequence[AlertSettings],
        history: Path | str,
        now: int,
        *,
        again: bool = False,
    ) -> None:
        """Start it, unless nothing is due or it is still busy. Waits for nothing.

        Args:
            parcels: all that wait, oldest first: of each channel the first can be sent, or none.
            channels: those of the settings in force; messages to others stay.
            now: microseconds UTC.
            again: one has ended right before: what was due already when it set out has had its turn.
        """
        names = {one.name for one in channels}
        heads = {one.message.channel: one for one in reversed(tuple(parcels)) if one.message.channel in names}
        due = frozenset(one.message.id for one in heads.values() if one.is_due(now))
        if not self.busy() and (due - (self._tried if again else frozenset()) or self._past):
            handed = {"channels": channels, "messages": self._past}
            self._past, self._tried = [], due
            self._start(json.dumps(handed, default=asdict).encode(), str(history))

    def carry(self, messages: Iterable[Message]) -> None:
        """Take messages along the next time that no history has: where it cannot be written."""
        self._past += messages

    @property
    def under_way(self) -> bool:
        """Whether one was at work when it was looked at the last time."""
        return self._running is not None

    def ended(self) -> bool:
        """Whether one has ended that was under way."""
        return self.under_way and not self.busy()

    def busy(self) -> bool:
        """Whether it is still at work; one that has ended is buried."""
        status = None if self._running is None else self._running.poll()
        if self._running is None or status is None:
            return self._running is not None
        self._running = None
        told = self._told()
        if status and not self._failing:
            failed = about("deliver", status="failed", exit_code=status)
            log.warning("alerts could not be delivered (exit status %s)%s; %s", status, told, HINT, extra=failed)
        self._failing = bool(status)
        return False

    def _told(self) -> str:
        """What the courier that has ended says of itself: which channel, and why; else what it complains of."""
        texts = []
        for output in self._outputs:
            with output:
                output.seek(0)
                texts.append(" ".join(output.read(MOST).decode(errors="replace").split()))
        self._outputs = ()
        return next((f": {text.rstrip('.')}" for text in texts if text), "")

    def _start(self, channels: bytes, history: str) -> None:
        environment = self._environment | {"DQ_HISTORY": history}  # the one in force, whatever dq.toml says by now
        self._outputs = _outputs()
        out, err = self._outputs or (subprocess.DEVNULL, subprocess.DEVNULL)
        self._running = subprocess.Popen(  # noqa: S603  dq itself
            self._command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        try:
            if self._running.stdin is not None:
                with self._running.stdin as entry:
                    entry.write(channels)
        except BrokenPipeError:
            log.debug("the courier did not wait for its channels")


def _outputs() -> tuple[IO[bytes], ...]:
    """Where a courier's output goes: files, since pipes nobody reads where the watch ends first; none on a full disk."""
    try:
        return tempfile.TemporaryFile(), tempfile.TemporaryFile()
    except OSError:
        return ()
