"""One watch to a history: a second one is told who has it. The lock goes with its process, however that ends."""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from dq.history import HistoryError, place_text
from dq.model import instant_text

HINT = "One watch keeps several cadences ([[watch]] in dq.toml). End that one, or name another history with DQ_HISTORY."
LOOK = 5.0  # seconds between two looks at a lock: it may be lost without a word
log = logging.getLogger("dq.watch")


class Lock(Protocol):
    """The right to be the only watch of a history."""

    def stands(self) -> bool:
        """Whether it is still held; where it was lost it is asked for again.

        Raises:
            HistoryError: another watch has it meanwhile.
        """

    def close(self) -> None:
        """Give it back."""


def alone(history: Path | str, me: str, since: int) -> Lock:
    """The right to be the only watch of that history, until it is closed or the process ends.

    Where the place does not allow for a lock (nobody may write there, the database is down), the watch goes on without,
    and the log says so: what it has to say of the bars is worth more.

    Args:
        me: how a second watch is told of this one, such as "process 4711 on host box".
        since: microseconds UTC.

    Raises:
        HistoryError: another watch has it.
    """
    if isinstance(history, Path):
        return _FileLock(history, me, since)
    from dq.watch.alone_postgres import PostgresLock

    return PostgresLock(history, me)


def taken(history: Path | str, who: str) -> HistoryError:
    """What the second watch is told."""
    return HistoryError(f"Another dq watch works on {place_text(history)}: {who}.", hint=HINT)


class Warned:
    """Says something once, until all is well again."""

    def __init__(self, say: Callable[..., None] = log.warning) -> None:
        self._say, self._said = say, False

    def of(self, layout: str, *words: object) -> None:
        """Say it, if it was not said."""
        if not self._said:
            self._say(layout, *words)
        self._said = True

    def over(self) -> None:
        """All is well."""
        self._said = False


class _FileLock:
    """An advisory lock on `<history>.watch.lock`, which the kernel frees; the file stays, and says who had it."""

    def __init__(self, history: Path, me: str, since: int) -> None:
        self._history, self._me, self._since = history, me, since
        self._descriptor: int | None = None
        self._warned = Warned()
        self.stands()

    def stands(self) -> bool:
        path = self._history.with_name(f"{self._history.name}.watch.lock")
        if self._is_ours(path):
            return True
        lost = self._descriptor is not None
        try:
            self._take(path)
        except OSError as wrong:
            why = (wrong.strerror or str(wrong)).lower()
            self._warned.of("another watch of this history would not be noticed: no lock on %s (%s)", path, why)
            return False
        self._warned.over()
        if lost:
            log.warning("the lock of the watch was deleted, and is made again: %s", path)
        return True

    def _is_ours(self, path: Path) -> bool:
        """Whether what is locked is what another watch would try to lock: a file that was deleted locks nobody out."""
        if self._descriptor is None:
            return False
        try:
            return os.path.samestat(path.stat(), os.fstat(self._descriptor))
        except OSError:
            return False

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _take(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = _who(os.pread(descriptor, 1024, 0))
            os.close(descriptor)
            raise taken(self._history, who) from None
        except OSError:
            os.close(descriptor)
            raise
        self.close()
        self._descriptor = descriptor
        self._sign(descriptor)

    def _sign(self, descriptor: int) -> None:
        said = json.dumps({"who": self._me, "since": instant_text(self._since)}).encode()
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, said, 0)
        except OSError as wrong:  # a full disk: the lock holds all the same
            log.info("the lock of the watch is not signed: %s", wrong)


def _who(content: bytes) -> str:
    try:
        said = json.loads(content)
        return f"{said['who']}, since {said['since']}"
    except (ValueError, KeyError, TypeError):
        return "it did not say who it is"
