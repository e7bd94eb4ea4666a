"""Instants as charts take them: milliseconds since 1970 of some clock, and when that clock is set."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dq.calendars.clocks import Clock, clock_of

Stamp = Callable[[float], float]


def stamps_on(zone: str, start: int, end: int) -> Stamp:
    """What makes milliseconds of microseconds UTC, as the clocks of a zone show them; whole where they are.

    Args:
        start, end: the stretch for which the clock has to be right, microseconds UTC.
    """
    clock = clock_around(zone, start, end)
    only = int(clock.offsets[0])

    def steady(at: float) -> float:
        shown = (at + only) / 1000
        return int(shown) if shown.is_integer() else shown

    def changing(at: float) -> float:
        shown = (at + int(clock.offsets[_last(clock, at)])) / 1000
        return int(shown) if shown.is_integer() else shown

    return steady if len(clock.changes) == 1 else changing


def _last(clock: Clock, at: float) -> int:
    return max(int(np.searchsorted(clock.changes, at, side="right")) - 1, 0)


def clock_around(zone: str, start: int, end: int) -> Clock:
    """The clock of a zone; that of UTC where this machine has no such zone."""
    from zoneinfo import ZoneInfoNotFoundError

    try:
        return clock_of(zone, start, end)
    except (ZoneInfoNotFoundError, ValueError):
        return clock_of("UTC", start, end)


def offsets(zone: str, start: int, end: int) -> list[list[int]]:
    """`[[from, minutes], …]`: from when on (ms UTC, ascending) clocks there are so many minutes ahead of UTC."""
    clock = clock_around(zone, start, end)
    pairs = zip(clock.changes.tolist(), clock.offsets.tolist(), strict=True)
    return [[change // 1000, offset // 60_000_000] for change, offset in pairs]


def switches(zone: str, start: int, end: int) -> list[tuple[int, int]]:
    """When clocks there are set between two instants, microseconds UTC, and by how much: forward is above 0."""
    clock = clock_around(zone, start, end)
    pairs = zip(clock.changes[1:].tolist(), np.diff(clock.offsets).tolist(), strict=True)
    return [(change, by) for change, by in pairs if start < change <= end]
