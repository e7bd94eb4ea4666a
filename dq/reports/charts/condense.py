"""Candles: bars as they are, or put together into longer ones where there are too many to look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.model import DAY, HOUR, MINUTE, PRICES, WEEK, Byte, Float, Int, Market, Mask, OrderedBars
from dq.reports.coverage import session_dates

MOST = 1_000  # bars that one chart shows one by one
JOINED = 600  # longer candles in their place, where there are more: what a wide screen can tell apart
BREAKS = 60  # closed stretches that one chart leaves out: with more of them, plotly is slow to draw and to zoom
STEPS = (
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    4 * HOUR,
    DAY,
    WEEK,
    2 * WEEK,
    4 * WEEK,
    13 * WEEK,
    52 * WEEK,
)
_MONDAY = 4 * DAY  # 1970-01-05


@dataclass(frozen=True, eq=False)
class Candles:
    """What a chart draws of bars.

    Attributes:
        at: int64, microseconds UTC, ascending: timestamps of bars, or the beginnings of what was put together.
        prices: float64, shape (candles, 4); NaN where a candle has none.
        volume: float64; NaN where it is not known.
        worst: uint8, the severity of what is said of the bar: 0 nothing, 1 info, 2 warning, 3 critical. A longer candle
            has one only where it holds no other bars.
        step: microseconds from one candle to the next.
        bars: how many bars they stand for.
        market: the sessions that days are named after; None where they are not known.
    """

    at: Int
    prices: Float
    volume: Float
    worst: Byte
    step: int
    bars: int
    market: Market | None
    joined: bool = False

    def __len__(self) -> int:
        return len(self.at)

    @property
    def trusted(self) -> Mask:
        return np.asarray(self.worst == 0)

    def place(self, stamps: Int) -> Int:
        """Where instants stand on the axis: at themselves, or at the beginning of what they were put together to."""
        return _begins(stamps, self.step, self.market) if self.joined else stamps


def candles(bars: OrderedBars, worst: Byte, interval: int, market: Market | None) -> Candles:
    """The bars, put together as far as their number and the closed stretches between them demand.

    Distrusted bars stay out of longer candles, unless nothing else is in them: their prices would hide the others.

    Args:
        worst: see Candles, of each bar.
    """
    if len(bars) <= MOST and _gaps(bars.timestamp, interval) <= 2 * BREAKS:
        prices = np.column_stack([bars.column(name) for name in PRICES])
        return Candles(bars.timestamp, prices, bars.volume, worst, interval, len(bars), market)
    least = len(bars) * interval / JOINED  # no candle holds more bars than fit into it
    longer = [step for step in STEPS if step >= least and step > interval and step % interval == 0]
    longer = longer or [interval * len(bars)]
    for step in longer:
        begins = _begins(bars.timestamp, step, market)
        distinct = begins[np.flatnonzero(np.diff(begins, prepend=begins[0] - 1))]
        if len(distinct) <= JOINED and (step >= DAY or _gaps(distinct, step) <= BREAKS):
            break
    return _joined(bars, worst, begins, step, market)


def _gaps(stamps: Int, step: int) -> int:
    """How many stretches without a candle lie between them; none where candles are sessions."""
    return 0 if step >= DAY else int((np.diff(stamps) > 2 * step).sum())


def _begins(stamps: Int, step: int, market: Market | None) -> Int:
    if step < DAY:
        return np.asarray(stamps // step * step)
    days = stamps // DAY * DAY if market is None else session_dates(market, stamps)
    return np.asarray(days if step == DAY else (days - _MONDAY) // step * step + _MONDAY)


def _joined(bars: OrderedBars, worst: Byte, begins: Int, step: int, market: Market | None) -> Candles:
    trusted = worst == 0
    first = np.flatnonzero(np.diff(begins, prepend=begins[0] - 1))
    some = np.add.reduceat(trusted.astype(np.int64), first) > 0
    lengths = np.diff(first, append=len(begins))
    ranks = np.where(some, 0, np.maximum.reduceat(worst, first)).astype(np.uint8)
    used = trusted | np.repeat(~some, lengths)
    columns = {name: np.where(used & np.isfinite(bars.column(name)), bars.column(name), np.nan) for name in PRICES}
    volume = np.where(used & np.isfinite(bars.volume), bars.volume, 0)
    prices = np.column_stack(
        [
            _edge(columns["open"], first, lengths, last=False),
            np.fmax.reduceat(columns["high"], first),
            np.fmin.reduceat(columns["low"], first),
            _edge(columns["close"], first, lengths, last=True),
        ]
    )
    return Candles(begins[first], prices, np.add.reduceat(volume, first), ranks, step, len(bars), market, joined=True)


def _edge(column: Float, first: Int, lengths: Int, *, last: bool) -> Float:
    """The first, or the last, known value of each stretch; NaN where it has none."""
    rows = np.arange(len(column))
    known = ~np.isnan(column)
    if last:
        at = np.maximum.reduceat(np.where(known, rows, -1), first)
    else:
        at = np.minimum.reduceat(np.where(known, rows, len(column)), first)
    there = (at >= first) & (at < first + lengths)
    return np.where(there, column[np.clip(at, 0, len(column) - 1)], np.nan)
