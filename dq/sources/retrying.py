"""Another attempt at what may be gone in a moment: after growing pauses, never at a wrong question."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from dq.logbook import entry
from dq.model import SourceError
from dq.sources.doing import note

if TYPE_CHECKING:
    from tenacity import RetryCallState

Result = TypeVar("Result")

FIRST_PAUSE = 0.2  # seconds, doubled each time, with up to as much again by chance
LONGEST_PAUSE = 5.0
PATIENCE = 30.0  # seconds; a source that asks for a longer pause is not waited for

log = logging.getLogger("dq.sources")


class _Tally:
    """A number that threads count up together."""

    def __init__(self) -> None:
        self.number = 0
        self._lock = threading.Lock()

    def add(self) -> None:
        with self._lock:
            self.number += 1


_MADE = _Tally()


def retries_made() -> int:
    """Further attempts at any source since this process began, for the metrics of those who watch for long."""
    return _MADE.number


def retried(call: Callable[[], Result], retries: int, doing: str) -> Result:
    """The result of the call; where it fails in passing it is made again, up to `retries` times.

    Args:
        doing: what is attempted, as the log tells it: "reading the bars".

    Raises:
        SourceError: of the last attempt; of the first where another makes no sense, or would have to wait too long.
    """
    try:
        return _timed(call, doing)
    except SourceError as wrong:
        if retries <= 0 or not _is_passing(wrong):
            raise
        first = wrong
    try:
        return _again(call, retries + 1, doing, first)
    except SourceError as last:
        last.tried = True  # whoever called this for a part of his work need not try the whole of it again
        raise


def _timed(call: Callable[[], Result], doing: str) -> Result:
    began = time.perf_counter()
    try:
        return call()
    except SourceError as wrong:
        seconds = time.perf_counter() - began
        said = f"{doing} failed after {seconds:.2f} s: {wrong.message}"
        entry(log, "attempt", said, status="failed", seconds=seconds, level=logging.DEBUG)
        raise


def _again(call: Callable[[], Result], tries: int, doing: str, first: SourceError) -> Result:
    """The later attempts, by tenacity, whose import (30 ms) is for those alone who need it."""
    import tenacity

    failed = [first]

    def attempt() -> Result:
        if failed:
            raise failed.pop()
        return _timed(call, doing)

    def tell(state: RetryCallState) -> None:
        _MADE.add()
        number = state.attempt_number + 1
        said = f"{doing}: attempt {number} of {tries} in {state.upcoming_sleep:.1f} s"
        entry(log, "retry", said, attempt=number, attempts=tries)
        note(f"waiting for attempt {number} of {tries} at {doing}")

    return tenacity.Retrying(
        stop=tenacity.stop_after_attempt(tries),
        wait=_pause,
        retry=tenacity.retry_if_exception(_is_passing),
        before_sleep=tell,
        reraise=True,
    )(attempt)


def _pause(state: RetryCallState) -> float:
    """Seconds before the next attempt: what the source asked for, if that is longer than ours."""
    import tenacity

    ours = tenacity.wait_exponential(FIRST_PAUSE, LONGEST_PAUSE) + tenacity.wait_random(0, FIRST_PAUSE)
    return max(ours(state), _asked(state) or 0.0)


def _asked(state: RetryCallState) -> float | None:
    """The pause that the source asked for."""
    wrong = state.outcome.exception() if state.outcome else None
    return wrong.wait if isinstance(wrong, SourceError) else None


def _is_passing(wrong: BaseException) -> bool:
    return isinstance(wrong, SourceError) and wrong.passing and not wrong.tried and (wrong.wait or 0.0) <= PATIENCE
