"""Where bars stand against the sessions, as they are and as a constant offset would displace them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.model import HOUR, Int, Slots

FARTHEST = 14 * HOUR
ROOM = 2 * FARTHEST  # of sessions around the bars that have to be known


@dataclass(frozen=True, eq=False)
class Stretches:
    """Unbroken rows of slots as stamps `[opens, closes)`, ascending and apart; neighbours without a break are one.

    Attributes:
        step: microseconds between slots.
    """

    opens: Int
    closes: Int
    step: int

    def __len__(self) -> int:
        return len(self.opens)

    def with_prints(self) -> Stretches:
        """The same with one slot more at each close, where there is room for a closing print."""
        room = np.append(self.opens[1:], self.closes[-1:])
        return Stretches(self.opens, np.minimum(self.closes + self.step, room), self.step)

    def moved(self, offset: Int) -> Stretches:
        """Each stretch at another time."""
        return Stretches(self.opens + offset, self.closes + offset, self.step)

    def before(self, instants: Int) -> Int:
        """Slots of the stretches before each instant."""
        lengths = self.closes - self.opens
        total = np.append(0, np.cumsum(lengths))
        at = np.searchsorted(self.opens, instants, side="right") - 1
        known = np.maximum(at, 0)
        within = np.minimum(instants - self.opens[known], lengths[known])
        return np.where(at < 0, 0, (total[known] + within) // self.step)


def stretches(slots: Slots, first: int, last: int) -> Stretches:
    """The stretches around two instants and between them."""
    begin = max(int(np.searchsorted(slots.first, first - ROOM)) - 2, 0)
    stop = int(np.searchsorted(slots.first, last + ROOM, side="right")) + 2
    opens = slots.first[begin:stop]
    closes = opens + np.diff(slots.before[begin : begin + len(opens) + 1]) * slots.interval
    apart = np.flatnonzero(opens[1:] > closes[:-1])
    index = np.append(0, apart + 1)[: len(opens)]
    return Stretches(opens[index], closes[np.append(apart, len(opens) - 1)[: len(index)]], slots.interval)


@dataclass(frozen=True, eq=False)
class Fit:
    """How bars fit stretches displaced by one offset.

    Attributes:
        lack, lack_room: bars and slots of each stretch that the displaced stretches do not cover: empty if displaced.
        out, out_room: bars and slots between each stretch and the next that they do cover: filled if displaced.
        odd: bars between stretches that neither explains.
        image: bars where each stretch would be.
        own: bars where it is.
    """

    lack: Int
    lack_room: Int
    out: Int
    out_room: Int
    odd: Int
    image: Int
    own: Int


def fit(stamps: Int, known: Stretches, offset: Int) -> Fit:
    """The fit of ascending stamps, counted between the first and the last of them alone.

    Args:
        offset: microseconds, of each stretch.
    """
    low, high = int(stamps[0]), int(stamps[-1]) + known.step
    opens, closes = np.clip(known.opens, low, high), np.clip(known.closes, low, high)
    cover = (known.with_prints() if np.abs(offset).max() > known.step else known).moved(offset)
    starts, ends = np.searchsorted(stamps, cover.opens), np.searchsorted(stamps, cover.closes)
    own_starts, own_ends = np.searchsorted(stamps, opens), np.searchsorted(stamps, closes)
    own, gap = own_ends - own_starts, own_starts[1:] - own_ends[:-1]
    bars_open, bars_close = (_covered(stamps, cover, bound, starts, ends) for bound in (opens, closes))
    room_open, room_close = cover.before(opens), cover.before(closes)
    out = bars_open[1:] - bars_close[:-1]
    return Fit(
        lack=own - (bars_close - bars_open),
        lack_room=np.maximum((closes - opens) // known.step - (room_close - room_open), 0),
        out=np.append(out, 0),
        out_room=np.append(room_open[1:] - room_close[:-1], 0),
        odd=np.append(gap - out, 0),
        image=ends - starts,
        own=own,
    )


def _covered(stamps: Int, known: Stretches, bounds: Int, starts: Int, ends: Int) -> Int:
    """Bars before each bound that lie in a stretch, of which the first rows and those after the last are known."""
    total = np.append(0, np.cumsum(ends - starts))
    at = np.searchsorted(known.opens, bounds, side="right") - 1
    near = np.maximum(at, 0)
    within = np.searchsorted(stamps, np.minimum(bounds, known.closes[near])) - starts[near]
    return np.where(at < 0, 0, total[near] + within)
