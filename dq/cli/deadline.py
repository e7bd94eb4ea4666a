"""A limit on the time of a whole command."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import TypeVar

from dq.model import SECOND, SourceError, duration_text

Result = TypeVar("Result")


def within(limit: int | None, work: Callable[[], Result]) -> Result:
    """The result of the work, if it is done within that many microseconds.

    Raises:
        SourceError: it was not; what it was waiting for has been interrupted.
    """
    if limit is None:
        return work()

    def too_late(_number: int, _frame: object) -> None:
        raise SourceError(
            f"The run did not end within {duration_text(limit)}.",
            hint="Give it longer with --deadline 2m, ask for a smaller window, or name one --instrument.",
        )

    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, limit / SECOND)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
