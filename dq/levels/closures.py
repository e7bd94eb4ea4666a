"""Closures: where the market was shut between two bars, and how far prices moved while it was."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dq.model import DAY, HOUR, MINUTE, Float, Int, Market, Mask, OrderedBars, Sessions
from dq.prints import Prints

MISSING = 45 * MINUTE


class Nights(NamedTuple):
    """The closures that lie between bars: places of the first bars after them, and the logarithm of open ÷ last close."""

    places: Int
    moves: Float


def closures(sessions: Sessions, interval: int) -> Int:
    """The instants from which on bars belong to a session before which the market was shut, in microseconds UTC.

    The bar in which a session opens may begin before it does; a pause shorter than a bar is none. None where the
    market is never shut.
    """
    opens, closes = sessions.opens[1:], sessions.closes[:-1]
    return np.asarray(opens[(opens > closes) & (opens - closes >= min(interval, HOUR))] - interval + 1)


def closed_between(market: Market, earlier: Int, later: Int) -> Mask:
    """Whether the market was shut at some time between each two stamps; between daily bars it always is."""
    opens = closures(market.sessions, market.series.interval)
    if market.series.daily:
        return np.full(len(earlier), len(opens) > 0)
    return np.asarray(np.searchsorted(opens, later, side="right") > np.searchsorted(opens, earlier, side="right"))


def had_time(market: Market, earlier: Int, later: Int) -> Mask:
    """Whether the market was shut between each two stamps, or bars are missing for so long that it is as good."""
    missing = later - earlier >= max(MISSING, 2 * market.series.interval)
    return np.asarray(missing | closed_between(market, earlier, later))


def night_places(stamps: Int, interval: int, sessions: Sessions) -> Int:
    """Places of the first bar after each closure, the very first bar left out; of daily bars all but the first."""
    opens = closures(sessions, interval)
    if interval >= DAY:
        return np.arange(1, len(stamps) if len(opens) else 1)
    if len(stamps) < 2:
        return np.zeros(0, np.int64)
    opens = opens[np.searchsorted(opens, stamps[0], side="right") : np.searchsorted(opens, stamps[-1], side="right")]
    places = np.searchsorted(stamps, opens)
    return np.asarray(places[np.append(True, places[1:] > places[:-1])[: len(places)]])


def night_moves(bars: OrderedBars | Prints, places: Int) -> Nights:
    """The moves over the closures before those places; those that are not finite left out."""
    with np.errstate(all="ignore"):
        moves = np.log(bars.open[places] / bars.close[places - 1])
    known = np.isfinite(moves)
    return Nights(places[known], moves[known])
