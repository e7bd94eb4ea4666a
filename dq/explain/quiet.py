"""Whether nobody traded: what a series' own recent sessions say of a run of missing slots."""

from __future__ import annotations

import numpy as np

from dq.model import Float, Int, Mask, Slots

SESSIONS = 20  # the recent ones that say what is usual
ENOUGH = 5
AROUND = 30  # slots on either side of a run that say how lively its own session is
ROOM = 2  # slots by which a habit may move from session to session
PLAUSIBLE = 1e-3
HABITUAL = 2  # sessions make a habit; one alone may have been a fault


def judge_quiet(stamps: Int, slots: Slots, first: Int, lost: Int) -> tuple[Mask, Mask]:
    """Whether runs of missing slots are plausible as slots without a trade.

    p is the share of up to 20 sessions nearby (before it where there are as many, else after it too) that have a bar
    in those slots. Minutes are not independent, so p is scaled by how lively this session is around the run, but
    never below the quietest of those sessions: a collector that drops every fifth bar is not a quiet market.
    A run of n slots is quiet where (1 - p)^n is above 0.001 and two of the sessions miss some slot there too, or
    where two of them miss the very same slots.

    Args:
        stamps: ascending timestamps of the series, 20 sessions back where they are known.
        first, lost: number of the first missing slot of each run, and how many are missing.

    Returns:
        quiet and known, one per run; not known where fewer than 5 sessions can say.
    """
    if len(first) == 0 or len(stamps) == 0:
        return np.zeros(len(first), np.bool_), np.zeros(len(first), np.bool_)
    bars = _Presence.of(stamps, slots)
    session, offset = bars.place(first)
    length = np.minimum(lost, bars.length(session) - offset)  # of a run across a close, habits before it decide
    room = np.where(bars.length(session) > 1, ROOM, 0)[:, None]  # a daily bar has no neighbours in its own day
    others, usable = bars.others(session, offset)
    begin = bars.before[others] + offset[:, None]
    stop = begin + length[:, None]
    usable &= (begin - room >= bars.first) & (stop + room <= bars.stop)  # sessions cut by the edge of the bars
    usable &= (stop + room <= first[:, None]) | (begin - room >= (first + lost)[:, None])  # the run itself
    count = usable.sum(axis=1)
    nearby, wide = bars.between(begin - room, stop + room), stop - begin + 2 * room
    share = _sum(nearby, usable) / np.maximum(count * wide[:, 0], 1)
    lively = _liveliness(bars, first, length, begin, usable)
    plausible = (1 - np.minimum(share * lively, 1)) ** lost > PLAUSIBLE
    habitual = ((nearby < wide) & usable).sum(axis=1) >= HABITUAL
    missed_alike = ((bars.between(begin, stop) == 0) & usable).sum(axis=1) >= HABITUAL
    within_session = length == lost  # the same slots cannot be missed by others beyond their close
    return (plausible & habitual) | (missed_alike & within_session), count >= ENOUGH


def _liveliness(bars: _Presence, first: Int, length: Int, begin: Int, usable: Mask) -> Float:
    """Bars around the run ÷ bars around the same slots in other sessions, between their quietest and 1."""
    here = bars.around(first, length)
    there = np.where(usable, bars.around(begin, length[:, None]), 0)
    usual = _sum(there, usable) / np.maximum(usable.sum(axis=1), 1)
    quietest = np.where(usable, there, np.iinfo(np.int64).max).min(axis=1, initial=np.iinfo(np.int64).max)
    return np.asarray(np.minimum(np.maximum(here, quietest) / np.maximum(usual, 1), 1.0))


def _sum(counts: Int, usable: Mask) -> Int:
    return np.asarray(np.where(usable, counts, 0).sum(axis=1))


class _Presence:
    """Which slots hold a bar, as a running count."""

    def __init__(self, counts: Int, before: Int, first: int, stop: int) -> None:
        self.counts = counts  # bars in the slots before each number
        self.before = before  # slots before each session
        self.first, self.stop = first, stop  # the slots that the bars span, half-open

    @classmethod
    def of(cls, stamps: Int, slots: Slots) -> _Presence:
        numbers = slots.number(stamps)
        numbers = numbers[slots.holds(stamps, numbers)]
        counts = np.zeros(len(slots) + 1, np.int64)
        counts[numbers + 1] = 1
        first, last = (int(numbers[0]), int(numbers[-1])) if len(numbers) else (0, -1)
        return cls(np.cumsum(counts), slots.before, first, last + 1)

    def place(self, numbers: Int) -> tuple[Int, Int]:
        """Session of each slot, and its place within."""
        session = np.searchsorted(self.before, numbers, side="right") - 1
        return session, numbers - self.before[session]

    def length(self, session: Int) -> Int:
        return np.asarray(self.before[session + 1] - self.before[session])

    def others(self, session: Int, offset: Int) -> tuple[Int, Mask]:
        """Up to 20 sessions near each one, itself left out, and whether they reach that far into the day."""
        first, last = np.searchsorted(self.before, [self.first, self.stop - 1], side="right") - 1
        start = np.maximum(np.minimum(session - SESSIONS, last - SESSIONS), first)
        others = start[:, None] + np.arange(SESSIONS + 1)
        known = (others <= last) & (others != session[:, None])
        others = np.clip(others, 0, len(self.before) - 2)
        return others, known & (self.length(others) > offset[:, None])

    def between(self, start: Int, stop: Int) -> Int:
        """Bars in the slots from `start` up to `stop`."""
        top = len(self.counts) - 1
        return np.asarray(self.counts[np.clip(stop, 0, top)] - self.counts[np.clip(start, 0, top)])

    def around(self, first: Int, length: Int) -> Int:
        """Bars in the 30 slots on either side of a run."""
        return self.between(first - AROUND, first) + self.between(first + length, first + length + AROUND)
