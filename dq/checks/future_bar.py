"""Bars stamped later than the instant at which we look.

What it finds
    Timestamps more than five seconds after `as_of`.

Why it matters
    A bar of the future is a clock that is wrong, a time zone that was lost or a unit mistaken for another. Code that
    asks for the latest bar gets that one, for ever, and calls the series fresh.

How
    Compare each timestamp with `as_of`, with five seconds of room for clocks that disagree.

Parameters
    None.

Not flagged
    The bar that is still forming: its open lies in the past. Where bars are stamped with their close, one interval
    more is allowed for that reason, and to daily bars the date of the session that has opened.

Source
    Ours.
"""

import numpy as np

from dq.model import DAY, SECOND, Bars, Market, Suspects, at_rows, no_suspects

SKEW = 5 * SECOND
MESSAGES = {"": "{Bars} stamped up to {ahead} after the instant of this run."}


def future_bar(bars: Bars, market: Market) -> Suspects:
    latest = max(market.as_of + SKEW, _forming(market)) + market.slots.offset
    if len(bars) == 0 or bars.timestamp.max() <= latest:
        return no_suspects()
    rows = np.flatnonzero(bars.timestamp > latest)
    seconds = (bars.timestamp[rows] - market.as_of) / SECOND
    return at_rows(bars, rows, observed=seconds, expected=0.0)


def _forming(market: Market) -> int:
    """The timestamp of the daily bar that may be forming: east of London its date begins after its session."""
    opened = int(np.searchsorted(market.sessions.opens, market.as_of + SKEW, side="right"))
    return int(market.sessions.day[opened - 1]) * DAY if market.series.daily and opened else market.as_of
