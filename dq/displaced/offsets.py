"""Which offsets the bars outside their sessions speak of."""

from __future__ import annotations

import numpy as np

from dq.displaced.stretches import FARTHEST, Stretches
from dq.displaced.zones import NOWHERE, ZONES, zone_of
from dq.kernels import distinct
from dq.model import HOUR, MINUTE, Int, Mask, Slots

GRAIN = 15 * MINUTE  # every zone's offset is a multiple of it
MOST = 12  # offsets that are tried
ASKED = 100  # gaps that are looked at
FEW = 0.2  # share of bars at the end of a session that is lacking there
PRINTS = 0.25  # share of sessions with one bar stamped at the close, from which on that is the custom


def any_between(stamps: Int, slots: Slots) -> bool:
    """Whether any of the ascending stamps lies between two rows of slots."""
    begin, stop = np.searchsorted(slots.first, [stamps[0], stamps[-1]], side="right").tolist()
    begin, stop = max(begin - 1, 0), stop + 1
    opens = slots.first[begin:stop]
    ends = opens + np.diff(slots.before[begin : begin + 1 + len(opens)]) * slots.interval
    return bool((np.searchsorted(stamps, opens[1:]) > np.searchsorted(stamps, ends[:-1])).any())


def gaps_with_bars(stamps: Int, known: Stretches) -> Int:
    """Positions of the stretches that bars follow before the next one opens; customary closing prints left aside."""
    if len(known) < 2:
        return np.zeros(0, np.int64)
    first, stop = np.searchsorted(stamps, known.closes[:-1]), np.searchsorted(stamps, known.opens[1:])
    count = stop - first
    at_close = (count == 1) & (stamps[np.minimum(first, len(stamps) - 1)] == known.closes[:-1])
    traded = (known.opens[:-1] >= stamps[0]) & (known.closes[:-1] <= stamps[-1])
    if at_close.sum() > PRINTS * max(int(traded.sum()), 1) and known.step < HOUR:
        count = np.where(at_close, 0, count)
    return np.flatnonzero(count > 0)


def likely_offsets(stamps: Int, known: Stretches, gaps: Int) -> list[int]:
    """The offsets, in microseconds, that most gaps with bars suggest; those of whole hours first among equals."""
    if len(gaps) > ASKED:  # a few displaced sessions must not be lost among many with late trades
        gaps = np.sort(np.concatenate([_some(gaps[_torn(stamps, known, gaps)]), _some(gaps)]))
    votes = np.concatenate([_suggested(stamps, known, gap) for gap in gaps.tolist()] or [np.zeros(0, np.int64)])
    offsets, counts = distinct(votes)
    order = np.lexsort((np.abs(offsets), offsets % HOUR != 0, -counts))
    return [int(offset) for offset in offsets[order][:MOST]]


def by_clocks(known: Stretches, gaps: Int, zone: str) -> list[Int]:
    """The offset of each stretch if the time that clocks show in a zone were stored as UTC: one array, or none.

    None where no bars lie outside the sessions, and where clocks are not set or show UTC: that is a constant offset.
    """
    place = zone_of(zone)
    if len(gaps) == 0 or place == NOWHERE:
        return []
    offsets = ZONES[place].offset(known.opens)
    return [offsets] if (offsets != offsets[0]).any() else []


def _some(gaps: Int) -> Int:
    """As many of the gaps as are asked, spread over all of them."""
    return np.asarray(gaps[np.linspace(0, len(gaps) - 1, min(len(gaps), ASKED)).astype(np.int64)])


def _torn(stamps: Int, known: Stretches, gaps: Int) -> Mask:
    """Whether the session before each gap begins late, or the one after it ends early: both as displaced ones do."""
    late = max(known.step, GRAIN)
    first = np.searchsorted(stamps, known.opens[gaps])  # no further than the bars in the gap
    last = np.searchsorted(stamps, known.closes[gaps + 1]) - 1
    begins_late = stamps[first] - known.opens[gaps] >= late
    return np.asarray(begins_late | (known.closes[gaps + 1] - stamps[last] >= late + known.step))


def _suggested(stamps: Int, known: Stretches, gap: int) -> Int:
    """Offsets that would bring the bars of one gap, or the longest pause beside it, to an open or a close."""
    first, stop = np.searchsorted(stamps, [known.closes[gap], known.opens[gap + 1]]).tolist()
    begin, end = stamps[first], stamps[stop - 1] + known.step
    around = known.opens[gap : gap + 2], known.closes[gap : gap + 2]
    near, far = np.searchsorted(stamps, [known.opens[gap], known.closes[gap + 1]]).tolist()
    beside = stamps[near:far]
    if len(beside) > 1:
        pause = int(np.diff(beside).argmax())
        resumed = beside[pause + 1 : pause + 2]
    else:
        resumed = beside[:0]
    votes = np.concatenate([begin - around[0], end - around[1], resumed - known.opens[gap + 1]])
    exact = (votes + GRAIN // 2) // GRAIN * GRAIN
    hours = np.sign(votes) * (-(-np.abs(votes) // HOUR)) * HOUR  # thin edges make an offset look smaller than it is
    votes = np.concatenate([exact, hours])
    votes = votes[(np.abs(votes) <= FARTHEST) & (np.abs(votes) >= known.step) & (votes != 0)]
    return np.asarray(votes[_lacking(stamps, known, gap, votes)])


def _lacking(stamps: Int, known: Stretches, gap: int, offsets: Int) -> Mask:
    """Whether the session that each offset would have moved into the gap lacks bars at its other end."""
    before, after = max(gap - 1, 0), min(gap + 2, len(known) - 1)
    late, at = offsets > 0, np.where(offsets > 0, gap, gap + 1)
    opens, closes = known.opens[at], known.closes[at]
    pause = np.where(late, known.closes[before], known.opens[after]) + offsets
    low = np.where(late, np.maximum(opens, pause if gap > before else opens), np.maximum(closes + offsets, opens))
    high = np.where(late, np.minimum(opens + offsets, closes), np.minimum(closes, pause if after > gap + 1 else closes))
    count = np.searchsorted(stamps, high) - np.searchsorted(stamps, low)
    return np.asarray(count <= np.maximum(FEW * ((high - low) // known.step), 1))
