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
from dq.alerts.sending import limit_of, send
from dq.logbook import entry
from dq.model import MINUTE, SECOND, DqError, Message, Parcel
from dq.settings import AlertSettings
from dq.suites.words import length_text

PATIENCE = (
    60.0  # seconds in which a courier ends where services answer in their time; and those for each message at least
)
LEASE = 3 * MINUTE  # for which what a courier has taken is nobody else's: longer than any courier lives
MARKING = 20.0  # seconds for which it tries to write that a message has arrived: unwritten, it would be sent again
LONGEST = LEASE / SECOND - MARKING - 10.0  # seconds for which it waits at most, whoever hangs

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
    *,
    again: bool = True,
) -> Delivered:
    """Send what is due until nothing is, every channel by itself; after a failure a channel is left for another time.

    Args:
        clock: microseconds UTC.
        patience: seconds; nothing is begun that may not be answered by then, by the time that its address allows. What
            was begun is waited for that long by itself: given up too early, it would arrive twice.
        again: what does not arrive is kept by the outbox and tried another time; else nobody is told that it will be.

    Raises:
        HistoryError: what waits cannot be read, or not be marked.
        Exception: whatever a package raises that cannot be imported, before anything is taken.
    """
    return _Round(outbox, {one.name: one for one in channels}, clock, patience, carry, again=again).run()


class _Round:
    """One courier's way: a message at a time for each channel, so that none overtakes another."""

    def __init__(
        self,
        outbox: Outbox,
        channels: Mapping[str, AlertSettings],
        clock: Callable[[], int],
        patience: float,
        carry: Callable[[AlertSettings, Message], str],
        *,
        again: bool,
    ) -> None:
        self._again = again
        self._outbox, self._channels, self._clock, self._carry = outbox, channels, clock, carry
        self._limits = {name: limit_of(one) for name, one in channels.items()}
        self._insisted = _insistence()
        self._patience, self._began = patience, time.monotonic()
        self._until = self._began + patience
        self._under_way: dict[str, tuple[Parcel, float]] = {}
        self._answers: SimpleQueue[tuple[Parcel, str, float]] = SimpleQueue()
        self._failed: dict[str, str] = {}
        self._sent = 0

    def run(self) -> Delivered:
        going = self._set_out(list(self._channels))
        while going:
            try:
                parcel, error, seconds = self._answers.get(timeout=max(self._end() - time.monotonic(), 0))
            except Empty:
                break
            del self._under_way[parcel.message.channel]
            self._mark(parcel, error, seconds)
            going = self._set_out([name for name in self._channels if self._may_begin(name)])
        for parcel, began in list(self._under_way.values()):  # their threads end with the process
            self._mark(parcel, "no answer in time", time.monotonic() - began)
        return Delivered(self._sent, self._failed)

    def _may_begin(self, name: str) -> bool:
        """Whether a channel is free, and there is time enough to see what becomes of another message."""
        return (
            name not in self._under_way
            and name not in self._failed
            and time.monotonic() + self._limits[name] <= self._until
        )

    def _end(self) -> float:
        """Until when what is under way is waited for."""
        ends = [began + max(self._patience, self._limits[name]) for name, (_, began) in self._under_way.items()]
        return min(max(ends), self._began + LONGEST)

    def _set_out(self, free: Collection[str]) -> bool:
        """Begin with the next message of those channels; False when nothing is under way."""
        for parcel in self._claimed(free) if free else ():
            self._under_way[parcel.message.channel] = parcel, time.monotonic()
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
            self._insisted(lambda: self._outbox.sent(message.id, now))
            entry(log, "deliver", f"told {message.channel}: {message.title}", seconds=seconds, **told)
            return
        pause = pause_after(parcel.attempts + 1)
        self._failed[message.channel] = error
        self._insisted(lambda: self._outbox.unsent(message.id, error, now + pause))
        said = f"{message.channel} cannot be told: {error}" + (
            f"; again in {length_text(pause)}" if self._again else ""
        )
        entry(log, "deliver", said, status="failed", seconds=seconds, level=logging.WARNING, **told)


def _insistence() -> Callable[[Callable[[], None]], None]:
    """Something that writes, and again for some seconds where the history is busy."""
    import tenacity

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(DqError),
        stop=tenacity.stop_after_delay(MARKING),
        wait=tenacity.wait_fixed(0.5),
        reraise=True,
    )
