"""A series that ends too early: its last bars never came."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import kept, stretch
from dq.faults.site import Ground, Site
from dq.model import Bars, Int, Market

NOWHERE = "the last bars of this window have gaps or findings of their own"
TAILS = 3  # tails of several lengths may be lost


def stale_series(bars: Bars, row: int, *, due: int | None = None) -> tuple[Bars, tuple[Injected, ...]]:
    """Remove every row from `row` on.

    Args:
        due: microseconds UTC, the latest timestamp that is due; that of the last bar unless given.
    """
    length = len(bars) - row
    start, end = stretch(bars, row, length)
    end = end if due is None else min(due, end)
    owed = int(np.count_nonzero(bars.timestamp[row:] <= end))
    return kept(bars, np.arange(len(bars)) < row), (Injected("stale_series", start, end, owed),)


def not_applicable(bars: Bars, market: Market) -> str | None:
    if not market.live:
        return "the window ends before the instant of the run, or with the file"
    stamps = bars.timestamp[bars.timestamp <= market.as_of]
    last = int(market.slots.number(stamps[-1:])[0]) if len(stamps) else -1
    return "the series is stale already" if last < market.last_slot - 1 else None


def room(ground: Ground) -> int:
    return ground.longer_than_quiet + 3 * TAILS


def places(ground: Ground) -> Int:
    """Rows near the end, from which on every bar that is due would be lost."""
    due = int(np.searchsorted(ground.bars.timestamp, _last_due(ground.market), side="right"))
    rows = due - ground.longer_than_quiet - 3 * np.arange(TAILS)
    rows = rows[rows > 0]
    sound = [ground.sound[row - 1 :].all() and ground.linked[row:].all() for row in rows.tolist()]
    return np.asarray(rows[np.array(sound, np.bool_)], np.int64)


def sized(site: Site) -> dict[str, int]:
    return {"due": _last_due(site.market)}


def _last_due(market: Market) -> int:
    """The timestamp of the last slot that fell due in the window."""
    return int(market.slots.timestamps(np.array([market.last_slot - 1]))[0])
