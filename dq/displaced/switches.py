"""The hours at which clocks are set: skipped by stamps that follow the wall clock in spring, written twice in autumn."""

from __future__ import annotations

import numpy as np

from dq.displaced.zones import wall_hours
from dq.kernels import Int
from dq.model import HOUR, OrderedBars, Sessions

AROUND = 12  # slots on either side of a missing hour that have to be there
PRESENT = 0.9  # share of an hour, or of the slots around it, that is enough
Hours = tuple[Int, Int]  # beginnings, and positions in ZONES


def skipped_hours(bars: OrderedBars, step: int, sessions: Sessions) -> Hours:
    """Hours without a bar, exactly where clocks skip one, in a market that trades then."""
    begin, place = _within(bars.timestamp, sessions, skipped=True)
    if len(begin) == 0:
        return begin, place
    stamps = bars.timestamp
    first, stop = np.searchsorted(stamps, begin), np.searchsorted(stamps, begin + HOUR)
    reach = min(max(AROUND, HOUR // step), 60)
    before = first - np.searchsorted(stamps, begin - reach * step)
    after = np.searchsorted(stamps, begin + HOUR + reach * step) - stop
    empty = (first == stop) & (first > 0) & (stop < len(stamps))
    last, following = stamps[np.maximum(first - 1, 0)], stamps[np.minimum(stop, len(stamps) - 1)]
    exact = (last > begin - 2 * step) & (following < begin + HOUR + step)
    dense = (before >= PRESENT * reach) & (after >= PRESENT * np.minimum(reach, len(stamps) - stop))
    keep = empty & exact & dense & (step <= HOUR)
    return begin[keep], place[keep]


def repeated_hours(bars: OrderedBars, step: int, sessions: Sessions) -> Hours:
    """Hours of which every bar was written more than once, exactly where clocks show one twice."""
    if bars.repeats is None or step > HOUR:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    begin, place = _within(bars.timestamp, sessions, skipped=False)
    stamps, again = bars.timestamp, np.append(0, np.cumsum(bars.repeats.copies > 1))
    first, stop = np.searchsorted(stamps, begin), np.searchsorted(stamps, begin + HOUR)
    near = np.searchsorted(stamps, begin - HOUR), np.searchsorted(stamps, begin + 2 * HOUR)
    inside = again[stop] - again[first]
    beside = again[near[1]] - again[near[0]] - inside
    keep = (inside >= PRESENT * (HOUR // step)) & (beside <= (1 - PRESENT) * inside)
    return begin[keep], place[keep]


def _within(stamps: Int, sessions: Sessions, *, skipped: bool) -> Hours:
    """The hours between the first and the last stamp at which clocks are set somewhere, and the market trades."""
    start, end = int(stamps[0]), int(stamps[-1])
    begin, place = wall_hours(skipped)
    first, stop = np.searchsorted(begin, [start, end - HOUR])
    begin, place = begin[first:stop], place[first:stop]
    if len(begin):
        traded = sessions.contain(begin - 1) & sessions.contain(begin) & sessions.contain(begin + HOUR)
        begin, place = begin[traded], place[traded]
    return begin, place
