"""What the history has to tell besides runs: incidents that last, and messages on their way to the courier."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from dq.cli.instants import now
from dq.history import AbsentError, HistoryError, is_begun, read_history
from dq.model import DqError, Life, Parcel, Run
from dq.run import Asked
from dq.settings import Settings
from dq.watch.alone import Warned
from dq.watch.clockwork import LOOK_UP
from dq.watch.courier import Courier
from dq.watch.unwritten import Note, Unwritten

MANAGER = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")  # what systemd says to us, not to our children


def told_before(asked: Asked, run: Run) -> int | None:
    """When the last run like that one could tell, `as_of`: of a watch that was down it says since when nobody looked."""
    if not asked.record or not is_begun(asked.settings.history):
        return None
    try:
        with read_history(asked.settings.history) as history:
            return max((one.as_of for one in history.past(run) if one.verdict != "unknown"), default=None)
    except HistoryError:
        return None


class Outbox:
    """Looks into the history after each run, and twice a minute where there are channels.

    Attributes:
        lives, parcels: as they were at the last look.
    """

    def __init__(self) -> None:
        self.lives: Sequence[Life] = ()
        self.parcels: Sequence[Parcel] = ()
        self._courier = Courier({name: text for name, text in os.environ.items() if name not in MANAGER})
        self._unwritten = Unwritten()
        self._warned = Warned()
        self._next = 0.0

    def busy(self) -> bool:
        """Whether a courier is under way: when it ends, what it had no time for is sent."""
        return self._courier.under_way

    def told(self, run: Run, settings: Settings) -> None:
        """Let channels know where runs are not recorded: then nothing else tells them of incidents."""
        note = Note(settings.history, settings.state or settings.cache)
        messages = self._unwritten.messages(run, settings.alerts, now(), note)
        if messages:
            self._courier.carry(messages)
            self._courier.send((), settings.alerts, settings.history, now())

    def close(self, patience: float) -> None:
        """Wait for a courier that is under way."""
        until = time.monotonic() + patience
        while self._courier.busy() and time.monotonic() < until:
            time.sleep(0.05)

    def look(self, settings: Settings, *, soon: bool = False) -> bool:
        """See what is due and send the courier; a history that cannot be read is told once.

        Args:
            soon: something happened; else it is looked at when LOOK_UP seconds have passed.

        Returns:
            Whether `lives` and `parcels` are news.
        """
        ended = self._courier.ended()  # it is buried at each look
        again = not soon and time.monotonic() < self._next
        if (again and not ended) or not is_begun(settings.history):
            return False
        self._next = time.monotonic() + LOOK_UP
        try:
            with read_history(settings.history) as history:
                self.lives, self.parcels = history.lives(lasting=True), history.parcels()
            self._courier.send(self.parcels, settings.alerts, settings.history, now(), again=again)
        except AbsentError:
            return False
        except (DqError, OSError) as wrong:
            self._warned.of("messages that are due cannot be sent: %s", wrong)
            return False
        self._warned.over()
        return True
