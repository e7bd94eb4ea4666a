"""Market: what a check may know of a series besides its bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.model.bars import Int, Mask, OrderedBars
from dq.model.habits import Habits
from dq.model.series import Series, Window
from dq.model.sessions import Sessions
from dq.model.slots import Slots

NO_REFERENCE = "no reference is given"


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
        reference: bars of the same series from another source, around the window; None where there are none.
        no_reference: why there are none.
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
    reference: OrderedBars | None = None
    no_reference: str = NO_REFERENCE

    @property
    def tick(self) -> float:
        """The smallest step of a price: the one that was given, else the one that the prices keep; 0 where neither is."""
        return self.series.tick or self.habits.grid.step

    def owns(self, stamps: Int) -> Mask:
        """Whether bars of those timestamps belong to the window: they fall due in it, or lie in the future."""
        if self.series.daily:
            begun = (stamps >= self.window.start) | (self.slots.number(stamps) >= self.first_slot)
        else:
            begun = stamps >= self.window.start - self.late
        return np.asarray(begun & ((stamps < self.window.end) | (stamps > self.as_of)))
