"""How strongly the edges of sessions say that bars are displaced, and by how much: odds, and the likeliest story."""

from __future__ import annotations

import numpy as np

from dq.displaced.stretches import Fit, Stretches, fit
from dq.kernels import Float, Int, Mask
from dq.model import HOUR

CHANCE = 0.002  # of a bar where none should be
PRESENT = 0.95  # the most that a bar is trusted to be there
OBSERVED = 12  # slots of an edge that count: neighbouring minutes are not independent
SWITCH = 8.0  # odds that it takes to believe that an offset begins or ends
SILENCE = 6.0  # what emptiness says at most, for an offset or against it: half days and holes look so too
ODD = 1.5  # odds against an offset for each bar that it does not explain
DOUBT = 0.25  # share of all sessions that those at their right place are taken to be short of, without any habit
DENIED = 10.0  # what bars outside count for at most where the session that they would belong to denies it as strongly
FAR = 0.05  # odds against each hour of an offset: eleven hours late rather than thirteen early
FRACTION = 1.5  # odds against an offset that is not of whole hours
KNOWN = 0.25  # of the overall share of present bars, below which an edge says nothing of what is usual


def odds(stamps: Int, known: Stretches, offset: Int) -> Float:
    """Logarithmic odds for that offset: of each stretch, and of the gap after it, in turn.

    Args:
        offset: microseconds, of each stretch; all of one sign, or 0.

    Returns:
        float64, two per stretch; 0 where there is nothing to see.
    """
    seen, mirrored = fit(stamps, known, offset), fit(stamps, known, -offset)
    usual, late = _density(known, seen), bool(offset.max() > 0)
    opening, closing = _usual(seen.lack, seen.lack_room, usual), _usual(mirrored.lack, mirrored.lack_room, usual)
    normal = seen.lack > 0.5 * max(opening, usual / 2) * seen.lack_room
    normal &= (offset != 0) & (
        2 * seen.lack_room > seen.lack_room.max()
    )  # those that the first or the last bar cuts say too little
    lack = _odds(seen.lack, seen.lack_room, CHANCE, opening)
    out = _odds(seen.out, seen.out_room, closing, _habit(seen, normal, late=late))
    out = out - ODD * np.minimum(seen.odd, OBSERVED)
    owner = lack if late else np.append(lack[1:], 0.0)
    out = np.where(owner < -DENIED, np.minimum(out, DENIED), out)  # that session is at its right place, or in part
    bare = ((seen.image == 0) & (seen.own == 0)) | (offset == 0)
    owner_bare = bare if late else np.append(bare[1:], True)
    both = np.empty(2 * len(known))
    both[0::2], both[1::2] = np.where(bare, 0.0, lack), np.where(owner_bare, 0.0, out)
    against = FAR * abs(int(offset[0])) / HOUR + (FRACTION if offset[0] % HOUR else 0.0)
    against = against if (offset == offset[0]).all() else 0.0  # the clocks of the market are no matter of chance
    return np.where(both > 0, np.maximum(both - against, FAR), both)


def _odds(bars: Int, room: Int, displaced: float, otherwise: float) -> Float:
    """Odds of so many bars in so many slots under two probabilities of a bar."""
    bars = np.clip(bars, 0, room)
    weight = np.minimum(1.0, OBSERVED / np.maximum(room, 1))
    there, absent = np.log(displaced / otherwise), np.log((1 - displaced) / (1 - otherwise))
    return np.asarray(weight * bars * there + np.clip(weight * (room - bars) * absent, -SILENCE, SILENCE))


def _density(known: Stretches, seen: Fit) -> float:
    """The share of slots with a bar where the bars would be displaced, or where they are: the better of both."""
    slots = (known.closes - known.opens) // known.step
    shares = [bars.sum() / max(int(slots[bars > 0].sum()), 1) for bars in (seen.image, seen.own)]
    return float(max(shares))


def _usual(bars: Int, room: Int, overall: float) -> float:
    """The share of present bars at an edge in most sessions; a little less than the overall one where most have none."""
    seen = room > 0
    shares = np.sort(bars[seen] / room[seen])
    upper = float(shares[len(shares) * 3 // 4]) if len(shares) else 0.0
    return min(max(upper if upper >= KNOWN * overall else 0.8 * overall, 2 * CHANCE), PRESENT)


def _habit(seen: Fit, normal: Mask, *, late: bool) -> float:
    """The share of bars outside the session that sessions at their right place have: closing prints, late trades."""
    beside = normal if late else np.append(normal[1:], False)
    room = seen.out_room[beside].sum() + DOUBT * seen.out_room.sum()  # few such sessions make no habit
    share = int(seen.out[beside].sum()) / max(float(room), 1.0)
    return min(max(share, CHANCE), PRESENT)


def likeliest(scores: Float) -> Int:
    """The story with the highest odds: which offset, if any, each place is displaced by.

    Args:
        scores: float64, shape (offsets, places): odds of each offset at each place.

    Returns:
        int64, one per place: 0 for none, else the number of the offset from 1.
    """
    states, places = len(scores) + 1, scores.shape[1]
    best, came = np.zeros(states), np.zeros((places, states), np.int64)
    stay = np.arange(states)
    for at in range(places):
        top = int(best.argmax())
        moved = best[top] - SWITCH > best
        came[at] = np.where(moved, top, stay)
        best = np.where(moved, best[top] - SWITCH, best)
        best[1:] += scores[:, at]
    story = np.zeros(places, np.int64)
    state = int(best.argmax())
    for at in range(places - 1, -1, -1):
        story[at] = state
        state = int(came[at, state])
    return story
