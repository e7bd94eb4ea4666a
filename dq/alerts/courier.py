"""The courier: takes what waits in the history to the channels, oldest first, and marks what has arrived."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from dq.alerts.queueing import pause_after
from dq.alerts.sending import send
from dq.logbook import entry
from dq.model import MINUTE, DqError, Message, Parcel
from dq.settings import AlertSettings
from dq.suites.words import length_text

PATIENCE = 60.0  # seconds in which a courier ends, whoever hangs
LEASE = 3 * MINUTE  # for which what a courier has taken is nobody else's: longer than any courier lives
MARKING = 20.0  # seconds for which it tries to write that a message has arrived: unwritten, it would be sent again

log = logging.getLogger("dq.alerts")


class Outbox(Protocol):
    """What the courier needs of the history."""

    def claim(self, now: int, lease: int, channels: Collection[str]) -> Sequence[Parcel]:
        """The oldest unsent message of each channel where it is due, and nobody else's before the lease ends."""

    def sent(self, identity: str, now: int) -> None:
        """It has arrived."""

    def unsent(self, identity: str, error: str, due: int) -> None:
        """It has not, and is due again then."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a courier did: how many messages arrived, and the last error of each channel that one did not get to."""

    sent: int
    failed: Mapping[str, str]


def deliver(
    outbox: Outbox,
    channels: Iterable[AlertSettings],
    clock: Callable[[], int],
    patience: float = PATIENCE,
    carry: Callable[[AlertSettings, Message], str] = send,
) -> Delivered:
    """Send what is due until nothing is, every channel by itself; after a failure a channel is left for another time.

    Args:
        clock: microseconds UTC.
        patience: seconds; who has not answered by then is taken for one that cannot be reached.

    Raises:
        HistoryError: what waits cannot be read, or not be marked.
    """
    return _Round(outbox, {one.name: one for one in channels}, clock, patience, carry).run()


class _Round:
    """One courier's way: a message at a time for each channel, so that none overtakes another."""

    def __init__(
        self,
        outbox: Outbox,
        channels: Mapping[str, AlertSettings],
        clock: Callable[[], int],
        patience: float,
        carry: Callable[[AlertSettings, Message], str],
    ) -> None:
        self._outbox, self._channels, self._clock, self._carry = outbox, channels, clock, carry
        self._patience, self._until = patience, time.monotonic() + patience
        self._under_way: dict[str, Parcel] = {}
        self._answers: SimpleQueue[tuple[Parcel, str, float]] = SimpleQueue()
        self._failed: dict[str, str] = {}
        self._sent = 0

    def run(self) -> Delivered:
        while self._set_out():
            try:
                parcel, error, seconds = self._answers.get(timeout=max(self._until - time.monotonic(), 0))
            except Empty:
                break
            del self._under_way[parcel.message.channel]
            self._mark(parcel, error, seconds)
        for parcel in list(self._under_way.values()):  # their threads end with the process
            self._mark(parcel, "no answer in time", self._patience)
        return Delivered(self._sent, self._failed)

    def _set_out(self) -> bool:
        """Begin with the next message of every channel that is free; False when nothing is under way."""
        free = [name for name in self._channels if name not in self._under_way and name not in self._failed]
        if free and time.monotonic() < self._until:
            for parcel in self._claimed(free):
                self._under_way[parcel.message.channel] = parcel
                threading.Thread(target=self._bring, args=(parcel,), daemon=True).start()
        return bool(self._under_way)

    def _claimed(self, free: Collection[str]) -> Sequence[Parcel]:
        try:
            return self._outbox.claim(self._clock(), LEASE, free)
        except DqError:
            if not self._under_way:
                raise
            return ()  # what is under way has to be marked first

    def _bring(self, parcel: Parcel) -> None:
        began = time.perf_counter()
        try:
            error = self._carry(self._channels[parcel.message.channel], parcel.message)
        except DqError as wrong:  # an address that apprise does not know
            error = wrong.message.rstrip(".")
        except Exception as wrong:
            log.exception("%s cannot be told", parcel.message.channel)
            error = f"dq itself failed: {type(wrong).__name__}"  # told, so that nobody waits for this thread
        self._answers.put((parcel, error, time.perf_counter() - began))

    def _mark(self, parcel: Parcel, error: str, seconds: float) -> None:
        message, now = parcel.message, self._clock()
        told: dict[str, Any] = {
            "channel": message.channel,
            "incident": message.incident,
            "what": message.what,
            "message": message.id,
        }
        if not error:
            self._sent += 1
            insisted(lambda: self._outbox.sent(message.id, now))
            entry(log, "deliver", f"told {message.channel}: {message.title}", seconds=seconds, **told)
            return
        pause = pause_after(parcel.attempts + 1)
        self._failed[message.channel] = error
        insisted(lambda: self._outbox.unsent(message.id, error, now + pause))
        said = f"{message.channel} cannot be told: {error}; again in {length_text(pause)}"
        entry(log, "deliver", said, status="failed", seconds=seconds, level=logging.WARNING, **told)


def insisted(write: Callable[[], None]) -> None:
    """Write, and again for some seconds where the history is busy."""
    import tenacity

    tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(DqError),
        stop=tenacity.stop_after_delay(MARKING),
        wait=tenacity.wait_fixed(0.5),
        reraise=True,
    )(write)
