"""A clock that is wrong for some sessions: an offset of winter kept in summer, or local time stored as UTC."""

from typing import Any

import numpy as np

from dq.checks.dst_shift import not_checked
from dq.faults.injected import Injected
from dq.faults.rows import permuted, stretch, written
from dq.faults.site import Ground, Site
from dq.model import HOUR, Bars, Int, Market

SESSIONS = 3
OFFSETS = (HOUR, -HOUR)
NOWHERE = f"no {SESSIONS + 1} whole sessions follow one another inside this window"


def dst_shift(bars: Bars, row: int, *, length: int = 78, offset: int = HOUR) -> tuple[Bars, tuple[Injected, ...]]:
    """Stamp `length` rows from `row` on `offset` microseconds too late; they are taken to be whole sessions."""
    stretch(bars, row, length)
    moved = written(bars, row, row + length, timestamp=bars.timestamp[row : row + length] + offset)
    start, end = stretch(moved, row, length)
    return permuted(moved, np.argsort(moved.timestamp, kind="stable")), (Injected("dst_shift", start, end, length),)


def not_applicable(bars: Bars, market: Market) -> str | None:
    if market.series.interval > HOUR:
        return "a bar longer than an hour shows no edge of a session"
    opens, closes = market.sessions.opens, market.sessions.closes
    if len(opens) < 2 or not bool((opens[1:] - closes[:-1] >= HOUR).any()):
        return f"the market never closes for long ({market.series.calendar})"
    return not_checked(bars, market)


def places(ground: Ground) -> Int:
    """First bars of sessions after a pause, from which three sessions and one more lie inside the window."""
    first = _first_bars(ground.bars.timestamp, ground.market)
    if len(first) <= SESSIONS + 1:
        return np.zeros(0, np.int64)
    marked = np.append(0, np.cumsum(ground.marked))
    begin, stop = first[: -SESSIONS - 1], first[SESSIONS + 1 :]
    sound = (marked[stop] == marked[begin]) & ground.owned[begin] & ground.owned[stop] & (begin > 0)
    return np.asarray(begin[sound])


def sized(site: Site) -> dict[str, Any]:
    """Three sessions, an hour late or an hour early."""
    first = _first_bars(site.bars.timestamp, site.market)
    following = first[np.searchsorted(first, site.row, side="right") + SESSIONS - 1]
    return {"length": int(following) - site.row, "offset": OFFSETS[site.turn % len(OFFSETS)]}


def _first_bars(stamps: Int, market: Market) -> Int:
    """Rows of the first bars after at least an hour without any, the first bar of all included."""
    return np.append(0, np.flatnonzero(np.diff(stamps) >= HOUR + market.series.interval) + 1)
