"""What a calendar says of a stretch of time: days as planned, and the stretches of trading they are cut into."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dq.model import DAY, Halt, Int

# Every calendar answers for these; what it says of years before its market is a guess.
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True, eq=False)
class Plan:
    """Trading days, one row each, ascending; microseconds UTC.

    Attributes:
        day: int64, the session's date as days since 1970-01-01.
        break_start, break_end: equal to `closes` on a day without a break.
        zone: IANA name of the market's own time zone.
    """

    day: Int
    opens: Int
    break_start: Int
    break_end: Int
    closes: Int
    zone: str


@dataclass(frozen=True, eq=False)
class Year:
    """Stretches of trading `[open, close)` whose day lies in one year, the doubts in them, the halts that began in it."""

    opens: Int
    closes: Int
    day: Int
    zone: str
    halts: tuple[Halt, ...] = ()
    doubts: tuple[Halt, ...] = ()


def cut(plan: Plan) -> tuple[Int, Int, Int]:
    """Opens, closes and days of the unbroken stretches; what is empty or already traded is dropped."""
    pause = np.minimum(plan.break_start, plan.closes)
    resume = np.minimum(plan.break_end, plan.closes)
    unbroken = (resume <= pause) | (pause <= plan.opens)
    pause, resume = np.where(unbroken, plan.closes, pause), np.where(unbroken, plan.closes, resume)
    opens = np.stack([plan.opens, resume], axis=1).ravel()
    closes = np.stack([pause, plan.closes], axis=1).ravel()
    opens[1:] = np.maximum(opens[1:], np.maximum.accumulate(closes)[:-1])
    kept = closes > opens
    return opens[kept], closes[kept], np.repeat(plan.day, 2)[kept]


def split_years(
    plan: Plan, halts: tuple[Halt, ...], doubts: tuple[Halt, ...], first: int, last: int
) -> tuple[Year, ...]:
    """The years `first` to `last` of a plan that covers them; halts and doubts outside them are dropped."""
    opens, closes, day = cut(plan)
    begins = np.arange(first - 1970, last - 1970 + 2).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    edges = np.searchsorted(day, begins)
    years = []
    for number, (low, high) in enumerate(pairwise(edges)):
        begun = tuple(halt for halt in halts if year_of(halt.start) == first + number)
        doubted = tuple(doubt for doubt in doubts if low < high and opens[low] <= doubt.start < closes[high - 1])
        years.append(Year(opens[low:high], closes[low:high], day[low:high], plan.zone, begun, doubted))
    return tuple(years)


def year_of(instant: int) -> int:
    """The UTC year of an instant."""
    return int(years_of(np.array([instant // DAY]))[0])


def years_of(days: Int) -> Int:
    """The year of each day since 1970-01-01."""
    return np.asarray(days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970)
