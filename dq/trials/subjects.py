"""Subjects: the series that defects are put into, read once, and what dq says of them as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from dq.faults import Ground
from dq.faults.rows import permuted
from dq.model import SECOND, Bars, Int, Mask
from dq.run.asked import Asked
from dq.run.cases import Case, open_case
from dq.run.fetch import Fetched, fetch
from dq.run.judge import Judged, judge_all
from dq.sources import Source

FEWEST = 60  # bars that a window gets that is not the one that was asked for
NEAR = 2  # bars around a finding in which no defect would be the only one
SPARSE = 10  # rows beyond twice its bars, from which on a finding says too little of its stretch to mark all of it


@dataclass(frozen=True, eq=False)
class Subject:
    """One series.

    Attributes:
        fetched: its bars in order of time, and when to look.
        case: what is asked of them, as they are.
        profile: timestamps of its last sessions, ascending; those of the bars where all of them were read.
        rested: it had no bar in the window that was asked for, so that its last trading before is looked at.
    """

    fetched: Fetched
    case: Case
    profile: Int
    asked: Asked
    rested: bool = False

    @property
    def bars(self) -> Bars:
        return self.fetched.rows.bars

    @cached_property
    def plain(self) -> Judged:
        """What dq says of the bars as they are."""
        return self._judged(self.case, self.profile)

    @cached_property
    def ground(self) -> Ground:
        return Ground(self.bars, self.case.market, self._marked())

    def judged(self, spoiled: Bars) -> Judged:
        """What dq says of the series with other bars, all that it learns from bars learned anew."""
        rows = replace(self.fetched.rows, bars=spoiled)
        return self._judged(open_case(replace(self.fetched, rows=rows), self.asked), self._profile_of(spoiled))

    def _judged(self, case: Case, profile: Int) -> Judged:
        return judge_all([case], lambda positions: [profile for _ in positions])[0]

    def _profile_of(self, spoiled: Bars) -> Int:
        """The timestamps of the last sessions, as the source would give them with those bars in it."""
        if self.fetched.look.whole:
            return spoiled.ordered.timestamp
        before, after = self.bars.timestamp, spoiled.timestamp
        left = self.profile[np.isin(self.profile, before[np.isin(before, after, invert=True)], invert=True)]
        return np.sort(np.concatenate([left, after[np.isin(after, before, invert=True)]]))

    def _marked(self) -> Mask:
        """Rows at and beside what was found in the bars as they are; what speaks of the whole window marks nothing."""
        stamps, step = self.bars.timestamp, NEAR * self.case.market.series.interval
        marked = np.zeros(len(stamps), np.bool_)
        for one in self.plain.findings:
            inside = slice(*np.searchsorted(stamps, [one.start, one.end + 1]).tolist())
            sparse = inside.stop - inside.start > 2 * one.count + SPARSE
            if not sparse and 2 * one.count < max(len(stamps), SPARSE):
                marked[slice(*np.searchsorted(stamps, [one.start - step, one.end + step + 1]).tolist())] = True
        return marked


def roused(source: Source, fetched: Sequence[Fetched], asked: Asked) -> Iterator[tuple[Fetched, bool]]:
    """Every series with its bars in order of time, and whether it rested in the window that was asked for.

    A series without a bar in the window is read again, as if it had been asked for when its last bar fell due.
    """
    rested: dict[tuple[int, int], list[str]] = {}
    for one in fetched:
        end = _last_due(one, asked)
        if end is None:
            yield _in_order(one), False
        else:
            length = max(one.look.window.end - one.look.window.start, FEWEST * one.series.interval)
            rested.setdefault((end, length), []).append(one.series.instrument)
    for (end, length), names in rested.items():
        earlier = replace(asked, at=end, window=length, begin=None, end=None, instruments=tuple(names))
        yield from ((_in_order(one), True) for one in fetch(source, earlier) if isinstance(one, Fetched))


def _last_due(fetched: Fetched, asked: Asked) -> int | None:
    """The instant just after the last bar of a series fell due; None where it has bars in the window."""
    market, stamps = open_case(fetched, asked).market, fetched.rows.bars.timestamp
    past = np.sort(stamps[stamps <= market.as_of])
    if len(past) == 0 or market.owns(past).any():
        return None
    number = market.slots.number(past[-1:])
    if market.slots.holds(past[-1:], number)[0]:
        return int(market.slots.due_at(number)[0]) + SECOND
    return int(past[-1]) + fetched.series.interval + SECOND


def _in_order(fetched: Fetched) -> Fetched:
    return replace(fetched, rows=replace(fetched.rows, bars=in_time(fetched.rows.bars)))


def in_time(bars: Bars) -> Bars:
    """The rows in order of time; rows of one instant keep theirs."""
    if len(bars) < 2 or bool((bars.steps >= 0).all()):
        return bars
    return permuted(bars, np.argsort(bars.timestamp, kind="stable"))


def spread(fetched: Sequence[Fetched], most: int) -> Iterator[Fetched]:
    """At most so many series, of every calendar as many, and of each calendar from its first to its last."""
    by_calendar: dict[tuple[str, int], list[Fetched]] = {}
    for one in fetched:
        by_calendar.setdefault((one.series.calendar, one.series.interval), []).append(one)
    share = -(-most // max(len(by_calendar), 1))
    chosen = [alike[at * len(alike) // share] for alike in by_calendar.values() for at in range(min(share, len(alike)))]
    yield from fetched if len(fetched) <= most else chosen[:most]
