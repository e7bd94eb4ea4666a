"""In which zone a series keeps its hours: daylight saving makes one zone's week more regular than the others'."""

from __future__ import annotations

import numpy as np

from dq.calendars.clocks import Clock, clock_of
from dq.model import DAY, MINUTE, Int

# One zone for each way of changing clocks that markets follow, and those whose usual hours tell them from their like.
ZONES = (
    "UTC",
    "America/New_York",
    "America/Chicago",
    "Europe/London",
    "Europe/Berlin",
    "Australia/Sydney",
    "America/Sao_Paulo",
    "America/Mexico_City",
    "Asia/Jerusalem",
    "Pacific/Auckland",
    "Asia/Tokyo",
    "Asia/Hong_Kong",
    "Asia/Kolkata",
)
# Opening and closing minutes of the day that speak for a zone where clocks do not.
HOURS = {
    "America/New_York": ((570, 960), (240, 1200), (1080, 1020), (1020, 1020), (1080, 975), (990, 1020)),
    "America/Chicago": ((510, 900), (510, 800), (1140, 465)),
    "Europe/London": ((480, 990),),
    "Europe/Berlin": ((540, 1050), (480, 1320)),
    "Australia/Sydney": ((600, 960), (600, 972)),
    "America/Sao_Paulo": ((600, 1020), (600, 1075)),
    "Pacific/Auckland": ((600, 1005),),
    "Asia/Jerusalem": ((599, 1035), (600, 1035), (599, 1065)),
    "Asia/Tokyo": ((540, 690), (750, 900), (750, 930)),
    "Asia/Hong_Kong": ((570, 720), (780, 960)),
    "Asia/Kolkata": ((555, 930),),
}
_CELL = 15 * MINUTE
_WEEK = 7 * DAY // _CELL
_MONDAY = 4 * DAY // _CELL  # the first one after 1970-01-01, a Thursday


def regular_zones(stamps: Int) -> list[Clock]:
    """The clocks in which the weeks of those ascending timestamps are most alike, the best first.

    Those that differ from it by no more than chance would are listed too; where nothing tells them apart UTC is first.
    """
    cells = stamps // _CELL
    cells = cells[np.append(True, cells[1:] != cells[:-1])] - int(cells[0])
    seen = np.zeros(int(cells[-1]) + 1, np.int64)
    seen[cells] = 1
    clocks = [clock_of(zone, int(stamps[0]), int(stamps[-1])) for zone in ZONES]
    odd = [_odd_ones(seen, int(stamps[0]) // _CELL, clock) for clock in clocks]
    best = min(odd)
    alike = [at for at, count in enumerate(odd) if count <= best + 2 * best**0.5]
    return [clocks[at] for at in sorted(alike, key=lambda at: odd[at])]


def _odd_ones(seen: Int, first: int, clock: Clock) -> int:
    """Cells of 15 minutes that are not as most weeks have them."""
    bounds = np.clip(clock.changes // _CELL - first, 0, len(seen))
    bounds = np.append(bounds, len(seen))
    shifts = clock.offsets // _CELL
    origin = (first + int(shifts.min()) - _MONDAY) // _WEEK * _WEEK + _MONDAY
    count = -((origin - first - len(seen) - int(shifts.max())) // _WEEK)
    local, known = np.zeros(count * _WEEK, np.int64), np.zeros(count * _WEEK, np.int64)
    for begin, end, shift in zip(bounds[:-1].tolist(), bounds[1:].tolist(), shifts.tolist(), strict=True):
        at = slice(first + begin + shift - origin, first + end + shift - origin)
        local[at] = seen[begin:end]
        known[at] = 1
    there, weeks = local.reshape(count, _WEEK).sum(axis=0), known.reshape(count, _WEEK).sum(axis=0)
    return int(np.minimum(there, weeks - there).sum())


def keeps_hours(zone: str, begin: Int, end: Int, slack: int) -> bool:
    """Whether most stretches of a week open and close when markets of that zone do.

    Args:
        begin, end: minutes of the local day.
        slack: minutes after a true close at which the last bar may end.
    """
    told = [
        (np.abs(begin - opens) <= 5) & (end - closes >= -5) & (end - closes <= slack)
        for opens, closes in HOURS.get(zone, ())
    ]
    return bool(len(begin) and np.any(told, axis=0).mean() > 0.5) if told else False
