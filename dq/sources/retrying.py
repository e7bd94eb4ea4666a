"""Another attempt at what may be gone in a moment: after growing pauses, never at a wrong question."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from dq.model import SourceError
from dq.sources.doing import note

if TYPE_CHECKING:
    from tenacity import RetryCallState

Result = TypeVar("Result")

FIRST_PAUSE = 0.2  # seconds, doubled each time, with up to as much again by chance
LONGEST_PAUSE = 5.0
PATIENCE = 30.0  # seconds; a source that asks for a longer pause is not waited for

log = logging.getLogger("dq.sources")


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
        log.debug("%s failed after %.2f s: %s", doing, time.perf_counter() - began, wrong.message)
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
        number = state.attempt_number + 1
        log.debug("%s: attempt %d of %d in %.1f s", doing, number, tries, state.upcoming_sleep)
        note(f"waiting for attempt {number} of {tries} at {doing}")

    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(tries),
        wait=_pause,
        retry=tenacity.retry_if_exception(_is_passing),
        before_sleep=tell,
        reraise=True,
    )
    return retrying(attempt)


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
