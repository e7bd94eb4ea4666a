"""Standard output of a watch: whoever reads it slowly, or not at all, holds up no run."""

from __future__ import annotations

import io
import logging
import os
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING, TextIO

from dq.watch.alone import Warned

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

KEPT = 32  # reports that wait for a reader; then the oldest makes room
log = logging.getLogger("dq.watch")


class Outlet:
    """Takes the place of `sys.stdout`; what is printed there goes out in a thread, report by report.

    Where somebody else has replaced stdout (a notebook, a test) it stays as it is.
    """

    def __init__(self) -> None:
        self._before: TextIO = sys.stdout
        self._queue: _Queue | None = None
        if isinstance(sys.stdout, io.TextIOWrapper) and isinstance(sys.stdout.buffer, io.BufferedWriter):
            sys.stdout.flush()
            self._queue = _Queue(sys.stdout.fileno())
            buffer = io.BufferedWriter(self._queue)
            sys.stdout = io.TextIOWrapper(buffer, self._before.encoding, self._before.errors)

    def end(self) -> None:
        """What was printed since the last time is a report: it is written as a whole, or not at all.

        Raises:
            BrokenPipeError: the reader has gone.
        """
        if self._queue is not None:
            sys.stdout.flush()
            self._queue.end()

    def close(self, patience: float | None) -> None:
        """Give stdout back when all is written.

        Args:
            patience: seconds that a reader is given to take it; None: however long it takes.

        Raises:
            BrokenPipeError: the reader has gone.
        """
        if self._queue is not None:
            sys.stdout, queue, self._queue = self._before, self._queue, None
            queue.drain(patience)


class _Queue(io.FileIO):
    """What is written there waits to be written to the descriptor.

    A descriptor that does not block would not do: whoever shares a terminal or a pipe with us shares that, too.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._to = descriptor  # beyond the end of this object: the thread may still be at it
        self._part = b""
        self._reports: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._under_way = self._gone = False
        self._dropped, self._unwritten = Warned(), Warned()
        threading.Thread(target=self._keep_writing, name="dq-stdout", daemon=True).start()

    def write(self, content: ReadableBuffer, /) -> int:
        taken = bytes(content)
        self._part += taken
        return len(taken)

    def end(self) -> None:
        """See `Outlet.end`."""
        report, self._part = self._part, b""
        with self._changed:
            full = len(self._reports) >= KEPT
            if full:
                self._reports.popleft()
            if report and not self._gone:
                self._reports.append(report)
            self._changed.notify_all()
        if full:
            self._dropped.of("nobody reads what is printed: of the runs that wait the oldest are left out")
        self._check()

    def drain(self, patience: float | None) -> None:
        """See `Outlet.close`."""
        with self._changed:
            self._changed.wait_for(lambda: not self._reports and not self._under_way, patience)
        self._check()

    def _check(self) -> None:
        if self._gone:
            raise BrokenPipeError

    def _keep_writing(self) -> None:
        while not self._gone:
            with self._changed:
                self._changed.wait_for(lambda: self._reports)
                report, self._under_way = self._reports.popleft(), True
            self._try(report)
            with self._changed:
                self._under_way = False
                self._changed.notify_all()

    def _try(self, report: bytes) -> None:
        try:
            left = memoryview(report)
            while left:
                left = left[os.write(self._to, left) :]
        except BrokenPipeError:
            self._gone = True
            self._reports.clear()
        except OSError as wrong:  # a full disk: the next run is judged all the same
            self._unwritten.of("a run could not be written: %s", wrong)
        else:
            self._unwritten.over()
            if not self._reports:
                self._dropped.over()
