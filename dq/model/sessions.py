"""Sessions: when a market trades, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dq.model.bars import Int, Mask


@dataclass(frozen=True, slots=True)
class Halt:
    """A dated stop of a market that no calendar plans: a circuit breaker, an exchange's outage."""

    start: int
    end: int
    why: str


@dataclass(frozen=True, eq=False)
class Sessions:
    """Unbroken stretches of trading `[open, close)`, ascending and apart, in microseconds UTC.

    Attributes:
        opens, closes: int64, one per stretch; a lunch break makes two stretches of one day.
        day: int64, the session's date as days since 1970-01-01; stretches of one trading day share it.
        start, end: the span for which the calendar was asked; nothing is known beyond it.
        halts: dated stops of this market inside the span.
        doubts: stretches of sessions that another calendar, or an empty day, says are closed; what is missing there is
            not owed for certain.
        zone: IANA name of the market's own time zone.
    """

    opens: Int
    closes: Int
    day: Int
    start: int
    end: int
    zone: str = "UTC"
    halts: tuple[Halt, ...] = field(default=())
    doubts: tuple[Halt, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.opens)

    def contain(self, instants: Int) -> Mask:
        """Whether each instant lies in a session, opens included and closes not."""
        if len(self) == 0:
            return np.zeros(len(instants), np.bool_)
        at = np.searchsorted(self.opens, instants, side="right") - 1
        return np.asarray((at >= 0) & (instants < self.closes[at]))

    def touch(self, starts: Int, length: int) -> Mask:
        """Whether each stretch `[start, start + length)` shares an instant with a session."""
        if len(self) == 0:
            return np.zeros(len(starts), np.bool_)
        following = np.searchsorted(self.closes, starts, side="right")
        known = following < len(self)
        return np.asarray(known & (self.opens[np.minimum(following, len(self) - 1)] < starts + length))

    def last_close(self, instant: int) -> int | None:
        """The latest close at or before the instant, or None."""
        at = int(np.searchsorted(self.closes, instant, side="right")) - 1
        return int(self.closes[at]) if at >= 0 else None

    def next_open(self, instant: int) -> int | None:
        """The earliest open after the instant, or None."""
        at = int(np.searchsorted(self.opens, instant, side="right"))
        return int(self.opens[at]) if at < len(self) else None
