"""A few threads that nobody waits for: a run that is over ends, whatever they are still waiting for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

PARTING = 1.0  # seconds that threads get to end by themselves


class Pool:
    """Makes calls in threads. The standard library's own keeps the program alive until the last of them has returned."""

    def __init__(self, threads: int) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[Any], Any], Any] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._most = threads

    def ahead(self, call: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """The results in the order of the tasks; some are under way before they are asked for."""
        waiting: deque[Future[Result]] = deque()
        for task in tasks:
            waiting.append(self._begun(call, task))
            if len(waiting) >= 2 * self._most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def close(self) -> None:
        """Drop what has not begun, and let the threads go."""
        with suppress(Empty):
            while True:
                self._calls.get_nowait()
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads:
            thread.join(PARTING / len(self._threads))

    def _begun(self, call: Callable[[Task], Result], task: Task) -> Future[Result]:
        if len(self._threads) < self._most:
            self._threads.append(threading.Thread(target=self._work, name="dq-supabase", daemon=True))
            self._threads[-1].start()
        future: Future[Result] = Future()
        self._calls.put((future, call, task))
        return future

    def _work(self) -> None:
        while (todo := self._calls.get()) is not None:
            future, call, task = todo
            try:
                future.set_result(call(task))
            except BaseException as wrong:  # noqa: BLE001  it is raised where the result is asked for
                future.set_exception(wrong)
