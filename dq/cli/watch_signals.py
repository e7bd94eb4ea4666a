"""What signals mean to a watch: SIGTERM and SIGINT end it, SIGHUP has it read its settings again."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable

ENDING = (signal.SIGTERM, signal.SIGINT)
PATIENCE = 2.0  # seconds in which a second signal is the same wish as the first


class Signals:
    """SIGTERM ends what is being done as Ctrl-C does. It is kept in mind, too: a library may catch what it raises.

    Args:
        wake: ends a pause; called within a handler.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._seen_at: float | None = None
        self._reload = False
        self._on_terminal = sys.stdout.isatty()
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it
                signal.signal(number, self._end)
        signal.signal(signal.SIGHUP, self._hang_up)

    def none(self) -> bool:
        """Whether nobody asked for the end."""
        return self._seen_at is None

    def reload(self) -> bool:
        """Whether new settings were asked for since the last time."""
        asked, self._reload = self._reload, False
        return asked

    def enough(self) -> None:
        """From now on no signal is heeded: it is ending."""
        for number in (*ENDING, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)

    def _end(self, _number: int, _frame: object) -> None:
        now, before = time.monotonic(), self._seen_at
        self._seen_at = now
        self._wake()
        if before is None or now - before > PATIENCE:
            raise KeyboardInterrupt

    def _hang_up(self, number: int, frame: object) -> None:
        """Of a terminal that was closed it means the end: nobody would see what is said any more."""
        if self._on_terminal and not sys.stdout.isatty():
            self._end(number, frame)
        self._reload = True
        self._wake()
