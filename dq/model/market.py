"""Market: what a check may know of a series besides its bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.model.bars import Int, Mask
from dq.model.series import Series, Window
from dq.model.sessions import Sessions
from dq.model.slots import Slots


@dataclass(frozen=True, slots=True)
class Habits:
    """What is usual for a series, from a sample of its bars; NaN where too few bars say so.

    Attributes:
        sigma: robust standard deviation of the move from close to close, as a share of the price (1.4826 × its
            median size).
        repeat_begins: share of bars that begin a run of repetitions (see `stuck_price`).
        repeat_goes_on: share of such runs that last two bars or longer.
        bars: how many bars were sampled.
    """

    sigma: float
    repeat_begins: float
    repeat_goes_on: float
    bars: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """Rows of a series that could not be read: how many, when as far as known, and some of them in words."""

    count: int = 0
    stamps: tuple[int, ...] = ()
    details: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Market:
    """The market around one series in one run: a value, like the bars.

    Attributes:
        window: the stretch `[start, end)` in which the run looks, microseconds UTC.
        as_of: the instant the run pretends it is.
        first_slot, last_slot: numbers of the slots that fall due in the window, half-open.
        late: microseconds between the timestamp of a bar shorter than a day and the instant at which it is due.
        live: the window reaches `as_of`, so that its tail can be stale.
        phase: see `lay_slots`.
        set_aside: rows that the door kept out of the bars.
        missing_slots, excused_slots: what the causes made of the missing slots; 0 before they were sought.
    """

    series: Series
    window: Window
    as_of: int
    sessions: Sessions
    slots: Slots
    first_slot: int
    last_slot: int
    habits: Habits
    late: int
    live: bool
    phase: int
    set_aside: SetAside = SetAside()
    missing_slots: int = 0
    excused_slots: int = 0

    def owns(self, stamps: Int) -> Mask:
        """Whether bars of those timestamps belong to the window: they fall due in it, or lie in the future."""
        if self.series.daily:
            begun = (stamps >= self.window.start) | (self.slots.number(stamps) >= self.first_slot)
        else:
            begun = stamps >= self.window.start - self.late
        return np.asarray(begun & ((stamps < self.window.end) | (stamps > self.as_of)))
