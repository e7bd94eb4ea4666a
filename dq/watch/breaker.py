"""A circuit breaker between the watch and its source: one that is down is left alone for a while."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dq.model import SECOND, SourceError, instant_text
from dq.run import Asked, Outcome
from dq.watch.timetable import EPOCH, Timetable

if TYPE_CHECKING:
    import pybreaker

FAILURES = 3  # runs in a row that could not reach the source
log = logging.getLogger("dq.watch")


class Breaker:
    """Lets runs pass until FAILURES in a row could not reach the source; then one attempt after each rest.

    A wrong key or bars that cannot be read do not count, nor does a run that judged some series: the source was
    reached. An attempt after a rest is made without retries; if it reaches the source, all is as before.

    Args:
        rest: microseconds for which the source is left alone.
        timetable: of the runs, to say when the next attempt will be.
    """

    def __init__(self, rest: int, timetable: Timetable) -> None:
        import pybreaker

        self._timetable = timetable
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

    def passed(self, asked: Asked, run: Callable[[Asked], Outcome]) -> Outcome:
        """The outcome of the run, if it is made.

        Raises:
            SourceError: the source is left alone; the message says why, and until when.
        """
        import pybreaker

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

    def _not_tried(self) -> SourceError:
        opened = (self._memory.opened_at or EPOCH) - EPOCH
        ready = (opened.days * 86_400 + opened.seconds) * SECOND + opened.microseconds + self._rest
        since, again = instant_text(self._since), instant_text(self._timetable.after(ready))
        return SourceError(
            f"not tried: {self._source} failed {self._memory.counter} times in a row since {since}; next attempt at {again}",
            hint="The run that reaches it again looks back to the last one that could tell, a day at most.",
        )


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
            log.log(logging.INFO if new_state.name == "half-open" else logging.WARNING, "%s", words[new_state.name])

    return Told()
