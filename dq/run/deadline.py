"""A limit on the time of a whole run."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import TypeVar

from dq.model import SECOND, SourceError, duration_text
from dq.sources.doing import forget, last_noted

Result = TypeVar("Result")
AGAIN = 1.0  # seconds: code that is not ours may swallow what a signal raises within it, and would then go on for ever


class OutOfTime(BaseException):
    """The time of the whole run is over: no trouble of a file or a request, which others may catch and go on.

    Attributes:
        error: what people are told.
    """

    def __init__(self, error: SourceError) -> None:
        super().__init__(error.message)
        self.error = error


def within(limit: int | None, work: Callable[[], Result], hint: str) -> Result:
    """The result of the work, if it is done within that many microseconds; of the main thread alone.

    Args:
        hint: what to do where it was not.

    Raises:
        SourceError: it was not; what it was waiting for has been interrupted.
    """
    if limit is None:
        return work()

    def too_late(_number: int, _frame: object) -> None:
        said = f"The run did not end within {duration_text(limit)}{_told()}."
        raise OutOfTime(SourceError(said, hint=hint, silent=True))

    forget()
    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, limit / SECOND, AGAIN)
    try:
        return work()
    except OutOfTime as late:
        raise late.error from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _told() -> str:
    """What was being done when the time was over, and for how long."""
    noted = last_noted()
    return "" if noted is None else f": it has been {noted[0]} for {noted[1]:.1f} s"
