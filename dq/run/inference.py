"""What bars say of themselves: their interval, the offset of their grid, whether a guessed calendar can be right."""

from __future__ import annotations

import numpy as np

from dq.calendars.evidence import LEAST_DAYS
from dq.kernels import distinct
from dq.model import DAY, HOUR, SECOND, Bars, Int, Mask, Series, Sessions, lay_slots

SAMPLE = 4096
CONTRADICTED = 0.1  # share of bars off-session from which on a guessed calendar is dropped
FEW = 10  # bars that are too few to contradict anything
UNFILLED = 0.8  # share of what a guessed calendar owes that has a bar, below which its hours are looked at
SILENT = 3  # bars owed after the last one, from which on it is asked whether the market is closed
MISREAD = 0.02  # share of bars that may stay off-session when stamps that are local time are read as such


def infer_interval(stamps: Int) -> int | None:
    """Microseconds between bars: the most frequent step; None where there is none of whole seconds."""
    recent = np.sort(stamps[:SAMPLE])
    steps = recent[1:] - recent[:-1]
    steps = steps[(steps > 0) & (steps % SECOND == 0)]
    return _most_frequent(steps) if len(steps) else None


def infer_phase(series: Series, stamps: Int, sessions: Sessions) -> int:
    """The offset of the series' grid, as `lay_slots` wants it."""
    sample = stamps[:: max(len(stamps) // SAMPLE, 1)]
    if len(sample) == 0:
        return 0
    phase = _most_frequent(sample % series.interval)
    if phase == 0 or series.daily:
        return phase
    label = series.interval if series.label == "close" else 0
    at = np.searchsorted(sessions.opens, sample - label, side="right") - 1
    known = at >= 0
    from_open = (sample[known] - label - sessions.opens[at[known]]) % series.interval
    if known.any() and (from_open == 0).mean() > 0.9:
        return -1
    return phase if (sample % series.interval == phase).mean() > 0.5 else 0


def doubt(series: Series, stamps: Int, known: Sessions, until: int) -> str:
    """What ascending bars say against a calendar that was only guessed, in words; "" where nothing does.

    Args:
        until: microseconds UTC; bars that are there by then would have been read.
    """
    stamps = stamps[np.searchsorted(stamps, known.start) : np.searchsorted(stamps, known.end)]
    if not series.guessed or len(stamps) < FEW:
        return ""
    sample = stamps[:: max(len(stamps) // SAMPLE, 1)]
    outside = float(off_session(series, sample, known).mean())
    if outside > CONTRADICTED:
        wrong = _local_time(series, sample, known) or _displaced(series, stamps, known)
        return "" if wrong else f"{100 * outside:.0f} % of the bars contradict it"
    filled = _filled(series, stamps, known, until)
    return f"its bars fill {100 * filled:.0f} % of it" if filled < UNFILLED else ""


def off_session(series: Series, stamps: Int, known: Sessions) -> Mask:
    """Which bars lie outside the sessions; one stamped at a close does not."""
    if series.daily:
        return ~np.isin(stamps // DAY, known.day) & ~known.touch(stamps, series.interval)
    shift = series.interval if series.label == "close" else 0
    return ~known.touch(stamps - shift - 1, series.interval + 1)


def market_time(known: Sessions, start: int, end: int) -> int:
    """Microseconds of trading between two instants."""
    return int(np.maximum(np.minimum(known.closes, end) - np.maximum(known.opens, start), 0).sum())


def trading_days(known: Sessions, start: int, end: int) -> int:
    """Dates of the sessions that lie between two instants, or around one of them."""
    return len(distinct(known.day[(known.opens <= end) & (known.closes > start)])[0])


def stalled(series: Series, known: Sessions, stamps: Int, until: int) -> bool:
    """Whether a guessed calendar owes bars after the last one: it may be closed rather than the series dead."""
    if not series.guessed or series.daily or len(stamps) == 0:
        return False
    return market_time(known, int(stamps[-1]) + series.interval + series.delay, until) >= SILENT * series.interval


def _filled(series: Series, stamps: Int, known: Sessions, until: int) -> float:
    """The share of what the calendar owes from the first bar on that has one."""
    first, last = int(stamps[0]), int(stamps[-1])
    if series.daily:
        return len(stamps) * (series.interval // DAY) / max(trading_days(known, first, last), 1)
    return len(stamps) * series.interval / max(market_time(known, first, max(until, last + series.interval)), 1)


def _local_time(series: Series, stamps: Int, known: Sessions) -> bool:
    """Whether the bars fit when their stamps are read as local time: then the stamps are wrong, not the calendar."""
    if series.daily or known.zone == "UTC":
        return False
    from dq.calendars.clocks import clock_of

    moved = clock_of(known.zone, int(stamps[0]), int(stamps[-1])).instants(stamps)
    return bool(off_session(series, moved, known).mean() < MISREAD)


def _displaced(series: Series, stamps: Int, known: Sessions) -> bool:
    """Whether the bars fit but for spans that are displaced by an offset: then the stamps are wrong, not the calendar.

    Bars of two weeks have to stand where they belong, or nothing tells a clock from another market: but for an hour,
    by which stamps are wrong that keep the offset of winter or summer.
    """
    if series.daily:
        return False
    from dq.displaced.edges import displaced_spans

    slots = lay_slots(series, known, infer_phase(series, stamps, known), 0)
    prices = np.zeros(len(stamps))
    ordered = Bars(stamps, prices, prices, prices, prices, prices).ordered
    spans = displaced_spans(ordered, slots)
    moved, right = ordered.timestamp.copy(), np.ones(len(ordered), np.bool_)
    for span in spans:
        moved[span.start : span.stop] -= span.offset
        right[span.start : span.stop] = False
    days = len(distinct(moved[right] // DAY)[0])
    believed = days >= LEAST_DAYS or all(abs(span.offset) == HOUR for span in spans)
    return bool(spans) and believed and bool(off_session(series, moved, known).mean() < MISREAD)


def _most_frequent(values: Int) -> int:
    each, counts = distinct(values)
    return int(each[counts.argmax()])
