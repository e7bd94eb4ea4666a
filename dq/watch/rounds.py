"""Round after round of one question, each looking back far enough that nothing is lost between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from dq.model import DAY, MINUTE, DqError, Run
from dq.run import Asked, Outcome, untold
from dq.watch.breaker import Breaker
from dq.watch.timetable import Timetable

BARS_BACK = 10  # beyond the last round: bars that came late, and verdicts that needed later bars
LONGEST = DAY  # looked back at most, after rounds that could not tell

Answer = Callable[[Asked, int | None], Outcome]  # the question, and microseconds after which it is given up


@dataclass(frozen=True, slots=True)
class Cadence:
    """One question and when it is asked.

    Attributes:
        name: "" where the flags of the command say the only one.
        asked: a window that it has is the window of every round.
        limit: microseconds that a round may take, or None.
    """

    name: str
    timetable: Timetable
    asked: Asked
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One run of a watch and what surrounds it: what listeners are told. Instants and durations in microseconds.

    Attributes:
        cadence: its name; "" where the flags of the command say the only one.
        every: from one run of that cadence to the next; window: how far the run looked back.
        began: by the clock, UTC; seconds: how long it took, attempts and pauses included.
        breaker: `closed`, `open` or `half-open`, after the run.
        failures: runs in a row that could not reach the source.
        next_at: when the cadence's next run is due, UTC.
        heartbeat_failures: pings that failed since the watch began; heartbeat_up: whether the last one arrived, None
            where none was answered yet or none is asked for.
    """

    outcome: Outcome
    cadence: str
    every: int
    window: int
    began: int
    seconds: float
    breaker: str
    failures: int
    next_at: int
    heartbeat_failures: int = 0
    heartbeat_up: bool | None = None


class Watch:
    """One question, asked again and again.

    Args:
        run: answers a question.
        clock: microseconds UTC.
        version: dq's own, for rounds that are not run.
        before: when the last run like that one could tell, `as_of`; None where nobody knows. Asked once.

    Attributes:
        cadence: may be replaced between two rounds.
        rounds: how many there were.
        behind: nobody looked at what lies before the first round: another one should, at once.
    """

    def __init__(
        self,
        cadence: Cadence,
        breaker: Breaker,
        run: Answer,
        clock: Callable[[], int],
        version: str,
        before: Callable[[Run], int | None] = lambda _: None,
    ) -> None:
        self.cadence, self.breaker = cadence, breaker
        self.rounds, self.behind = 0, False
        self._run, self._clock, self._version, self._before = run, clock, version, before
        self._told_at: int | None = None
        asked = cadence.asked
        said = [asked.flags.interval, *(one.interval for one in asked.settings.series.values())]
        self._bar = max(filter(None, said), default=MINUTE)

    def round(self, *, admitted: bool = True) -> Round:
        """Ask once, as of now.

        Args:
            admitted: the question was found right before, so that what is wrong with it now is told as a run that
                could not tell: a suite that is being replaced must not end what nobody looks at.

        Raises:
            SettingsError, SuiteError: the question is wrong, and was not admitted yet.
        """
        now, began = self._clock(), time.monotonic()
        asked = self._question(now)
        try:
            outcome = self.breaker.passed(asked, lambda asked: self._run(asked, self.cadence.limit))
        except DqError as wrong:
            if wrong.exit_status != 3 and not admitted:
                raise
            outcome = untold(asked, wrong, self._version)
        self.rounds += 1
        self._remember(outcome.run)
        return Round(
            outcome,
            self.cadence.name,
            self.cadence.timetable.every,
            asked.window or 0,
            now,
            time.monotonic() - began,
            self.breaker.state,
            self.breaker.failures,
            self.cadence.timetable.after(self._clock() + 1),
        )

    def back(self, now: int) -> int:
        """Microseconds back from `now` to the last round that could tell, `every` at least, and ten bars more."""
        every = self.cadence.timetable.every
        since = every if self._told_at is None else now - self._told_at
        return min(max(since, every), max(LONGEST, every)) + BARS_BACK * self._bar

    def _question(self, now: int) -> Asked:
        asked = self.cadence.asked
        access = replace(asked.access, now=now)
        usual = asked.window or self.cadence.timetable.every + BARS_BACK * self._bar
        window, name = asked.window or self.back(now), self.cadence.name
        return replace(asked, access=access, now=now, window=window, usual=usual, cadence=name)

    def _remember(self, run: Run) -> None:
        judged = run.series or not run.errors
        self.behind = False
        if judged and not any(error.unreached for error in run.errors):
            before = self._before(run) if self._told_at is None and self.cadence.asked.window is None else None
            self.behind = before is not None and before < run.window.start
            self._told_at = before if self.behind else run.as_of
        self._bar = max((one.series.interval for one in run.series), default=self._bar)
