"""Spans that the edges of sessions give away: bars stick out at one end, and are lacking at the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dq.displaced.evidence import likeliest, odds
from dq.displaced.offsets import by_clocks, gaps_with_bars, likely_offsets
from dq.displaced.stretches import Stretches, stretches
from dq.kernels import Float, Int
from dq.model import DAY, HOUR, OrderedBars, Slots

CERTAIN = 18.0  # odds for a span to be told
LULL = 4 * DAY  # between two spans of one offset, about Christmas
AS_LONG = 0.95  # share of a session that the bars of one displaced session last at least
STICKING_OUT, LACKING = 10.0, 3.0  # odds that either end must give


@dataclass(frozen=True, slots=True)
class Span:
    """Bars displaced by one offset, as rows of the series, half-open.

    Attributes:
        offset: microseconds; positive where stamps are later than they should be; of clocks, at the first bar.
        odds: natural logarithm of the odds for it.
        clocks: whether it is the offset of the market's own clocks, which changes where they are set.
    """

    start: int
    stop: int
    offset: int
    odds: float
    clocks: bool = False


def displaced_spans(bars: OrderedBars, slots: Slots) -> list[Span]:
    """Spans of bars of an hour or less that are displaced against the sessions, by time."""
    stamps = bars.timestamp
    if slots.daily or slots.interval > HOUR or len(stamps) < 2:
        return []
    known = stretches(slots, int(stamps[0]), int(stamps[-1]))
    gaps = gaps_with_bars(stamps, known)
    offsets = [np.full(len(known), offset) for offset in likely_offsets(stamps, known, gaps)]
    return _told(bars, known, [*by_clocks(known, gaps, slots.sessions.zone), *offsets])


def spans_of_days(bars: OrderedBars, slots: Slots) -> list[Span]:
    """Spans of daily bars that bear the date of the day before their session, or of the day after it, by time."""
    stamps = bars.timestamp
    if slots.interval != DAY or len(stamps) < 2 or (stamps % DAY != 0).any() or (slots.first[:1] % DAY != 0).any():
        return []
    known = stretches(slots, int(stamps[0]), int(stamps[-1]))
    return _told(bars, known, [np.full(len(known), offset) for offset in (-DAY, DAY)])


def _told(bars: OrderedBars, known: Stretches, offsets: Sequence[Int]) -> list[Span]:
    """The spans displaced by one of those offsets, one of each stretch, in the likeliest story."""
    stamps = bars.timestamp
    if len(known) < 2 or not offsets:
        return []
    scores = np.array([odds(stamps, known, offset) for offset in offsets])
    if not ((scores[:, 0::2] > 0).any(axis=1) & (scores[:, 1::2] > STICKING_OUT / 4).any(axis=1)).any():
        return []
    story = _whole_sessions(likeliest(scores), np.array([np.zeros(len(known), np.int64), *offsets]))
    edges = np.flatnonzero(np.diff(story, prepend=0, append=0))
    found = []
    for first, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if story[first]:
            offset, own = offsets[story[first] - 1], scores[story[first] - 1]
            span = _span(bars, known, own, first, stop, offset)
            found += [span] if span is not None else []
    return _joined(found, stamps)


def _whole_sessions(story: Int, offsets: Int) -> Int:
    """The same story, in which one offset gives way to another between two sessions and not within one.

    What sticks out lies after a session that is late, and before one that is early.
    """
    story, stretch = story.copy(), np.arange(len(story)) // 2
    now, before = offsets[story[1:], stretch[1:]], offsets[story[:-1], stretch[:-1]]
    even = np.arange(1, len(story)) % 2 == 0
    cut = (story[1:] != story[:-1]) & (((now > 0) & (before > 0) & ~even) | ((now < 0) & (before < 0) & even))
    story[1:][cut] = story[:-1][cut]
    return story


def _joined(spans: Sequence[Span], stamps: Int) -> list[Span]:
    """Spans of one offset with hardly a session between them are one: a half day may look undisplaced."""
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else span
        same = span.offset == last.offset and span.clocks == last.clocks
        if found and same and stamps[span.start] - stamps[last.stop - 1] < LULL:
            found[-1] = replace(last, stop=span.stop, odds=last.odds + span.odds)
        else:
            found.append(span)
    return found


def _span(bars: OrderedBars, known: Stretches, scores: Float, first: int, stop: int, offsets: Int) -> Span | None:
    """The span of the places `first` to `stop`, or None where the edges do not prove one."""
    while stop > first and scores[stop - 1] <= 0:
        stop -= 1
    while first < stop and scores[first] <= 0:
        first += 1
    places = np.arange(first, stop)
    here = scores[first:stop]
    lacking, out = here[places % 2 == 0], here[places % 2 == 1]
    total = float(here.sum())
    proved = total >= CERTAIN and out[out > 0].sum() >= STICKING_OUT and lacking[lacking > 0].sum() >= LACKING
    offset, last = int(offsets[first // 2]), int(offsets[(stop - 1) // 2])
    sessions = slice(first // 2, (stop + 1) // 2)
    if not proved or not _whole_session(scores, first, stop, offset) or _shorter(bars, known, sessions, offsets):
        return None
    begin, end = _begin(bars, known, first, offset), _end(bars, known, stop - 1, last)
    return Span(begin, end, offset, total, bool((offsets != offset).any())) if end > begin else None


def _whole_session(scores: Float, first: int, stop: int, offset: int) -> bool:
    """Whether one session at least shows both: bars that stick out at one end, and lack at the other."""
    positive = scores > 0
    sessions = np.arange(-(-first // 2), (stop + 1) // 2)
    gap = sessions * 2 + (1 if offset > 0 else -1)
    inside = (gap >= first) & (gap < stop)
    return bool((positive[sessions[inside] * 2] & positive[gap[inside]]).any())


def _shorter(bars: OrderedBars, known: Stretches, at: slice, offsets: Int) -> bool:
    """Whether the bars last less than the sessions, wherever those are put: a market with other hours."""
    opens, closes = known.opens[at] + offsets[at], known.closes[at] + offsets[at]
    first, stop = np.searchsorted(bars.timestamp, opens), np.searchsorted(bars.timestamp, closes)
    some = stop > first
    lasts = bars.timestamp[stop[some] - 1] - bars.timestamp[first[some]] + known.step
    return known.step < DAY and not bool((lasts >= AS_LONG * (closes - opens)[some]).any())


def _begin(bars: OrderedBars, known: Stretches, place: int, offset: int) -> int:
    """Row of the first displaced bar, from the first place that shows it."""
    stamps, at = bars.timestamp, place // 2
    opens, closes = int(known.opens[at]), int(known.closes[at])
    if place % 2 == 0 and offset > 0:
        return int(np.searchsorted(stamps, opens))
    if offset < 0:
        before, after = (at, at + 1) if place % 2 else (max(at - 1, 0), at)
        begin = max(int(known.closes[before]) + known.step, int(known.opens[after]) + offset)
        first, stop = _rows(stamps, begin, int(known.opens[after]))
        if stop > first:
            return first
    first, stop = _rows(stamps, opens, closes)
    if first == 0:
        return 0
    if offset > 0:  # it began within the session, which left a hole as long as the offset
        return _after_hole(stamps, first, stop, known.step, offset)
    return _doubled(bars, first, stop)[0]


def _rows(stamps: Int, opens: int, closes: int) -> tuple[int, int]:
    """The rows between two instants, half-open."""
    return int(np.searchsorted(stamps, opens)), int(np.searchsorted(stamps, closes))


def _end(bars: OrderedBars, known: Stretches, place: int, offset: int) -> int:
    """Row after the last displaced bar, from the last place that shows it."""
    stamps, at = bars.timestamp, place // 2
    opens, closes = int(known.opens[at]), int(known.closes[at])
    begin, end = _rows(stamps, opens, closes)
    if place % 2 == 1:
        following = int(known.opens[min(at + 1, len(known) - 1)])
        if offset > 0:
            return int(np.searchsorted(stamps, min(closes + offset + known.step, max(following, closes))))
        begin, end = _rows(stamps, following, int(known.closes[min(at + 1, len(known) - 1)]))
        if end == len(stamps):
            return len(stamps)
        hole = _after_hole(stamps, begin, end, known.step, -offset)
        return hole if hole < end else begin
    if offset < 0 or end == len(stamps):
        return end
    return max(_doubled(bars, begin, end)[1], begin)


def _after_hole(stamps: Int, first: int, stop: int, step: int, length: int) -> int:
    """Row of the bar after a hole of about that length among the rows; the row after the last where none is."""
    steps = np.diff(stamps[first:stop])
    holes = np.flatnonzero(np.abs(steps - step - length) <= min(step, length // 4))
    return first + int(holes[0]) + 1 if len(holes) else stop


def _doubled(bars: OrderedBars, first: int, stop: int) -> tuple[int, int]:
    """First row, and the row after the last, of those written more than once; both `first` where none is."""
    if bars.repeats is None:
        return first, first
    rows = first + np.flatnonzero(bars.repeats.copies[first:stop] > 1)
    return (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (first, first)
