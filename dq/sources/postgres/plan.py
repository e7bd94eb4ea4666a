"""Long spans are cut so that no answer is large: neither an array of it nor all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dq.model import DAY, MINUTE

LONG = 31 * DAY  # spans up to here are asked for as they are
PART_BARS = 1 << 15  # of one part: measured; larger arrays leave the caches on both sides
CALL_BARS = 1 << 18  # of one statement: 16 MB, far from its time limit, and two connections end at about the same time
MOST_PARTS = 4096  # of one span: a few bars of 1970 or of the far future leave a gap that holds nothing to cut
SAMPLE = 1000  # bars at both ends that tell how dense a series is


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a span that is read at once.

    Attributes:
        owner: position of the series among those wanted.
        start, end: half-open, microseconds UTC; None for no end.
        bars: about how many there are.
    """

    owner: int
    start: int
    end: int | None
    bars: int


def is_long(start: int, end: int | None) -> bool:
    """Whether a span may hold so much that it has to be measured before it is read."""
    return end is None or end - start > LONG


def short(owner: int, start: int, end: int) -> Part:
    """A span that is read as it is; bars of a minute are assumed."""
    return Part(owner, start, end, (end - start) // MINUTE + 1)


def cut(owner: int, start: int, end: int | None, edges: Sequence[int], sampled: int) -> Iterator[Part]:
    """All of a span in parts of about PART_BARS, by the closest bars at either end; whatever lies far off is in the last.

    Args:
        start, end: of the span, microseconds UTC; None for no end. The parts leave nothing of it out.
        edges: timestamps of the first and the last bar, and of those `sampled` places after and before them.
    """
    first, last, early, late = edges
    spacing = max(min(early - first, last - late) // max(sampled - 1, 1), 1)
    length = max(spacing * PART_BARS, DAY, (late - early) // MOST_PARTS)
    for stop in range(early + length, late, length):
        yield Part(owner, start, stop, PART_BARS)
        start = stop
    yield Part(owner, start, end, min(max(late - max(start, first), 0) // spacing + sampled, PART_BARS))


def calls(parts: Iterable[Part]) -> Iterator[Sequence[Part]]:
    """Parts that one statement asks for, in their order."""
    call: list[Part] = []
    bars = 0
    for part in parts:
        if call and bars + part.bars > CALL_BARS:
            yield call
            call, bars = [], 0
        call.append(part)
        bars += part.bars
    if call:
        yield call
