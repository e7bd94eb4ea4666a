"""When runs begin: on the boundaries of an interval, counted in UTC, and so long after them."""

from __future__ import annotations

from dataclasses import dataclass

from dq.model import MINUTE


@dataclass(frozen=True, slots=True)
class Timetable:
    """Boundaries are counted from 1970 in UTC: `every` an hour and a minute's offset is one past each hour.

    Attributes:
        every: microseconds from one boundary to the next.
        offset: microseconds after the boundary: the grace that bars are given to arrive, and what the owner adds.
    """

    every: int
    offset: int

    def after(self, instant: int) -> int:
        """The first beginning at or after that instant, microseconds UTC."""
        phase = self.offset % self.every
        return instant + (phase - instant) % self.every

    def stands(self, following: int, now: int) -> bool:
        """Whether the next run may stay where it was set, now that it is `now`.

        A clock that was set back leaves it further away than it can ever be. By a little it may be: that boundary had
        its run already, and clocks are put right by seconds all the time.
        """
        return following - now <= self.every + min(self.every // 2, MINUTE)
