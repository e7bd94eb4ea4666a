"""The usual week of a series: which of its cells are open, seen over several weeks.

A week is cut into cells as long as a bar (a minute at least, an hour at most). A cell is open where bars are usual, at
the finest scale that shows it: thin series have few bars in any one minute, and some in most hours. Between open cells
a stretch is closed only where its emptiness, week after week and at the same hour of other days, cannot be chance.
"""

from __future__ import annotations

import math

import numpy as np

from dq.kernels import runs
from dq.model import HOUR, MINUTE, Float, Int, Mask

WEEKDAYS = 7
SCALES = (15 * MINUTE, HOUR, 4 * HOUR)  # at which the bars of thin series are looked for, after the cell itself
USUAL = 0.75  # share of a weekday's dates with bars at which a cell is open whatever the other days do
ALIKE = 0.4  # share of all days, at the same hour, from which on a quarter of this weekday's dates is enough
A_QUARTER = 0.25
CHANCE = 25.0  # minus the natural logarithm of the chance that an open stretch was always empty; how lively it is, is a guess
OF_ONE_DAY = 10.0  # the same where other weekdays are open then
SURE = 0.98  # no cell is taken for likelier than that to have a bar
SHORT = 30 * MINUTE
STRAY = (0.02, 0.15)  # share of its places that may have a bar in a short stretch that is closed, and in a longer one
BESIDE = HOUR  # of open week on either side of a stretch, which says how lively it would be


