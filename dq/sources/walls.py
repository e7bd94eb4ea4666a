"""Between UTC and the clock on a wall: spans wide enough to hold every row, and stamps each of which stands for itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np

from dq.door import Piece, local_to_utc, placed, zone_named
from dq.model import HOUR, Int, Mask

Span = tuple[int, int | None]
TURN = 3 * HOUR  # more than any clock is ever set forward or back


def widened(spans: Iterable[Span], zone: str) -> list[Span]:
    """Half-open spans on the clock of a zone that hold at least those spans in UTC, apart and ascending.

    Args:
        spans: microseconds UTC; None for no end.
    """
    merged: list[Span] = []
    for start, end in sorted(spans):
        low = start + min(_ahead(start, zone), _ahead(start + TURN, zone))
        high = None if end is None else end + max(_ahead(end, zone), _ahead(end - TURN, zone))
        if merged and (merged[-1][1] is None or low <= merged[-1][1]):
            before = merged.pop()
            low, high = before[0], None if before[1] is None or high is None else max(before[1], high)
        merged.append((low, high))
    return merged


def known_before(until: int, stamps: Int, strange: Mask | None, zone: str | None) -> Int:
    """Microseconds UTC, ascending and before an instant, of stamps on a clock; those that mean nothing are left out."""
    piece = Piece(stamps if strange is None else stamps[~strange], ())
    found = np.sort(placed([piece], zone=zone).timestamp)
    return found[found < until]


def each_alone(local: Int, zone: str) -> tuple[Int, Mask]:
    """Microseconds UTC of stamps on the clock of a zone whose order tells nothing, and which never were on it.

    Of an hour that the clock shows twice the earlier one is meant; who wrote when, nobody knows.
    """
    stamps, place = np.unique(local, return_inverse=True)
    instants, never, _ = local_to_utc(stamps, zone)
    return instants[place], never[place]


def _ahead(instant: int, zone: str) -> int:
    """Microseconds that the clock is ahead of UTC at an instant; none beyond the years that datetime knows."""
    try:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)
        ahead = at.astimezone(zone_named(zone)).utcoffset() or timedelta()
    except OverflowError:
        return 0
    return round(ahead / timedelta(microseconds=1))
