"""Where bars are missing: every unbroken row of slots without one, with the finding that tells why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dq.model import NO_INSTANT, Finding, Int, Market, OrderedBars
from dq.reports.coverage import HOLES


@dataclass(frozen=True, slots=True)
class Hole:
    """An unbroken row of slots without a bar.

    Attributes:
        start, end: microseconds UTC, its first and last slot.
        count: slots.
        at: position of the finding that speaks of it, among those that were given.
    """

    start: int
    end: int
    count: int
    at: int


def holes(
    bars: OrderedBars, market: Market | None, findings: Sequence[Finding], first: int, last: int
) -> tuple[Hole, ...]:
    """The holes that findings speak of between two instants, both included, in order of time.

    Of two findings around one slot the shorter tells of it. Without a market, a finding is one hole.
    """
    told = [at for at, one in enumerate(findings) if one.check in HOLES and one.start != NO_INSTANT]
    near = [at for at in told if findings[at].start <= last and findings[at].end >= first]
    if market is None or not len(market.slots):
        found = [Hole(findings[at].start, findings[at].end, findings[at].count, at) for at in near]
    else:
        found = _by_slot(bars, market, findings, near, first, last)
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def _by_slot(
    bars: OrderedBars, market: Market, findings: Sequence[Finding], near: Sequence[int], first: int, last: int
) -> list[Hole]:
    begin, stop = market.slots.number(np.array([first, last])).tolist()
    begin, stop = max(begin, 0), max(stop, -1) + 1
    owner = np.full(max(stop - begin, 0), -1, np.int64)
    near = sorted(near, key=lambda at: findings[at].start - findings[at].end)  # the longest first
    spans = np.array([(findings[at].start, findings[at].end) for at in near], np.int64).reshape(-1)
    for at, (one, two) in zip(near, market.slots.number(spans).reshape(-1, 2).tolist(), strict=True):
        owner[max(one - begin, 0) : max(two - begin + 1, 0)] = at
    rows = bars.timestamp[np.searchsorted(bars.timestamp, first - market.series.interval) :]
    held, present = market.slots.numbered(rows[: np.searchsorted(rows, last, side="right")])
    owner[held[present & (held >= begin) & (held < stop)] - begin] = -1
    return _rows_of(owner, begin, market)


def _rows_of(owner: Int, begin: int, market: Market) -> list[Hole]:
    """One hole for each row of equal owners."""
    if not len(owner):
        return []
    edges = np.flatnonzero(np.diff(owner, prepend=-2, append=-2))
    first, stop = edges[:-1], edges[1:]
    kept = owner[first] >= 0
    first, stop = first[kept], stop[kept]
    starts, ends = market.slots.timestamps(first + begin), market.slots.timestamps(stop - 1 + begin)
    columns = (starts.tolist(), ends.tolist(), (stop - first).tolist(), owner[first].tolist())
    return [Hole(*values) for values in zip(*columns, strict=True)]
