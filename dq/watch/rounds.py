"""Round after round of one question, each looking back far enough that nothing is lost between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dq.model import DAY, MINUTE, DqError, Run
from dq.run import Asked, Outcome, untold
from dq.watch.breaker import Breaker

BARS_BACK = 10  # beyond the last round: bars that came late, and verdicts that needed later bars
LONGEST = DAY  # looked back at most, after rounds that could not tell


class Watch:
    """One question, asked again and again.

    Args:
        asked: the question; a window that it has is the window of every round.
        every: microseconds between rounds.
        run: answers a question.
        clock: microseconds UTC.
        version: dq's own, for rounds that are not run.

    Attributes:
        status: the highest exit status so far.
        rounds: how many there were.
    """

    def __init__(
        self,
        asked: Asked,
        every: int,
        breaker: Breaker,
        run: Callable[[Asked], Outcome],
        clock: Callable[[], int],
        version: str,
    ) -> None:
        self.status = 0
        self.rounds = 0
        self._asked, self._every, self._breaker = asked, every, breaker
        self._run, self._clock, self._version = run, clock, version
        self._told_at: int | None = None
        said = [asked.flags.interval, *(one.interval for one in asked.settings.series.values())]
        self._bar = max(filter(None, said), default=MINUTE)

    def round(self) -> Outcome:
        """Ask once, as of now.

        Raises:
            SettingsError, SuiteError: the question is wrong, and would be in every later round.
        """
        now = self._clock()
        access = replace(self._asked.access, now=now)
        asked = replace(self._asked, access=access, now=now, window=self._asked.window or self.back(now))
        try:
            outcome = self._breaker.passed(asked, self._run)
        except DqError as wrong:
            if wrong.exit_status != 3:
                raise
            outcome = untold(asked, wrong, self._version)
        self.rounds += 1
        self.status = max(self.status, outcome.run.exit_code)
        self._remember(outcome.run)
        return outcome

    def back(self, now: int) -> int:
        """Microseconds back from `now` to the last round that could tell, `every` at least, and ten bars more."""
        since = self._every if self._told_at is None else now - self._told_at
        return min(max(since, self._every), max(LONGEST, self._every)) + BARS_BACK * self._bar

    def _remember(self, run: Run) -> None:
        judged = run.series or not run.errors
        if judged and not any(error.unreached for error in run.errors):
            self._told_at = run.as_of
        self._bar = max((one.series.interval for one in run.series), default=self._bar)
