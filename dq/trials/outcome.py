"""What a self-test tells: every defect that was put in, and what dq said of it."""

from __future__ import annotations

from dataclasses import dataclass

from dq.faults import Injected
from dq.model import Finding, RunError, Series, Window
from dq.suites import Expectation


@dataclass(frozen=True, slots=True)
class Trial:
    """One defect that was put in, and what dq said.

    Attributes:
        check: the one that must find it.
        injected: what it must find; several where one defect shows in several places.
        about: what the defect imitates, in a sentence.
        options: how large it is here, in words.
        caught: the check spoke of every place, as loudly as the suite lets it.
        exact: from the first bar to the last.
        instead: what was said of it where it was missed.
        false_alarms: new findings, warning or critical, that it does not explain.
    """

    check: str
    series: Series
    injected: tuple[Injected, ...]
    about: str
    options: str
    caught: bool
    exact: bool
    instead: str = ""
    false_alarms: tuple[Finding, ...] = ()

    @property
    def what(self) -> str:
        """What was put in, in words."""
        return self.about.rstrip(".") + (f" ({self.options})" if self.options else "")

    @property
    def start(self) -> int:
        return min(one.start for one in self.injected)

    @property
    def end(self) -> int:
        return max(one.end for one in self.injected)


@dataclass(frozen=True, slots=True)
class Score:
    """One check: its trials, or the reason why there are none.

    Attributes:
        asked: what the suites ask of it.
    """

    check: str
    trials: tuple[Trial, ...] = ()
    reason: str = ""
    asked: tuple[Expectation, ...] = ()

    @property
    def caught(self) -> int:
        return sum(trial.caught for trial in self.trials)

    @property
    def exact(self) -> int:
        return sum(trial.exact for trial in self.trials)

    @property
    def false_alarms(self) -> int:
        return sum(len(trial.false_alarms) for trial in self.trials)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One self-test, whole.

    Attributes:
        as_of, window: microseconds UTC, of the run that was imitated.
        series: those that defects were put into.
        scores: one per check that dq has, by name.
        notes: what people should know besides, such as which series rest.
        windowed: a window was asked for, rather than all that there is.
    """

    as_of: int
    window: Window
    source: str
    suite: str
    each: int
    seed: int
    dq_version: str
    seconds: float
    series: tuple[Series, ...] = ()
    scores: tuple[Score, ...] = ()
    errors: tuple[RunError, ...] = ()
    notes: tuple[str, ...] = ()
    windowed: bool = True

    @property
    def trials(self) -> tuple[Trial, ...]:
        return tuple(trial for score in self.scores for trial in score.trials)

    @property
    def missed(self) -> tuple[Trial, ...]:
        return tuple(trial for trial in self.trials if not trial.caught)

    @property
    def false_alarms(self) -> int:
        return sum(score.false_alarms for score in self.scores)

    @property
    def exit_code(self) -> int:
        """0 all were caught, 1 some were missed, 3 could not tell everything; 3 outranks 1."""
        return 3 if self.errors else int(bool(self.missed))

    @property
    def verdict(self) -> str:
        return ("pass", "fail", "", "unknown")[self.exit_code]
