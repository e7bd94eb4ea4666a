"""Bars that the calendar owes and that are not there.

What it finds
    Runs of slots that fell due inside the window and hold no bar, between two bars that are there. Each run has a
    cause: `halt` (a dated stop of the market), `calendar_suspect` (at least three series stop at one instant until
    the close while other markets go on), `outage` (two or more series miss bars at once), `quiet` (nobody traded,
    say the series' own recent sessions and the bars around), `hole` (this series alone lost bars) or `unknown`
    (fewer than five sessions of history); before all of these `dst` (left behind by bars that `dst_shift` tells of, or
    the last hour before weekends in the weeks when New York and London differ, in a series that keeps European hours).
    A hole in the very same slots of nearly every session, or of nearly every
    session of one weekday, is one finding that says in how many.

Why it matters
    An indicator over the last 20 bars spans the wrong time, a stop was passed unseen, and a backtest trades on a
    price that nobody could have known.

How
    Number the slots that the sessions owe; the difference of the numbers of two neighbouring bars, less one, is what
    is missing between them. The length of a hole is (missing slots + 1) intervals of market time, the distance
    between the bars around it.

Parameters
    None.

Not flagged
    Closed hours, holidays, early closes, maintenance; bars that are not due yet; slots before the first bar that the
    series ever had; the tail after the last bar, which `stale_series` owns.

Source
    Ours; sessions from pandas-market-calendars, corrected by dq's dated overrides.
"""

import numpy as np

from dq.model import Int, Market, OrderedBars, Suspects, no_suspects, suspects

SLOTS = True
MESSAGES = {
    "": "{bars} missing{reference}.",
    "hole": "{bars} missing in this series alone{again}{reference}.",
    "outage": "{bars} missing while other series of the same source miss theirs too{reference}.",
    "dst": "{bars} missing because of clocks: stamps are displaced, or the market keeps the hours of another place.",
    "halt": "{bars} missing while trading was halted.",
    "quiet": "No trade for {bars}, as usual at this time of day{reference}.",
    "calendar_suspect": "{bars} missing until the end of a session that probably ended early{reference}.",
    "unknown": "{bars} missing; too little history to say whether that is usual{reference}.",
}


def missing_bar(bars: OrderedBars, market: Market) -> Suspects:
    stamps = bars.timestamp[: np.searchsorted(bars.timestamp, market.as_of, side="right")]
    interval = market.series.interval
    if len(stamps) == 0 or len(market.slots) == 0:
        return no_suspects()
    after = np.arange(1, len(stamps)) if market.series.daily else _after_holes(bars, interval, len(stamps))
    first_lost, lost = _lost(stamps, after, market)
    if bars.ends and not market.live:
        tail = market.slots.number(stamps[-1:]) + 1
        after = np.append(after, len(stamps) - 1)
        first_lost, lost = np.append(first_lost, tail), np.append(lost, market.last_slot - tail)
    return _clipped(after + bars.offset, first_lost, lost, market)


def _after_holes(bars: OrderedBars, interval: int, count: int) -> Int:
    """Those of the first `count` bars that stand more than one interval after the bar before."""
    after = bars.breaks(interval)
    after = after[: np.searchsorted(after, count)]
    wide = bars.steps[after - 1] > interval
    return after if wide.all() else np.asarray(after[wide])


def _lost(stamps: Int, after: Int, market: Market) -> tuple[Int, Int]:
    """The first slot that may be lost before each of those bars, and how many are."""
    if len(after) * 4 > len(stamps):  # most bars are asked for twice: numbers of all of them cost less
        numbers, held = market.slots.numbered(stamps)
        first = numbers[after - 1] + 1
        return first, numbers[after] - first + ~held[after]
    first = market.slots.number(stamps[after - 1]) + 1
    numbers, held = market.slots.numbered(stamps[after])
    return first, numbers - first + ~held


def _clipped(rows: Int, first: Int, lost: Int, market: Market) -> Suspects:
    """The runs of lost slots, as far as they fall due in the window."""
    begin = np.maximum(first, market.first_slot)
    stop = np.minimum(first + lost, market.last_slot)
    inside = np.flatnonzero(stop > begin)
    if len(inside) == 0:
        return no_suspects()
    if len(inside) < len(begin):
        rows, begin, stop, lost = rows[inside], begin[inside], stop[inside], lost[inside]
    start = market.slots.timestamps(begin)
    return suspects(
        len(rows),
        row=rows,
        start=start,
        end=_ends(start, begin, stop, market),
        count=stop - begin,
        bars=lost,
        length=(lost + 1) * market.series.interval,
    )


def _ends(start: Int, begin: Int, stop: Int, market: Market) -> Int:
    """The timestamps of the last slots: most runs of lost slots lie within one row of slots, as far on as they count."""
    end: Int = start + (stop - 1 - begin) * market.series.interval
    edges = market.slots.before[1:-1]
    edges = edges[np.searchsorted(edges, begin[0]) : np.searchsorted(edges, stop[-1])]
    torn = np.searchsorted(begin, edges) - 1  # the last run that begins before a row of slots does
    torn = torn[(torn >= 0) & (stop[torn] > edges)]
    end[torn] = market.slots.timestamps(stop[torn] - 1)
    return end
