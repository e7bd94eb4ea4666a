"""The calendar `auto` of bars of a day and longer: the weekdays that have bars."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from dq.calendars.clocks import Clock, clock_of
from dq.calendars.evidence import empty_days, enough, plausible
from dq.calendars.zones import ZONES
from dq.model import DAY, Int, Mask, Sessions

PIECE = 26 * 7  # days that are learned from together
USUAL = 0.4  # share of a weekday's dates that have a bar


def learn_days(stamps: Int, interval: int, start: int, end: int) -> Sessions | None:
    """The days of `[start, end)` that owe a bar; None where the bars are too few to tell.

    A session lasts from the time of day at which bars are stamped to the same time of the next day. Bars longer than a
    day say nothing of weekdays: every day is one.

    Args:
        stamps: ascending, microseconds UTC.
    """
    stamps = plausible(stamps)
    if not enough(stamps):
        return None
    clock = _steady_clock(np.array([start, end]), stamps)
    local = clock.local(stamps)
    hour = _most_frequent(local % DAY)
    dates = (local - hour) // DAY
    bounds = (clock.local(np.array([start, end])) - hour) // DAY
    days = np.arange(int(bounds[0]), int(bounds[1]) + 1)
    if interval == DAY:
        days = days[_traded(dates, days)]
    opens, closes = (clock.instants(days * DAY + (hour + length)) for length in (0, DAY))
    known = Sessions(opens, closes, days, start, end, clock.zone)
    return replace(known, doubts=empty_days(known, stamps)) if interval == DAY else known


def _steady_clock(span: Int, stamps: Int) -> Clock:
    """The clock that shows one time of day at nearly all stamps; UTC where several do."""
    low, high = min(int(span[0]), int(stamps[0])), max(int(span[1]), int(stamps[-1]))
    clocks = [clock_of(zone, low, high) for zone in ZONES]
    times = [clock.local(stamps) % DAY for clock in clocks]
    steady = [int((time == _most_frequent(time)).sum()) for time in times]
    return clocks[int(np.argmax(steady))]


def _traded(dates: Int, days: Int) -> Mask:
    """Which days are of a weekday that has bars in that half-year."""
    first, last = int(dates[0]), int(dates[-1]) + 1
    starts = [first, *range(last - max((last - first) // PIECE - 1, 0) * PIECE, last, PIECE), last]
    traded = np.zeros(len(days), np.bool_)
    for low, high in pairwise(starts):
        begin = int(days[0]) if low == first else low
        stop = int(days[-1]) + 1 if high == last else high
        there = np.bincount(dates[(dates >= low) & (dates < high)] % 7, minlength=7)
        owed = np.bincount(np.arange(low, high) % 7, minlength=7)
        usual = there >= np.maximum(USUAL * owed, 1)
        piece = (days >= begin) & (days < stop)
        traded[piece] = usual[days[piece] % 7]
    return traded


def _most_frequent(values: Int) -> int:
    ascending = np.sort(values)
    first = np.flatnonzero(np.diff(ascending, prepend=-1))
    return int(ascending[first[np.diff(first, append=len(ascending)).argmax()]])
