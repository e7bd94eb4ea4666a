"""Spells: runs of bars of one kind, how often they begin and go on, and at what time of day."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dq.kernels import row_medians, runs
from dq.model import DAY, Float, Int, Mask, Spells

DOUBT = 5.0  # spells that a small sample is taken to have seen end at once
STRETCHES = 48  # of a day: half hours
SEVERAL = 10  # spells that make a habit
FAULTS = 3  # of the longest, which may be faults of the source
THICKEST = 0.4  # power of how often long spells go on where they do so far more often than short ones
HABIT = 0.5  # share of True from which on a time of day is left out
ALL_DAY = 0.8  # share of the times of day beyond which it is no habit of a time of day
RARE = 0.003  # share of True below which no time of day can have a habit
DAYS = 5  # that have to agree before a time of day has a habit


def learn_spells(stretches: Sequence[Mask], stamps: Sequence[Int], *, clustered: bool = False) -> Spells:
    """The spells of True in each stretch of neighbouring bars, which have those timestamps.

    Args:
        clustered: spells that have lasted long are known to go on, as where nobody trades for a while.

    Times of day that belong to such bars by habit are left out of how often spells begin and go on, so that a market
    that sleeps at night is judged by its day while it is awake.
    """
    marked, count = sum(int(stretch.sum()) for stretch in stretches), sum(map(len, stretches))
    by_time = np.zeros(0)
    if marked > RARE * count:
        by_time = _by_time(np.concatenate(stretches), np.concatenate(stamps))
        if len(by_time):
            asleep = [by_time[at % DAY * STRETCHES // DAY] >= HABIT for at in stamps]
            stretches = [stretch & ~usual for stretch, usual in zip(stretches, asleep, strict=True)]
            count -= sum(int(usual.sum()) for usual in asleep)
    lengths = np.concatenate([runs(stretch)[1] for stretch in stretches] or [np.zeros(0, np.int64)])
    goes_on = (int((lengths > 1).sum()) + 0.5) / (len(lengths) + DOUBT)
    lasting, tail = _tail(lengths, goes_on) if clustered else (1, (1.0, 0.0))
    return Spells(
        begins=len(lengths) / max(count - int(lengths.sum()), 1),
        goes_on=goes_on,
        lasting=lasting,
        tail=tail,
        by_time=by_time,
    )


def _tail(lengths: Int, at_first: float) -> tuple[int, tuple[float, float]]:
    """How long the longest spells are of which there are several, their share, and how often they go on.

    Idleness comes in clusters: a spell that has lasted is likelier to go on than one that has just begun, and where
    that is seen, those beyond all that were seen are likelier still. A few of the longest may be faults, so that they
    say nothing.
    """
    if len(lengths) < SEVERAL + FAULTS:
        return 1, (1.0, 0.0)
    ascending = np.sort(lengths)[: len(lengths) - FAULTS]
    lasting = int(ascending[-SEVERAL])
    half = (lasting + 1) // 2
    if lasting - half < 1:
        return 1, (1.0, 0.0)
    many, all_of_half = (int((ascending >= length).sum()) for length in (lasting, half))
    goes_on = (many / all_of_half) ** (1 / (lasting - half))
    slower = math.log(goes_on) / math.log(at_first) if 0 < at_first < 1 else 1.0  # 1 where the tail is like the rest
    goes_on **= min(max(2 * slower - 0.5, THICKEST), 1.0)
    return lasting, (many / len(lengths), min(goes_on, 0.999))


def _by_time(mask: Mask, stamps: Int) -> Float:
    """The share of True in each half hour of the usual day: a market that sleeps at night does so every night.

    The median over days, so that one dead feed is no habit; and the highest of three neighbours, because daylight
    saving moves a market's hours against UTC.
    """
    day, stretch = stamps // DAY, stamps % DAY * STRETCHES // DAY
    number = np.append(0, np.cumsum(day[1:] != day[:-1]))
    days = int(number[-1]) + 1
    if days < DAYS or len(stamps) < STRETCHES // 8 * days:  # bars of four hours and longer have no time of day
        return np.zeros(0)
    place = number * STRETCHES + stretch
    bars = np.bincount(place, minlength=days * STRETCHES).reshape(days, STRETCHES)
    marked = np.bincount(place[mask], minlength=days * STRETCHES).reshape(days, STRETCHES)
    shares = np.where(bars > 0, marked / np.maximum(bars, 1), np.nan).T
    known = (bars > 0).sum(axis=0) >= DAYS
    usual = np.where(known, row_medians(np.ascontiguousarray(shares)), 0.0)
    if not known.any() or (usual[known] >= HABIT).mean() > ALL_DAY:
        return np.zeros(0)
    return np.asarray(np.maximum(usual, np.maximum(np.roll(usual, 1), np.roll(usual, -1))))
