"""A bar while the market is closed: forward-filled by the source, at the last price and without volume."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import idle, inserted, stretch
from dq.faults.site import Ground, Site
from dq.model import DAY, Bars, Int, Market

NOWHERE = "the market does not close inside this window"
GAPS = 200  # the longest ones: in a thin market most gaps are no closed hours


def off_session_bar(bars: Bars, row: int, *, at: int) -> tuple[Bars, tuple[Injected, ...]]:
    """Insert after `row` a flat, idle bar stamped `at`, an instant on the grid at which the market is closed."""
    stretch(bars, row, 1)
    price = float(bars.close[row])
    values: dict[str, float] = dict.fromkeys(("open", "high", "low", "close"), price)
    return inserted(bars, row + 1, {**values, "timestamp": at, "volume": idle(bars, row)}), (
        Injected("off_session_bar", at, at, 1),
    )


def not_applicable(bars: Bars, market: Market) -> str | None:
    if market.series.interval > DAY:
        return "a bar longer than a day shares an instant with some session"
    closes = bool((market.sessions.opens[1:] > market.sessions.closes[:-1]).any())
    return None if closes else f"the market never closes ({market.series.calendar})"


def places(ground: Ground) -> Int:
    """The last bars before the market closes, where it is closed for a bar or more inside the window."""
    stamps = ground.bars.timestamp
    following = np.append(stamps[1:], ground.market.as_of)[: len(stamps)]
    steps = following - stamps
    rows = np.flatnonzero((steps > ground.market.series.interval) & ground.market.owns(following) & ~ground.marked)
    rows = np.sort(rows[np.argsort(-steps[rows], kind="stable")[:GAPS]])
    at = np.array([_closed_at(ground.bars, ground.market, row) for row in rows.tolist()], np.int64)
    judged = ground.market.owns(at) & (at <= ground.market.as_of) & (at > stamps[rows])
    return np.asarray(rows[judged])


def sized(site: Site) -> dict[str, int]:
    """An instant in the middle of the time for which the market is closed."""
    return {"at": _closed_at(site.bars, site.market, site.row)}


def _closed_at(bars: Bars, market: Market, row: int) -> int:
    """An instant on the grid after the bar at `row` and before the next at which the market is closed; 0 without one."""
    step, first = market.series.interval, int(bars.timestamp[row])
    following = int(bars.timestamp[row + 1]) if row + 1 < len(bars) else market.as_of
    instants = np.arange(first + step, following, step)
    if market.series.daily:
        closed = ~market.slots.holds(instants, market.slots.number(instants))
    else:
        begin = instants - market.slots.offset
        closed = ~market.sessions.touch(begin - step, 3 * step)
    closed_at = instants[closed]
    return int(closed_at[len(closed_at) // 2]) if len(closed_at) else 0
