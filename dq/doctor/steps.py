"""Steps are taken in order, each within its own time; one that needs another which failed is not tried."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from dq.doctor.line import FAILED, NOT_TRIED, OK, Line
from dq.model import SECOND, DqError, SettingsError, duration_text

Result = TypeVar("Result")
Within = Callable[[int, Callable[[], Line]], Line]

TAIL = 0.02  # seconds by which a clock and an alarm may differ


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the examination.

    Attributes:
        needs: names of steps without which it makes no sense.
        seconds: that it may take.
    """

    name: str
    run: Callable[[], Line]
    needs: tuple[str, ...] = ()
    seconds: float = 10.0


class Walk:
    """Takes steps, and remembers which of them failed.

    Args:
        deadline: seconds for all of them together.
        within: gives a piece of work so many microseconds, and raises a SourceError when they are over.
    """

    def __init__(self, deadline: float, within: Within) -> None:
        self._began = time.monotonic()
        self._deadline = deadline
        self._within = within
        self._blocked: set[str] = set()

    def through(self, steps: Iterable[Step]) -> Iterator[Line]:
        """A line per step, as soon as it is known."""
        for step in steps:
            line = self._line(step)
            if line.verdict in {FAILED, NOT_TRIED}:
                self._blocked.add(step.name)
            yield line

    def _line(self, step: Step) -> Line:
        wanting = [name for name in step.needs if name in self._blocked]
        if wanting:
            return Line(step.name, NOT_TRIED, f"{wanting[0]} has to be in order first")
        left = self._deadline - (time.monotonic() - self._began)
        if left < TAIL:
            over = duration_text(round(self._deadline * SECOND))
            return Line(step.name, NOT_TRIED, f"the {over} of the whole examination are over", "Give it --deadline 2m.")
        return self._taken(step, min(step.seconds, left))

    def _taken(self, step: Step, seconds: float) -> Line:
        began = time.monotonic()
        try:
            return self._within(round(seconds * SECOND), step.run)
        except DqError as wrong:
            if time.monotonic() - began >= seconds - TAIL:
                hint = "Try again; if it stays so slow, ask who runs it, and give dq longer with --deadline 2m."
                return Line(step.name, FAILED, f"it did not end within {seconds:.2g} s", hint)
            return refused(step.name, wrong)
        except OSError as wrong:  # a peer that goes away between two steps
            return Line(step.name, FAILED, f"it broke off: {wrong.strerror or wrong}", "Run dq doctor again.")


def refused(step: str, wrong: DqError) -> Line:
    """The line of a step that ended with that error."""
    return Line(step, FAILED, wrong.message.rstrip("."), wrong.hint, question=isinstance(wrong, SettingsError))


def fine(step: str, said: str, hint: str = "") -> Line:
    """The line of a step that found all in order."""
    return Line(step, OK, said, hint)
