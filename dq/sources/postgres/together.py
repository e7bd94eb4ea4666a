"""A second connection takes on statements while the first is busy: PostgreSQL answers one connection with one core."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dq.model import DqError
from dq.sources.access import Access
from dq.sources.postgres.asking import Asking
from dq.sources.postgres.connection import connected, hang_up

if TYPE_CHECKING:
    import psycopg

Task = TypeVar("Task")
Result = TypeVar("Result")

AHEAD = 3  # answers that may lie there before they are taken, at most

log = logging.getLogger("dq.sources.postgres")


def answered_together(
    tasks: Sequence[Task], work: Callable[[Asking, Task], Result], asking: Asking, access: Access
) -> Iterator[Result]:
    """What the work makes of each task, in their order and of one snapshot, whoever asks.

    A second connection takes on some. Where it cannot be had, because the server or a pooler has none to spare, the
    first does them all.
    """
    shared: Shared[Result] = Shared(len(tasks))
    second = Second(shared, tasks, work, asking, access, asking.share_snapshot())
    thread = threading.Thread(target=second.run, name="dq-second", daemon=True)
    thread.start()
    try:
        for index in range(len(tasks)):
            while (mine := shared.needed(index)) is not None:
                shared.done(mine, work(asking, tasks[mine]))
            yield shared.given(index)
    finally:
        if shared.ended():
            thread.join()


@dataclass
class Shared(Generic[Result]):
    """Which tasks are taken, and the answers that have not been given yet.

    Attributes:
        count: of the tasks.
        taken: how many of them somebody does or did; they are taken in their order.
        out: how many answers have been given.
        over: nobody wants more.
        met: the second connection is or was there.
        failure: what ended the second connection in the middle of a task.
        busy: the second connection while it is at work.
    """

    count: int
    taken: int = 0
    out: int = 0
    over: bool = False
    met: bool = False
    failure: Exception | None = None
    busy: psycopg.Connection[Any] | None = None
    _answers: dict[int, Result] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def needed(self, index: int) -> int | None:
        """The task that the first connection does next to get on with that one; None where its answer is here."""
        with self._changed:
            while index not in self._answers:
                if self.failure is not None:
                    raise self.failure
                if self.taken < min(self.count, index + AHEAD):
                    self.taken += 1
                    return self.taken - 1
                self._changed.wait()
            return None

    def following(self) -> int | None:
        """The task that the second connection does next; None where there is none."""
        with self._changed:
            self._changed.wait_for(lambda: self.over or self.taken >= self.count or self.taken < self.out + AHEAD)
            if self.over or self.taken >= self.count:
                self.busy = None
                return None
            self.taken += 1
            return self.taken - 1

    def done(self, index: int, answer: Result) -> None:
        """Keep an answer until it is asked for."""
        with self._changed:
            self._answers[index] = answer
            self._changed.notify_all()

    def given(self, index: int) -> Result:
        """An answer that is here, once."""
        with self._changed:
            self.out = index + 1
            self._changed.notify_all()
            return self._answers.pop(index)

    def joined(self, connection: psycopg.Connection[Any]) -> bool:
        """The second connection is there; whether it is still wanted."""
        with self._changed:
            self.met = True
            self.busy = None if self.over else connection
            return not self.over

    def left(self, failure: Exception | None = None) -> None:
        """The second connection is about to be closed, maybe because of a task that it could not do."""
        with self._changed:
            self.busy = None
            self.failure = failure
            self._changed.notify_all()

    def ended(self) -> bool:
        """Nobody wants more: hang up if the second connection is at work. Whether it came at all."""
        with self._changed:
            self.over = True
            self._changed.notify_all()
            if self.busy is not None:
                hang_up(self.busy)
            return self.met


@dataclass(frozen=True)
class Second(Generic[Task, Result]):
    """The second connection, in a thread of its own."""

    shared: Shared[Result]
    tasks: Sequence[Task]
    work: Callable[[Asking, Task], Result]
    first: Asking
    access: Access
    snapshot: str

    def run(self) -> None:
        """Connect, and take on tasks until there are none."""
        try:
            connection = connected(self.access)
        except DqError as wrong:
            log.debug("a second connection is not to be had: %s", wrong.message)
            return
        mine, failure = None, None
        try:
            if self.shared.joined(connection):
                asking = Asking(connection, self.first.server, self.first.seconds, snapshot=self.snapshot)
                while (mine := self.shared.following()) is not None:
                    self.shared.done(mine, self.work(asking, self.tasks[mine]))
                asking.close()
        except Exception as wrong:  # noqa: BLE001  raised again where the answer is wanted
            log.debug("the second connection ended: %s", wrong)
            failure = wrong if mine is not None else None
        self.shared.left(failure)
        connection.close()
