"""Daily bars that stand still in winter: sessions cut on a fixed hour of UTC, which is the market's in summer alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.displaced.zones import NOWHERE, ZONES, Rule, year_of
from dq.kernels import Int, Mask, runs
from dq.model import DAY, PRICES, OrderedBars

SHORTEST = 60  # sessions that a frozen winter has at least
PART = 3  # … and each part of one that something interrupts
INTERRUPTED = 25  # rows at the most
RECENT = 4  # parts that may stand between two of one winter
NEAR = 8  # days between the setting of clocks and the ends of a frozen run


@dataclass(frozen=True, slots=True)
class Winter:
    """Rows of one frozen winter, half-open."""

    start: int
    stop: int


def frozen_winters(bars: OrderedBars) -> tuple[list[Winter], int]:
    """Winters in which every bar repeats the one before, and the position in ZONES of a place where it is winter.

    A run counts where it begins and ends with winter time, or does so at one end and is cut by the edge of the bars.
    """
    first, stop = _resumed(bars, *runs(repeated(bars)))
    long = stop - first >= SHORTEST
    first, stop = first[long], stop[long]
    if len(first) == 0:
        return [], NOWHERE
    fits = {at: _fitting(bars, first, stop, zone.rule) for at, zone in enumerate(ZONES) if zone.rule is not None}
    place = max(fits, key=lambda at: (int(fits[at].sum()), -at))
    chosen = fits[place]
    found = [Winter(int(a), int(b)) for a, b in zip(first[chosen], stop[chosen], strict=True)]
    return (found, place) if found else ([], NOWHERE)


def _resumed(bars: OrderedBars, first: Int, lengths: Int) -> tuple[Int, Int]:
    """First rows of the runs, and the rows after their last; one that resumes soon, at the same prices, is one.

    A bad print, a row written twice or a stretch in another unit does not end a winter.
    """
    found: list[tuple[int, int]] = []
    some = lengths >= PART
    for begin, length in zip(first[some].tolist(), lengths[some].tolist(), strict=True):
        recent = [
            at for at, one in enumerate(found[-RECENT:], max(len(found) - RECENT, 0)) if begin - one[1] <= INTERRUPTED
        ]
        before = next((at for at in recent if _same_prices(bars, found[at][1] - 1, begin)), None)
        if before is None:
            found.append((begin, begin + length))
        else:
            found[before] = found[before][0], begin + length
    bounds = np.array(found, np.int64).reshape(-1, 2)
    return bounds[:, 0], bounds[:, 1]


def _same_prices(bars: OrderedBars, one: int, other: int) -> bool:
    return all(bars.column(name)[one] == bars.column(name)[other] for name in PRICES)


def repeated(bars: OrderedBars) -> Mask:
    """Whether each bar has all four prices of the bar before, and its volume or none."""
    same = np.zeros(len(bars), np.bool_)
    if len(bars) > 1:
        same[1:] = ~(bars.volume[1:] > 0) | (bars.volume[1:] == bars.volume[:-1])
        for name in PRICES:
            same[1:] &= bars.column(name)[1:] == bars.column(name)[:-1]
    return same


def in_winter(instants: Int, place: int) -> Mask:
    """Whether clocks at a place in ZONES show winter time."""
    zone = ZONES[place]
    return np.asarray(zone.offset(instants) == zone.standard)


def _fitting(bars: OrderedBars, first: Int, stop: Int, rule: Rule) -> Mask:
    days = bars.timestamp // DAY
    years = np.arange(year_of(int(bars.timestamp[0])) - 1, year_of(int(bars.timestamp[-1])) + 2)
    set_back, set_forward = rule.days(years, forward=False), rule.days(years, forward=True)
    begins, ends = _near(days[first], set_back), _near(days[stop - 1], set_forward)
    return np.asarray((begins | (first <= 1)) & (ends | (stop == len(bars))) & (begins | ends))


def _near(days: Int, marks: Int) -> Mask:
    return np.asarray((np.abs(days[:, None] - marks) <= NEAR).any(axis=1))
