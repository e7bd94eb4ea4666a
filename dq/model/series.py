"""Series and windows: what is judged, and over which stretch of time."""

from dataclasses import dataclass

from dq.model.instants import DAY, duration_text


@dataclass(frozen=True, slots=True)
class Series:
    """One instrument at one interval from one source, and what its owner told us of it.

    Attributes:
        interval: microseconds between bars.
        calendar: name of the calendar whose sessions owe bars.
        tick: smallest step of a price in its own unit, or None where unknown.
        label: "open" or "close": the end of the bar that its timestamp names.
        delay: microseconds by which the source is late as a rule.
        guessed: the calendar was guessed from the instrument's name; bars may contradict it.
    """

    instrument: str
    interval: int
    calendar: str
    tick: float | None = None
    label: str = "open"
    delay: int = 0
    continuous: bool = False
    extended_hours: bool = False
    adjusted: bool = False
    allow_non_positive: bool = False
    guessed: bool = False

    @property
    def daily(self) -> bool:
        """Whether bars stand for whole sessions (one day and longer) rather than for stretches of one."""
        return self.interval >= DAY

    @property
    def name(self) -> str:
        """`NQ=F 1m`, as people are told."""
        return f"{self.instrument} {duration_text(self.interval)}"


@dataclass(frozen=True, slots=True)
class Window:
    """The half-open stretch `[start, end)` in which a run looks, in microseconds UTC."""

    start: int
    end: int
