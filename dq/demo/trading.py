"""When a market really trades: sessions without their halts, and without the seams that do not stop trading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from dq.model import HOUR, MINUTE, Int, Sessions


def trading(sessions: Sessions) -> Sessions:
    """Unbroken stretches: sessions that follow at once are one, halts are cut out. `day` is that of the first part."""
    opens, closes, day = sessions.opens, sessions.closes, sessions.day
    for halt in sessions.halts:
        split = np.flatnonzero((opens < halt.start) & (closes > halt.end))
        opens = np.insert(opens, split + 1, halt.end)
        closes = np.insert(closes, split, halt.start)
        day = np.insert(day, split + 1, day[split])
        opens = np.where((opens >= halt.start) & (opens < halt.end), halt.end, opens)
        closes = np.where((closes > halt.start) & (closes <= halt.end), halt.start, closes)
    traded = closes > opens
    opens, closes, day = opens[traded], closes[traded], day[traded]
    begins = np.append(True, opens[1:] > closes[:-1])[: len(opens)]
    ends = np.append(begins[1:], True)[: len(opens)]
    return replace(sessions, opens=opens[begins], closes=closes[ends], day=day[begins], halts=())


def minutes(stretches: Sessions) -> Int:
    """The opening instants of all bars of one minute that the stretches hold inside the span of the sessions."""
    first = -(-np.maximum(stretches.opens, stretches.start) // MINUTE)
    counts = np.maximum(-(-np.minimum(stretches.closes, stretches.end) // MINUTE) - first, 0)
    before = np.cumsum(counts) - counts
    return np.asarray((np.repeat(first - before, counts) + np.arange(int(counts.sum()))) * MINUTE)


def minute_of_day(instants: Int, sessions: Sessions) -> Int:
    """Minutes since the open of the trading day in which each instant lies."""
    _, first = np.unique(sessions.day, return_index=True)
    opens = sessions.opens[first]
    at = np.searchsorted(opens, instants, side="right") - 1
    return np.asarray((instants - opens[np.maximum(at, 0)]) // MINUTE)


def last_open_hour(markets: Iterable[Sessions], before: int) -> int | None:
    """The end of the latest hour, at or before `before`, through which all those markets traded; None without one."""
    stretches = [trading(market) for market in markets]
    end = before
    while True:
        ends = [_last_hour(one, end) for one in stretches]
        latest = min((-1 if one is None else one for one in ends), default=end)
        if latest == end:
            return end
        if latest < 0:
            return None
        end = latest


def _last_hour(stretches: Sessions, before: int) -> int | None:
    """The end of the latest hour, at or before `before`, through which this market traded."""
    at = int(np.searchsorted(stretches.opens, before, side="left")) - 1
    for stretch in range(at, -1, -1):
        end = min(before, int(stretches.closes[stretch]))
        if end - int(stretches.opens[stretch]) >= HOUR:
            return end // MINUTE * MINUTE
    return None
