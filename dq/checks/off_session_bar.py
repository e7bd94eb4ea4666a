"""Bars while the market is closed.

What it finds
    Bars that share no instant with a session of the calendar; `synthetic` where they have no volume and do not
    move, as forward-filled bars do.

Why it matters
    Weekend bars that a vendor invents dilute volatility and shift every indicator that counts bars. Bars at a wrong
    hour are often bars in a wrong time zone.

How
    Find the bars between the sessions by binary search of the sessions' bounds among the timestamps.

Parameters
    None.

Not flagged
    Pre- and post-market where the series has extended hours; one bar stamped exactly at the close (the closing
    print); one traded bar within a quarter of an hour after a close at which the bars fell silent (the closing auction
    of London, Frankfurt, Paris or Hong Kong); an hourly bar of which the session covers a part. Bars stamped so far in
    the future that nobody knows the sessions: of them `future_bar` tells.

Source
    Ours; sessions from pandas-market-calendars, corrected by dq's dated overrides.
"""

import numpy as np

from dq.model import MINUTE, Int, Market, Mask, OrderedBars, Suspects, at_rows, cause, no_suspects

AUCTION = 15 * MINUTE  # after the close, by when a closing auction has ended

MESSAGES = {
    "": "{Bars} while the market is closed ({calendar}).",
    "synthetic": "{Bars} while the market is closed ({calendar}), without volume or movement: filled in, not traded.",
}


def off_session_bar(bars: OrderedBars, market: Market) -> Suspects:
    if len(bars) == 0:
        return no_suspects()
    if market.series.daily:
        rows = np.flatnonzero(~market.slots.holds(bars.timestamp, market.slots.number(bars.timestamp)))
    else:
        rows = _between_sessions(bars, market)
        rows = rows[~_auctions(bars, market, rows)]
    rows = rows[_known(bars.timestamp[rows], market)]
    if len(rows) == 0:
        return no_suspects()
    flat = (bars.high[rows] == bars.low[rows]) & (bars.open[rows] == bars.close[rows])
    idle = ~(bars.volume[rows] > 0)
    return at_rows(bars, rows, cause=np.where(flat & idle, cause("synthetic"), cause("")))


def _known(stamps: Int, market: Market) -> Mask:
    """Which bars lie where the sessions are known: far in the future nobody says that the market is closed."""
    moved = stamps - market.slots.offset
    return np.asarray((moved >= market.sessions.start) & (moved < market.sessions.end))


def _between_sessions(bars: OrderedBars, market: Market) -> Int:
    """The bars that lie wholly outside the sessions; they come by time."""
    stamps, sessions, shift = bars.timestamp, market.sessions, market.slots.offset
    near = slice(
        np.searchsorted(sessions.closes, stamps[0] - shift), np.searchsorted(sessions.opens, stamps[-1] + 1) + 1
    )
    first = np.searchsorted(stamps, sessions.opens[near] + shift - market.series.interval, side="right")
    stop = np.searchsorted(stamps, sessions.closes[near] + shift, side="left" if shift else "right")
    gaps = np.append(first, len(stamps)) - np.maximum.accumulate(np.append(0, stop))
    if (gaps <= 0).all():  # each session begins, among the bars, where the one before ends
        return np.zeros(0, np.int64)
    outside = np.ones(len(stamps), np.bool_)
    for begin, end in zip(first.tolist(), stop.tolist(), strict=True):
        outside[begin:end] = False
    return np.flatnonzero(outside)


def _auctions(bars: OrderedBars, market: Market, rows: Int) -> Mask:
    """Which rows are the first after a close, soon, with volume, and with none at the close itself."""
    stamps, closes = bars.timestamp, market.sessions.closes + market.slots.offset
    if len(closes) == 0:
        return np.zeros(len(rows), np.bool_)
    at = np.searchsorted(closes, stamps[rows]) - 1
    close, before = closes[np.maximum(at, 0)], stamps[np.maximum(rows - 1, 0)]
    soon = (at >= 0) & (rows > 0) & (stamps[rows] - close <= AUCTION)
    return np.asarray(soon & (before < close) & (bars.volume[rows] > 0))
