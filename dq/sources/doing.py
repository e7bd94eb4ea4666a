"""What is being done at the moment, and how far it is.

Whoever has to end a run, because time is up, can say what it was; whoever waits for one can be shown how far it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

FEW = 2  # steps that say nothing of how long all of it will take


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing that is being done.

    Attributes:
        what: in words that follow "it has been": "reading bars of NQ=F from …".
        since: of `time.perf_counter`.
        done, total: how far it is; a total of 0 where nobody counts.
    """

    what: str
    since: float
    done: int = 0
    total: int = 0


Listener = Callable[[Doing], None]
_NOTED: ContextVar[Doing | None] = ContextVar("doing", default=None)
_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


def note(what: str) -> None:
    """From now on this is being done: "reading bars of NQ=F from …"."""
    _say(Doing(what, time.perf_counter()))


def steps(done: int, total: int) -> None:
    """So much of what is being done has been done: 3 of 12 series. So few as two tell nothing, and are left out."""
    noted = _NOTED.get()
    if noted is not None and total > FEW:
        _say(replace(noted, done=done, total=total))


def last_noted() -> tuple[str, float] | None:
    """What is being done and for how many seconds; None where nobody said."""
    noted = _NOTED.get()
    return None if noted is None else (noted.what, time.perf_counter() - noted.since)


def forget() -> None:
    """Nothing is being done."""
    _NOTED.set(None)


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Whatever is noted within is told to the listener at once: it must be quick, and must not raise.

    It hears of this thread alone: what other threads do, the one that waits for them counts.
    """
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def _say(doing: Doing) -> None:
    _NOTED.set(doing)
    listener = _LISTENER.get()
    if listener is not None:
        listener(doing)
