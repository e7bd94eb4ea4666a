"""What is being done at the moment: whoever has to end it, because time is up, can say what it was."""

from __future__ import annotations

import time
from contextvars import ContextVar

_NOTED: ContextVar[tuple[str, float] | None] = ContextVar("doing", default=None)


def note(what: str) -> None:
    """From now on this is being done: "reading bars of NQ=F from …"."""
    _NOTED.set((what, time.perf_counter()))


def last_noted() -> tuple[str, float] | None:
    """What is being done and for how many seconds; None where nobody said."""
    noted = _NOTED.get()
    return None if noted is None else (noted[0], time.perf_counter() - noted[1])


def forget() -> None:
    """Nothing is being done."""
    _NOTED.set(None)