def usual_week(seen: Mask, covered: Mask, cell: int) -> Mask:
    """Which cells of the week are open.

    Args:
        seen: week × cell of the week, whether there is a bar.
        covered: week × weekday, whether that date lies between the first and the last bar; Monday first.
        cell: length of a cell, microseconds.
    """
    dates: Mask = np.asarray(seen.reshape(len(seen), WEEKDAYS, -1).any(axis=2))
    traded = _often(dates, covered)
    dates &= traded
    known = dates.sum(axis=0)
    seen = seen & np.repeat(traded, seen.shape[1] // WEEKDAYS)
    opened = np.zeros(seen.shape[1], np.bool_)
    for scale in (cell, *(scale for scale in SCALES if scale > cell)):
        opened |= _opened(seen & ~opened, dates, scale // cell)
    return _filled(opened, seen, known, cell) if opened.any() else opened


def _often(dates: Mask, covered: Mask) -> Mask:
    """Weekdays that have bars in two weeks of five, or in the last two of four and more."""
    often = dates.sum(axis=0) >= np.maximum(ALIKE * covered.sum(axis=0), 1)
    for day in range(WEEKDAYS):
        (weeks,) = np.nonzero(covered[:, day])
        often[day] |= len(weeks) >= 4 and bool(dates[weeks[-2:], day].all())
    return np.asarray(often)


def _lately(seen: Mask, dates: Mask) -> Mask:
    """Cells with bars on the last two dates of their weekday, or on the first two: hours that change stay changed.

    They are no chance where they last an hour or where most weekdays have them.
    """
    lately = np.zeros((WEEKDAYS, seen.shape[1] // WEEKDAYS), np.bool_)
    for day, of_day in enumerate(np.split(seen, WEEKDAYS, axis=1)):
        (weeks,) = np.nonzero(dates[:, day])
        if len(weeks) >= 4:  # of fewer, two are usual or chance
            lately[day] = of_day[weeks[-2:]].all(axis=0) | of_day[weeks[:2]].all(axis=0)
    begin, length = runs(lately.ravel())
    enough = np.maximum(lately.shape[1] // 24, 4)
    long = np.zeros(lately.size + 1, np.int8)
    np.add.at(long, begin[length >= enough], 1)
    np.add.at(long, (begin + length)[length >= enough], -1)
    shared = lately.sum(axis=0) > dates.any(axis=0).sum() / 2
    return np.asarray((lately & shared).ravel() | (np.cumsum(long[:-1]) > 0))


def _opened(seen: Mask, dates: Mask, width: int) -> Mask:
    """Cells between the first and the last that has a bar, in those windows of `width` cells that usually have some."""
    width = math.gcd(width, seen.shape[1] // WEEKDAYS)
    windows: Mask = np.asarray(seen).reshape(len(seen), -1, width)
    there: Mask = np.asarray(windows.any(axis=2)) if width > 1 else seen
    count, days = there.sum(axis=0).reshape(WEEKDAYS, -1), dates.sum(axis=0)
    share = count / np.maximum(days, 1)[:, None]
    of_all_days = count.sum(axis=0) / max(int(days.sum()), 1)
    usual = (share >= USUAL) | ((share >= A_QUARTER) & (of_all_days >= ALIKE))
    usual = usual.ravel() | _lately(there, dates)
    if width == 1:
        return np.asarray(usual & seen.any(axis=0))
    some: Mask = np.asarray(windows.any(axis=0))
    after = np.logical_or.accumulate(some, axis=1)
    before = np.logical_or.accumulate(some[:, ::-1], axis=1)[:, ::-1]
    return np.asarray((after & before & usual[:, None]).ravel())


def _filled(opened: Mask, seen: Mask, known: Int, cell: int) -> Mask:
    """The same with those closed stretches opened that may as well be chance."""
    first = int(opened.argmax())
    begin, length = runs(~np.roll(opened, -first))  # begins open: no stretch crosses the end
    share = np.roll(seen.sum(axis=0) / np.maximum(np.repeat(known, len(opened) // WEEKDAYS), 1), -first)
    likely = np.minimum(_beside(share, begin, length, max(BESIDE // cell, 4)), SURE)
    weight, elsewhere = _weights(opened, known)
    cuts, whole = _parts(begin, length, np.roll(elsewhere, -first), first, max(SHORT // cell, 1))
    evidence = np.append(0, np.cumsum(np.roll(weight, -first)))
    idle = np.append(0, np.cumsum(np.roll(np.repeat(known == 0, len(opened) // WEEKDAYS), -first)))
    there = np.append(
        0, np.cumsum(np.roll(np.where(elsewhere, seen.sum(axis=0), _of_all_days(seen & ~opened)), -first))
    )
    start, stop = cuts
    asked = evidence[stop] - evidence[start]
    stray = (there[stop] - there[start]) / asked
    needed = np.where(np.roll(elsewhere, -first)[start], OF_ONE_DAY, CHANCE)
    closed = asked * -np.log1p(-likely[whole]) >= needed
    closed &= stray <= np.where((stop - start) * cell < SHORT, *STRAY)
    return np.roll(_joined(np.roll(opened, -first), start, stop, ~closed & (idle[stop] == idle[start])), first)


def _joined(opened: Mask, start: Int, stop: Int, doubtful: Mask) -> Mask:
    """Open cells, and the doubtful parts that touch them or one another up to them."""
    joined = np.append(opened, True)
    parts = [(start[at], stop[at]) for at in np.flatnonzero(doubtful).tolist()]
    for low, high in parts:
        joined[low:high] |= joined[low - 1]
    for low, high in reversed(parts):
        joined[low:high] |= joined[high]
    return joined[:-1]


def _weights(opened: Mask, known: Int) -> tuple[Int, Mask]:
    """How many dates speak for each closed cell, and whether it is open on most other days.

    Where it is, those of its own weekday alone; else those of every weekday on which the cell is closed.
    """
    of_day = opened.reshape(WEEKDAYS, -1)
    own = np.repeat(known[:, None], of_day.shape[1], axis=1)
    elsewhere = np.broadcast_to(of_day.sum(axis=0) * 2 > of_day.any(axis=1).sum(), of_day.shape) & ~of_day
    pooled = np.broadcast_to(np.where(of_day, 0, own).sum(axis=0), of_day.shape)
    return np.maximum(np.where(elsewhere, own, pooled), 1).ravel(), elsewhere.ravel()


def _parts(begin: Int, length: Int, elsewhere: Mask, turn: int, half_hour: int) -> tuple[tuple[Int, Int], Int]:
    """Closed stretches cut where other days open or close, and at the first and last half hour within.

    Markets open and close at round times: what is missing up to one may be the thinness of the first minutes.

    Returns:
        first cell and end of each part, and the stretch to which it belongs.
    """
    end = begin + length
    changes = np.flatnonzero(elsewhere[1:] != elsewhere[:-1]) + 1
    rounded = [-(-(begin + turn) // half_hour) * half_hour - turn, (end + turn) // half_hour * half_hour - turn]
    of_stretch = np.searchsorted(begin, changes, side="right") - 1
    inside = (of_stretch >= 0) & (changes < end[of_stretch])
    edges = np.sort(np.concatenate([begin, *(np.clip(each, begin, end) for each in rounded), changes[inside], end]))
    start, stop = edges[:-1], edges[1:]
    stretch = np.searchsorted(begin, start, side="right") - 1
    real = (stop > start) & (start < end[stretch])
    return (start[real], stop[real]), stretch[real]


def _of_all_days(seen: Mask) -> Int:
    """Bars at the time of day of each cell, on all days."""
    return np.asarray(np.tile(seen.sum(axis=0).reshape(WEEKDAYS, -1).sum(axis=0), WEEKDAYS))


def _beside(share: Float, begin: Int, length: Int, reach: int) -> Float:
    """The mean share of cells with a bar beside each stretch, on the side that is the thinner one."""
    count = len(share)
    total = np.append(0, np.cumsum(np.concatenate([share, share, share])))
    left, right = begin + count, begin + length + count
    before, after = (total[left] - total[left - reach]) / reach, (total[right + reach] - total[right]) / reach
    return np.asarray(np.minimum(before, after))
