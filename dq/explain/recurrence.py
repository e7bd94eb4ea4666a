"""Bars that are missing at the same time of every session: a fault of whoever asks for them, unless it is a break."""

from __future__ import annotations

import numpy as np

from dq.explain.presence import Presence
from dq.model import Float, Int, Mask, Slots, Suspects, concatenated

NEARLY_ALL = 0.8  # of the sessions that are known
ENOUGH = 5  # sessions; of one weekday three are enough
ENOUGH_WEEKS = 3
BESIDE = 5  # slots on either side, of which nearly all are there where only a fault can take those between
THERE = 0.9


def recurring(seen: Presence, first: Int, lost: Int, begin: Int, usable: Mask) -> Int:
    """In how many sessions the same slots are missing, the run's own included; 0 where they do not recur.

    A run recurs where nearly all sessions, or nearly all of its own weekday, miss the very same slots, and have nearly
    all of the slots beside them. Where the slots beside are often empty too, the market is quiet at that time.

    Args:
        first, lost: number of the first missing slot of each run, and how many are missing.
        begin, usable: the first of those slots in other sessions, and which of the sessions can say; shape
            (runs, sessions).
    """
    session, offset = seen.place(first)
    length = lost[:, None]
    alike = usable & (seen.between(begin, begin + length) == 0)
    weekday = seen.weekday[seen.place(begin)[0]] == seen.weekday[session][:, None]
    recurs = _nearly_all(alike, usable, ENOUGH) | _nearly_all(alike & weekday, usable & weekday, ENOUGH_WEEKS - 1)
    recurs &= offset + lost <= seen.length(session)
    at = np.flatnonzero(recurs)
    recurs[at] = _beside(seen, begin[at], length[at], alike[at]) >= THERE
    return np.where(recurs, alike.sum(axis=1) + 1, 0)


def _nearly_all(alike: Mask, usable: Mask, enough: int) -> Mask:
    count = usable.sum(axis=1)
    return np.asarray((count >= enough) & (alike.sum(axis=1) >= NEARLY_ALL * count))


def _beside(seen: Presence, begin: Int, length: Int, alike: Mask) -> Float:
    """Share of the slots beside the run, in sessions that miss it too, that hold a bar; slots of other sessions left out."""
    session, _ = seen.place(begin)
    low = np.maximum(begin - BESIDE, seen.before[session])
    high = np.minimum(begin + length + BESIDE, seen.before[session + 1])
    held = seen.between(low, begin) + seen.between(begin + length, high)
    wide = (begin - low) + np.maximum(high - begin - length, 0)
    total = np.where(alike, wide, 0).sum(axis=1)
    return np.asarray(np.where(alike, held, 0).sum(axis=1) / np.maximum(total, 1))


def _filled(filled: Int, begin: Int) -> Int:
    """How many slots of each group the reference has; -1 where it says nothing of any."""
    known = np.add.reduceat(np.maximum(filled, 0), begin)
    return np.where(np.maximum.reduceat(filled, begin) < 0, -1, known)


def told_once(runs: Suspects, sessions: Int, slots: Slots) -> Suspects:
    """Runs that recur become one per place in the session: the first to the last of them, with all their slots.

    Args:
        sessions: in how many sessions each run's slots are missing; 0 for those that do not recur.
    """
    again = np.flatnonzero(sessions)
    if len(again) == 0:
        return runs
    first = slots.number(runs["start"][again])
    offset = first - slots.before[np.searchsorted(slots.before, first, side="right") - 1]
    order = np.lexsort((first, runs["count"][again], offset))
    again, offset = again[order], offset[order]
    count = runs["count"][again]
    begin = np.flatnonzero(np.append(True, (np.diff(offset) != 0) | (np.diff(count) != 0)))
    last = np.append(begin[1:], len(again)) - 1
    one = runs.take(again[begin]).with_column("end", runs["end"][again[last]])
    one = one.with_column("observed", np.maximum(np.maximum.reduceat(sessions[again], begin), last - begin + 1))
    one = one.with_column("count", np.add.reduceat(count, begin))
    if "filled" in runs.given:
        one = one.with_column("filled", _filled(runs["filled"][again], begin))
    told = concatenated([runs.take(sessions == 0), one])
    return told.take(np.argsort(told["start"], kind="stable"))
