"""Something that no signal and no time limit of its own ends: it is tried in a thread, which may be left alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")
Late = Callable[[Made | None], object]


def close(made: Any) -> None:
    """Close what comes too late, if it comes at all."""
    if made is not None:
        made.close()


class Attempt(Generic[Made]):
    """An attempt to make something.

    Args:
        make: what is tried, once.
        name: of the thread.
        late: what the thread does at its end if it was left alone: with what it made, None where it made nothing.

    Attributes:
        left: nobody waits for it any more, and it has not ended.
    """

    def __init__(self, make: Callable[[], Made], name: str, late: Late[Made] | None = None) -> None:
        self._make, self._late = make, late
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._lock = threading.Lock()
        self._made: list[Made] = []
        self._error: Exception | None = None
        self._ended = self.left = False

    def made(self, seconds: float) -> Made:
        """What it makes within that time.

        Raises:
            TimeoutError: it has not ended; whoever else ends the waiting (Ctrl-C, a deadline) leaves it alone, too.
            Exception: what `make` raises.
        """
        self._thread.start()
        try:
            self._thread.join(seconds)
        finally:
            with self._lock:
                self.left = not self._ended
        if self._error is not None:
            raise self._error
        if self.left:
            raise TimeoutError("no answer in time")
        return self._made[0]

    def _run(self) -> None:
        try:
            self._made.append(self._make())
        except Exception as error:  # noqa: BLE001  whatever it is, it belongs to whoever waits
            self._error = error
        with self._lock:
            self._ended = True
            left = self.left
        if left and self._late is not None:
            self._late(self._made[0] if self._made else None)
