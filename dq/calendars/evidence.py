"""How much timestamps can tell of a calendar, and of which days they tell nothing."""

from __future__ import annotations

import numpy as np

from dq.kernels import runs
from dq.model import DAY, Halt, Int, Sessions

NEED = "bars of two weeks: of 8 days or more, the first and the last at least 11 days apart"
LEAST_DAYS, LEAST_SPAN = 8, 11 * DAY  # two weeks of a market that closes at weekends, with a holiday in them
EMPTY = "the series has no bar of that day"
REACH, LAST = 20 * 366 * DAY, 130 * 366 * DAY  # microseconds around the median timestamp, and around 1970
HOLIDAYS = 5  # days in a row without a bar that may be holidays


def plausible(stamps: Int) -> Int:
    """Those of ascending timestamps within 20 years of their median: a stamp of the year 1 is no session."""
    if len(stamps) == 0 or abs(int(stamps[len(stamps) // 2])) > LAST:
        return stamps[:0]
    middle = int(stamps[len(stamps) // 2])
    return stamps[np.searchsorted(stamps, middle - REACH) : np.searchsorted(stamps, middle + REACH)]


def enough(stamps: Int) -> bool:
    """Whether ascending timestamps are many enough to learn a week from."""
    if len(stamps) < LEAST_DAYS or int(stamps[-1] - stamps[0]) < LEAST_SPAN:
        return False
    days = stamps // DAY
    return int((days[1:] != days[:-1]).sum()) + 1 >= LEAST_DAYS


def empty_days(known: Sessions, stamps: Int) -> tuple[Halt, ...]:
    """Days between the bars that have none, a few in a row at most: holidays perhaps."""
    counts = np.searchsorted(stamps, known.closes) - np.searchsorted(stamps, known.opens)
    begins = np.flatnonzero(np.diff(known.day, prepend=np.iinfo(np.int64).min))
    if len(begins) == 0:
        return ()
    of_day = np.add.reduceat(counts, begins)
    last = np.append(begins[1:], len(known)) - 1
    between = (known.opens[begins] > stamps[0]) & (known.closes[last] <= stamps[-1])
    first, length = runs((of_day == 0) & between)
    few = length <= HOLIDAYS
    edges = zip(begins[first[few]].tolist(), last[(first + length - 1)[few]].tolist(), strict=True)
    return tuple(Halt(int(known.opens[low]), int(known.closes[high]), EMPTY) for low, high in edges)
