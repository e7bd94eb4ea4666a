"""What displaced a span: local time, a stale offset, or bars that were filled in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dq.displaced.edges import Span
from dq.displaced.winters import in_winter
from dq.displaced.zones import NOWHERE, ZONES, zone_of
from dq.kernels import Int
from dq.model import Market, OrderedBars

FILLED = 0.8  # share of flat and idle bars outside the sessions that were not traded but filled in


def named(spans: Sequence[Span], bars: OrderedBars, market: Market) -> Iterator[tuple[Span, str, int]]:
    """Each span with its cause, and the position in ZONES of the place whose clocks explain it."""
    place = zone_of(market.sessions.zone)
    for span in spans:
        stamps = bars.timestamp[[span.start, span.stop - 1]]
        if span.clocks:
            yield span, "local_time", place
        elif place != NOWHERE and _filled(bars, span, market) and in_winter(stamps - span.offset, place).all():
            yield span, "frozen_winter", place
        elif place != NOWHERE and _local(stamps, span.offset, place):
            yield span, "local_time", place
        else:
            yield span, "stale_offset", NOWHERE


def displaced_by(span: Span, bars: OrderedBars, place: int) -> Int:
    """Microseconds by which each bar of a span is late; 0 for bars that clocks happen to show right, in UTC's winter."""
    if not span.clocks:
        return np.full(span.stop - span.start, span.offset)
    return ZONES[place].offset(bars.timestamp[span.start : span.stop] - span.offset)


def _local(stamps: Int, offset: int, place: int) -> bool:
    """Whether clocks at the place were that far from UTC, at the first and the last bar."""
    return bool((ZONES[place].offset(stamps - offset) == offset).all())


def _filled(bars: OrderedBars, span: Span, market: Market) -> bool:
    """Whether the bars of the span that lie outside the sessions never moved and were not traded."""
    stamps = bars.timestamp[span.start : span.stop]
    rows = span.start + np.flatnonzero(~market.slots.holds(stamps, market.slots.number(stamps)))
    still = (bars.high[rows] == bars.low[rows]) & ~(bars.volume[rows] > 0)
    return len(rows) > 0 and bool(still.mean() >= FILLED)
