"""Whether nobody traded: what a series' own recent sessions, and the bars around, say of a run of missing slots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.explain.activity import Surroundings, look_around
from dq.explain.presence import SESSIONS, Presence
from dq.explain.recurrence import recurring
from dq.model import MINUTE, Float, Int, Mask, OrderedBars, Slots

__all__ = ["SESSIONS", "Quiet", "judge_quiet"]

ENOUGH = 5  # sessions that can say what is usual
ROOM = 2  # slots by which a habit may move from session to session
PLAUSIBLE = 1e-3
HABITUAL = 2  # sessions make a habit; one alone may have been a fault
AS_LIVELY = 0.8  # of the bars around the run, which a session needs to be compared with
SHORT = 2  # slots; longer runs need sessions that miss some slot there too
CHANCE = 0.5  # share of the runs in such a place that may be a loss at random
# Shares of such slots with a bar: from the first on the bars around count in full against a habit; below the second,
# since nobody loses so many for weeks, the habit decides alone.
FULL, THIN = 0.9, 0.6
BLOCK = 16_384  # runs that are judged at once, so that twenty sessions of each stay in the cache
PAUSE, PAUSE_SLOTS = 25 * MINUTE, 3  # what recurs and is that long is a break of the market, not a collector's fault


@dataclass(frozen=True, eq=False)
class Quiet:
    """The judgement on runs of missing slots, one entry per run.

    Attributes:
        quiet: they are plausible as slots without a trade.
        known: enough sessions can say so or deny it.
        sessions: in how many sessions the very same slots are missing, where that is a fault that recurs; else 0.
    """

    quiet: Mask
    known: Mask
    sessions: Int


@dataclass(frozen=True, eq=False)
class _Elsewhere:
    """The same slots in other sessions: one row per run, one column per session.

    Attributes:
        begin, stop: numbers of the slots there, half-open.
        usable: the session reaches that far, lies whole within what is known and does not touch the run.
        room: slots on either side that belong to the same habit; one per run, as a column.
    """

    begin: Int
    stop: Int
    usable: Mask
    room: Int


def judge_quiet(stamps: Int, slots: Slots, first: Int, lost: Int, bars: OrderedBars | None = None) -> Quiet:
    """Whether runs of missing slots are plausible as slots without a trade.

    A habit speaks for it (see `_habit`), and the bars around must not speak against it: where bars are missing among
    lively bars as often as among calm ones, or where hardly any bar nearby has the one price of a single trade, they
    are lost. Without a habit, calm surroundings in which runs as long are familiar are enough. A short run in the
    very same slots of nearly every session, whose neighbours are always there, is a fault that recurs.

    Args:
        stamps: ascending timestamps of the series, 20 sessions back where they are known.
        first, lost: number of the first missing slot of each run, and how many are missing.
        bars: bars around the runs; None where only timestamps are known.
    """
    if len(first) == 0 or len(stamps) == 0:
        nobody = np.zeros(len(first), np.bool_)
        return Quiet(nobody, nobody, nobody.astype(np.int64))
    seen = Presence.of(stamps, slots)
    blocks = [slice(start, start + BLOCK) for start in range(0, len(first), BLOCK)]
    told = [_sessions_say(seen, first[block], lost[block]) for block in blocks]
    habit, habitual, share, known, sessions = (np.concatenate(each) for each in zip(*told, strict=True))
    pause = (lost * slots.interval >= PAUSE) & (lost >= PAUSE_SLOTS)
    around = Surroundings.nothing(len(first))
    if bars is not None:
        around = look_around(bars, slots, first, lost, apart=first[sessions > 0])
    familiar = around.familiar & (around.lost < CHANCE / 2) & (habitual | (lost <= SHORT))
    doubt = np.clip((share - THIN) / (FULL - THIN), 0.0, 1.0)  # how much the bars around may say against a habit
    calm = (around.lost * doubt < CHANCE) & (habit | familiar)
    quiet = np.where(sessions > 0, pause, np.where(around.known, calm, habit))
    return Quiet(quiet, known, np.where(pause, 0, sessions))


def _sessions_say(seen: Presence, first: Int, lost: Int) -> tuple[Mask, Mask, Float, Mask, Int]:
    """Of each run: what `_habit` says, whether enough sessions are known, in how many the run recurs."""
    there = _elsewhere(seen, first, lost)
    known = there.usable.sum(axis=1) >= ENOUGH
    return *_habit(seen, there, first, lost), known, recurring(seen, first, lost, there.begin, there.usable)


def _elsewhere(seen: Presence, first: Int, lost: Int) -> _Elsewhere:
    session, offset = seen.place(first)
    length = np.minimum(lost, seen.length(session) - offset)  # of a run across a close, habits before it decide
    room = np.where(seen.length(session) > 1, ROOM, 0)[:, None]  # a daily bar has no neighbours in its own day
    others, usable = seen.others(session, offset)
    begin = seen.before[others] + offset[:, None]
    stop = begin + length[:, None]
    usable &= (begin - room >= seen.first) & (stop + room <= seen.stop)  # sessions cut by the edge of the bars
    usable &= (stop + room <= first[:, None]) | (begin - room >= (first + lost)[:, None])  # the run itself
    return _Elsewhere(begin, stop, usable, room)


def _habit(seen: Presence, there: _Elsewhere, first: Int, lost: Int) -> tuple[Mask, Mask, Float]:
    """Whether those slots are empty by habit, whether some slot there is empty in several sessions at all, and p.

    p is the share of up to 20 sessions nearby (before it where there are as many, else after it too) that have a bar
    in those slots. Minutes are not independent, so p is scaled by how lively this session is around the run, but
    never below the quietest of those sessions: a collector that drops every fifth bar is not a quiet market.
    A run of n slots is quiet where (1 - p)^n is above 0.001 and two of the sessions miss some slot there too, or
    where two sessions as lively miss the very same slots.
    """
    begin, stop, usable, room = there.begin, there.stop, there.usable, there.room
    nearby, wide = seen.between(begin - room, stop + room), stop - begin + 2 * room
    share = _sum(nearby, usable) / np.maximum(usable.sum(axis=1) * wide[:, 0], 1)
    length = (stop - begin)[:, 0]
    here, around = seen.around(first, length), seen.around(begin, length[:, None])
    quietest = np.where(usable, around, np.iinfo(np.int64).max).min(axis=1, initial=np.iinfo(np.int64).max)
    usual = _sum(around, usable) / np.maximum(usable.sum(axis=1), 1)
    lively = np.maximum(here, quietest) / np.maximum(usual, 1)
    plausible = (1 - np.minimum(share * lively, 1)) ** lost > PLAUSIBLE
    habitual = ((nearby < wide) & usable).sum(axis=1) >= HABITUAL
    alike = usable & (seen.between(begin, stop) == 0) & (around >= AS_LIVELY * here[:, None])
    within_session = length == lost  # the same slots cannot be missed by others beyond their close
    return (plausible & habitual) | ((alike.sum(axis=1) >= HABITUAL) & within_session), habitual, share


def _sum(counts: Int, usable: Mask) -> Int:
    return np.asarray(np.where(usable, counts, 0).sum(axis=1))
