"""The clocks of a zone over a span, as arrays: from instants to what they show, and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dq.model import DAY, SECOND, Int

_STRIDE = 10 * DAY  # no zone changes its clocks twice in so short a time, but for Morocco's Ramadan


@dataclass(frozen=True, eq=False)
class Clock:
    """What a zone's clocks show.

    Attributes:
        changes: int64, microseconds UTC from which each offset is in force; the first is before every instant asked.
        offsets: int64, microseconds that local time is ahead of UTC.
    """

    zone: str
    changes: Int
    offsets: Int

    def local(self, instants: Int) -> Int:
        """Ascending instants as microseconds of local time since 1970."""
        edges = np.append(np.searchsorted(instants, self.changes[1:]), len(instants))
        return instants + np.repeat(self.offsets, np.diff(edges, prepend=0))

    def instants(self, local: Int) -> Int:
        """The instants at which clocks show those local times; the first of two where clocks go back."""
        before = local - self._offset(local - DAY // 2)
        return np.asarray(local - self._offset(before))

    def _offset(self, instants: Int) -> Int:
        return np.asarray(self.offsets[np.maximum(np.searchsorted(self.changes, instants, side="right") - 1, 0)])


def clock_of(zone: str, start: int, end: int) -> Clock:
    """The clock of a zone, right for instants of `[start - 10 days, end + 10 days]` in microseconds UTC."""
    start, end = start - _STRIDE, end + _STRIDE
    if zone == "UTC":
        return Clock(zone, np.array([start]), np.array([0]))
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    place = ZoneInfo(zone)

    def offset(second: int) -> int:
        away = datetime.fromtimestamp(second, UTC).astimezone(place).utcoffset()
        return 0 if away is None else int(away.total_seconds())

    changes = [start // SECOND]
    offsets = [offset(changes[0])]
    low = changes[0]
    for high in range(low + _STRIDE // SECOND, end // SECOND + _STRIDE // SECOND, _STRIDE // SECOND):
        if offset(high) != offsets[-1]:
            changes.append(_change(offset, low, high))
            offsets.append(offset(high))
        low = high
    return Clock(zone, np.array(changes) * SECOND, np.array(offsets) * SECOND)


def _change(offset: Callable[[int], int], low: int, high: int) -> int:
    """The second in `(low, high]` at which the offset changes."""
    before = offset(low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if offset(middle) == before else (low, middle)
    return high
