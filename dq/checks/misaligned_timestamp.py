"""Timestamps off the grid of the interval.

What it finds
    Bars whose timestamp is not a whole number of intervals from the epoch, nor from the open of their session.
    `live_bar` where the seconds are odd: Yahoo answers with the bar that is still forming, stamped with the last
    trade, and a collector that only inserts never corrects it. `label` where the whole series keeps one offset.

Why it matters
    A join on timestamps drops such bars without a word, and next to the true bar of the same minute they count
    trades twice.

How
    Learn the series' habitual offset from a sample; test the bars where the step from the bar before is not one
    interval, because all others inherit the answer. Bars of a day and longer are compared by time of day, with an
    hour of room for daylight saving time.

Parameters
    None.

Not flagged
    Hourly bars that begin at 09:30 with their session; a first bar stamped with the open of its session; daily bars
    stamped with a date or with one habitual time of day.

Source
    Ours; the live bar is described in the issues of yfinance and seen in tables that were filled from it.
"""

import numpy as np

from dq.kernels import all_multiples, off_multiples
from dq.model import DAY, HOUR, MINUTE, Bars, Byte, Int, Market, Mask, Suspects, at_rows, cause, no_suspects

MESSAGES = {
    "": "{Bars} off the {interval} grid.",
    "live_bar": "{Bars} off the {interval} grid at odd seconds: a bar that was still forming when it was fetched.",
    "label": "All bars stand at the same offset from the {interval} grid ({bars}): a labelling convention.",
}


def misaligned_timestamp(bars: Bars, market: Market) -> Suspects:
    rows = _off_grid_rows(bars, market)
    habit = 0 if market.series.daily else max(market.phase, 0)
    if habit:
        habitual = (bars.timestamp - habit) % market.series.interval == 0
        habitual[rows] = True
        rows = np.flatnonzero(habitual)
    if len(rows) == 0:
        return no_suspects()
    return at_rows(bars, rows, cause=_causes(bars.timestamp[rows], habit, market.series.interval))


def _off_grid_rows(bars: Bars, market: Market) -> Int:
    """The rows that lie off the grid; a row one interval after another inherits its answer."""
    breaks = bars.breaks(market.series.interval)
    if 2 * len(breaks) > len(bars):  # in disorder nothing is inherited
        return np.flatnonzero(_off_grid(bars.timestamp, market))
    leads = np.append(0, breaks)[: len(bars)]
    off = _off_grid(bars.timestamp[leads], market)
    if not off.any():
        return leads[:0]
    return np.flatnonzero(np.repeat(off, np.diff(leads, append=len(bars))))


def _causes(stamps: Int, habit: int, interval: int) -> Byte:
    forming = (stamps % MINUTE != 0) & (interval >= MINUTE)
    causes = np.where(forming, cause("live_bar"), cause(""))
    return np.where((stamps - habit) % interval == 0, cause("label"), causes) if habit else causes


def _off_grid(stamps: Int, market: Market) -> Mask:
    """Whether each timestamp lies on none of the grids that its series uses."""
    interval, phase = market.series.interval, market.phase
    if market.series.daily:
        offset = (stamps - phase + HOUR) % DAY
        return np.asarray((stamps % DAY != 0) & (offset != 0) & (offset != HOUR) & (offset != 2 * HOUR))
    if phase < 0:
        return off_multiples(stamps - market.slots.offset - _session_open(stamps, market), interval)
    if all_multiples(stamps - phase, interval):
        return np.zeros(len(stamps), np.bool_)
    off = off_multiples(stamps - phase, interval)
    if off.any():
        odd = stamps[off]
        off[off] = odd - market.slots.offset != _session_open(odd, market)
    return off


def _session_open(stamps: Int, market: Market) -> Int:
    """The open of the session at or before each timestamp; the timestamp itself where there is none."""
    opens = market.sessions.opens
    if len(opens) == 0:
        return np.zeros(len(stamps), np.int64)
    at = np.searchsorted(opens, stamps - market.slots.offset, side="right") - 1
    return np.where(at < 0, 0, opens[np.maximum(at, 0)])
