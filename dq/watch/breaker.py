"""A circuit breaker between the watch and its source: one that is down is left alone for a while."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dq.explain.own import UNTRIED
from dq.logbook import about
from dq.model import SECOND, SourceError, instant_text
from dq.run import Asked, Outcome

if TYPE_CHECKING:
    import pybreaker

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAILURES = 3  # runs in a row that could not reach the source
log = logging.getLogger("dq.watch")


class Breaker:
    """Lets runs pass until FAILURES in a row could not reach the source; then one attempt after each rest.

    A wrong key or bars that cannot be read do not count, nor does a run that judged some series: the source was
    reached. An attempt after a rest is made without retries; if it reaches the source, all is as before.

    Args:
        rest: microseconds for which the source is left alone.
        after: the first run at or after an instant, to say when the next attempt will be; microseconds UTC.
    """

    def __init__(self, rest: int, after: Callable[[int], int]) -> None:
        import pybreaker

        self._after = after
        self._rest = rest
        self._source = ""
        self._since = 0
        self._memory = pybreaker.CircuitMemoryStorage(pybreaker.STATE_CLOSED)
        self._breaker = pybreaker.CircuitBreaker(
            FAILURES,
            rest / SECOND,
            exclude=[lambda raised: not isinstance(raised, _Unreached)],
            listeners=[_told_to_the_log()],
            state_storage=self._memory,
            throw_new_error_on_trip=False,
        )

    @property
    def state(self) -> str:
        """`closed`, `open` or `half-open`."""
        return self._breaker.current_state

    @property
    def failures(self) -> int:
        """Runs in a row that could not reach the source."""
        return self._memory.counter

    def paced(self, rest: int, after: Callable[[int], int]) -> None:
        """Another rest and other runs from now on; what is known of the source stays."""
        self._rest, self._after = rest, after
        self._breaker.reset_timeout = rest / SECOND

    def passed(self, asked: Asked, run: Callable[[Asked], Outcome]) -> Outcome:
        """The outcome of the run, if it is made.

        Raises:
            SourceError: the source is left alone; the message says why, and until when.
        """
        import pybreaker

        self._not_ahead_of(asked.now)
        try:
            return self._breaker.call(self._attempt, asked, run)
        except _Unreached as failed:
            return failed.outcome
        except pybreaker.CircuitBreakerError:
            raise self._not_tried() from None

    def _attempt(self, asked: Asked, run: Callable[[Asked], Outcome]) -> Outcome:
        if self.state != "closed":
            asked = replace(asked, access=replace(asked.access, retries=0))
        outcome = run(asked)
        if not outcome.run.series and any(error.unreached for error in outcome.run.errors):
            self._source = outcome.run.source
            self._since = self._since if self._memory.counter else outcome.run.as_of
            raise _Unreached(outcome)
        return outcome

    def answered(self) -> None:
        """The source takes connections again: the next run is the attempt for which the rest was to wait."""
        if self._memory.opened_at is not None:
            self._memory.opened_at = EPOCH

    def _not_ahead_of(self, now: int) -> None:
        """A rest that began in the future, since the clock was set back, begins now: else it would last for hours."""
        opened = self._memory.opened_at
        if opened is not None and _micros(opened) > now + SECOND:
            self._memory.opened_at = EPOCH + timedelta(microseconds=now)

    def _not_tried(self) -> SourceError:
        ready = _micros(self._memory.opened_at or EPOCH) + self._rest
        since, again = instant_text(self._since), instant_text(self._after(ready))
        return SourceError(
            f"{UNTRIED}{self._source} failed {self._memory.counter} times in a row since {since}; next attempt at {again}",
            hint="The run that reaches it again looks back to the last one that could tell, a day at most.",
        )


def _micros(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)


class _Unreached(Exception):  # noqa: N818  no error: how the outcome of a run becomes a failure that the breaker counts
    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def _told_to_the_log() -> pybreaker.CircuitBreakerListener:
    import pybreaker

    words = {
        "open": "the source is left alone for a while: too many runs in a row could not reach it",
        "half-open": "one attempt at the source, without retries",
        "closed": "the source is reached again",
    }

    class Told(pybreaker.CircuitBreakerListener):
        def state_change(self, cb: Any, old_state: Any, new_state: Any) -> None:
            known = "half-open" in {new_state.name, old_state.name} and new_state.name != "closed"
            level = logging.INFO if known else logging.WARNING
            log.log(level, "%s", words[new_state.name], extra=about("breaker", status=new_state.name))

    return Told()
