"""Lifelike bars: a random walk whose size follows the time of day, the mood of the market and now and then a surprise."""

from __future__ import annotations

from zlib import crc32

import numpy as np

from dq.demo.instruments import Instrument
from dq.demo.trading import minute_of_day, minutes, trading
from dq.model import DAY, MINUTE, Bars, Float, Int, Sessions

DAYS = 30
STEPS = 8  # of the walk within one bar; one more leads from the bar before
_MOOD_MINUTES = 180  # how long calm and unrest last
_MOOD_SIZE = 0.25  # standard deviation of the logarithm of their factor
_TAILS = 8.0  # degrees of freedom: moves of 4 sigmas happen daily, as they do
_WIDEST = 1.8  # … and this many times the usual size is the most that one bar may be


def span(as_of: int) -> tuple[int, int]:
    """The days for which a walk is made: 30 days before the day of `as_of` until its end, microseconds UTC.

    They are whole days, so that two instants of one day see the same bars.
    """
    day = as_of // DAY * DAY
    return day - DAYS * DAY, day + DAY


def walk(instrument: Instrument, sessions: Sessions, as_of: int) -> Bars:
    """The bars that a collector has at `as_of`, the newest still on its way: complete one minute ago or before.

    Args:
        sessions: those of the instrument's calendar over `span(as_of)`.
    """
    start, _ = span(as_of)
    chance = np.random.default_rng([start // DAY % 2**32, crc32(instrument.name.encode())])
    stamps = minutes(trading(sessions))
    activity = _activity(instrument, minute_of_day(stamps, sessions))
    unrest = _unrest(len(stamps), chance)
    open_, high, low, close = _prices(instrument, stamps, np.sqrt(activity) * unrest, chance)
    volume = _volume(instrument, activity * unrest**2, chance)
    known = int(np.searchsorted(stamps, as_of - 2 * MINUTE, side="right"))
    return Bars(stamps, open_, high, low, close, volume).rows(0, known)


def _activity(instrument: Instrument, minute: Int) -> Float:
    """How much is traded at each minute of the day, 1 in between."""
    activity = np.ones(len(minute))
    for bustle in instrument.bustles:
        activity += bustle.height * np.exp(-0.5 * ((minute - bustle.minute) / bustle.minutes) ** 2)
    return activity


def _unrest(count: int, chance: np.random.Generator) -> Float:
    """A factor of each bar's volatility that lasts for hours (so that volatility comes in clusters), times a surprise."""
    decay = np.exp(-np.arange(5 * _MOOD_MINUTES) / _MOOD_MINUTES)
    decay /= np.sqrt((decay**2).sum())
    shocks = chance.standard_normal(count + len(decay) - 1)
    mood = np.exp(_MOOD_SIZE * np.convolve(shocks, decay, mode="valid"))
    surprise = np.sqrt(_TAILS / chance.chisquare(_TAILS, count))
    return np.asarray(mood * np.minimum(surprise, _WIDEST))


def _prices(instrument: Instrument, stamps: Int, factor: Float, chance: np.random.Generator) -> tuple[Float, ...]:
    """Open, high, low and close of each bar, on the tick grid; each opens near the close before it."""
    steps = chance.standard_normal((len(stamps), STEPS + 1))
    steps *= (instrument.sigma / np.sqrt(STEPS) * factor)[:, None]
    steps[:, 0] *= 0.3
    reopened = np.flatnonzero(np.diff(stamps) > MINUTE) + 1
    steps[reopened, 0] = np.clip(chance.standard_normal(len(reopened)), -3, 3) * instrument.gap
    path = instrument.price * np.exp(np.cumsum(steps.ravel())).reshape(steps.shape)
    traded = (path[:, 0], path.max(axis=1), path.min(axis=1), path[:, -1])
    return tuple(np.round(np.round(price / instrument.tick) * instrument.tick, instrument.decimals) for price in traded)


def _volume(instrument: Instrument, activity: Float, chance: np.random.Generator) -> Float:
    """Whole numbers, at least 1; all zero where the source never has volumes."""
    if instrument.volume == 0:
        return np.zeros(len(activity))
    drawn = instrument.volume * activity * np.exp(0.45 * chance.standard_normal(len(activity)))
    return np.maximum(np.round(drawn), 1.0)
