"""Which slots of a series hold a bar, session by session."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.model import DAY, MINUTE, Int, Mask, Slots

SESSIONS = 20  # the recent ones that say what is usual
SHIFT = 75 * MINUTE  # between the openings of one kind of session: clocks are set by an hour
AROUND = 30  # slots on either side of a run that say how lively its own session is


@dataclass(frozen=True, eq=False)
class Presence:
    """Which slots hold a bar, as a running count.

    Attributes:
        counts: bars in the slots before each number; one entry more than there are slots.
        before: slots before each session; one entry more than there are sessions.
        weekday: 0 to 6, one per session.
        opens: microseconds from 00:00 UTC to the first slot of each session.
        daily: sessions of one day: two where there is a lunch break.
        first, stop: the slots that the bars span, half-open.
    """

    counts: Int
    before: Int
    weekday: Int
    opens: Int
    daily: int
    first: int
    stop: int

    @classmethod
    def of(cls, stamps: Int, slots: Slots) -> Presence:
        """From ascending timestamps."""
        numbers = slots.number(stamps)
        numbers = numbers[slots.holds(stamps, numbers)]
        counts = np.zeros(len(slots) + 1, np.int64)
        counts[numbers + 1] = 1
        first, last = (int(numbers[0]), int(numbers[-1])) if len(numbers) else (0, -1)
        days = slots.first // DAY
        daily = round(len(days) / max(int((np.diff(days) > 0).sum()) + 1, 1)) if len(days) else 1
        return cls(np.cumsum(counts), slots.before, days % 7, slots.first % DAY, max(daily, 1), first, last + 1)

    def place(self, numbers: Int) -> tuple[Int, Int]:
        """Session of each slot, and its place within."""
        session = np.clip(np.searchsorted(self.before, numbers, side="right") - 1, 0, len(self.before) - 2)
        return session, numbers - self.before[session]

    def length(self, session: Int) -> Int:
        """Slots of each session."""
        return np.asarray(self.before[session + 1] - self.before[session])

    def others(self, session: Int, offset: Int) -> tuple[Int, Mask]:
        """Up to 20 sessions near each one that open at its time of day; itself and those that end before are left out."""
        first, last = np.searchsorted(self.before, [self.first, self.stop - 1], side="right") - 1
        reach = SESSIONS * self.daily
        start = np.maximum(np.minimum(session - reach, last - reach), first)
        others = start[:, None] + np.arange(reach + 1)
        known = (others <= last) & (others != session[:, None])
        others = np.clip(others, 0, len(self.before) - 2)
        apart = np.abs(self.opens[others] - self.opens[session][:, None])
        alike = np.minimum(apart, DAY - apart) <= SHIFT
        return others, known & alike & (self.length(others) > offset[:, None])

    def between(self, start: Int, stop: Int) -> Int:
        """Bars in the slots from `start` up to `stop`."""
        top = len(self.counts) - 1
        return np.asarray(self.counts[np.clip(stop, 0, top)] - self.counts[np.clip(start, 0, top)])

    def around(self, first: Int, length: Int) -> Int:
        """Bars in the 30 slots on either side of a run."""
        return self.between(first - AROUND, first) + self.between(first + length, first + length + AROUND)
