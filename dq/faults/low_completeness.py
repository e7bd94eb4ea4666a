"""A window of which too much never came."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import kept, stretch
from dq.faults.site import Ground, Site
from dq.model import Bars, Int


def low_completeness(
    bars: Bars, row: int, *, length: int = 7, owed: tuple[int, int] | None = None
) -> tuple[Bars, tuple[Injected, ...]]:
    """Remove `length` rows from `row` on.

    Args:
        owed: microseconds UTC, first and last slot that the window owes; those of the bars unless given.
    """
    stretch(bars, row, length)
    start, end = owed or (int(bars.timestamp.min()), int(bars.timestamp.max()))
    place = np.arange(len(bars))
    left = kept(bars, (place < row) | (place >= row + length))
    return left, (Injected("low_completeness", start, end, length),)


def room(ground: Ground) -> int:
    """A tenth of the window, and more than nobody could have traded in."""
    owed = ground.market.last_slot - ground.market.first_slot
    return max(owed // 10, ground.longer_than_quiet)


def places(ground: Ground) -> Int:
    """Rows that leave some bars of the window on both sides, whatever closed hours lie between."""
    judged = np.flatnonzero(ground.owned)
    rows = judged[2 : max(len(judged) - room(ground) - 2, 2)]
    return np.asarray(rows[~ground.marked[rows]])


def sized(site: Site) -> dict[str, object]:
    slots = np.array([site.market.first_slot, site.market.last_slot - 1])
    first, last = site.market.slots.timestamps(slots).tolist()
    return {"length": site.room, "owed": (first, last)}
