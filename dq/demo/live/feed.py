"""What a collector writes of one instrument: every row of bars with the instant at which it is there, and gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dq.calendars import sessions
from dq.demo.instruments import INSTRUMENTS, Bustle, Instrument
from dq.demo.live.schedule import MANY, SPOILED, Schedule, Trouble
from dq.demo.trading import trading
from dq.demo.walk import span, walk
from dq.faults import faults
from dq.model import COLUMNS, DAY, MINUTE, SECOND, Bars, Int, Sessions

NEVER = 1 << 62
FETCH = 5 * SECOND  # from the end of a bar to its row

LIVE = (
    *INSTRUMENTS,  # and two more that trade on Sundays too, so that something can be seen on any day
    Instrument("ETH-USD", "24/7", 3_150.0, 0.01, 2, 5.5e-4, 0.0, 1.1e6, (Bustle(60, 120, 0.5), Bustle(870, 150, 1.2))),
    Instrument("SOL-USD", "24/7", 142.6, 0.01, 2, 6.0e-4, 0.0, 4.0e5, (Bustle(870, 150, 1.2),)),
)


@dataclass(frozen=True, eq=False)
class Feed:
    """Rows of one instrument.

    Attributes:
        truth: its bars as they were.
        bars: those that are written, with what is wrong with them; a row each.
        arrives, leaves: instants at which each row is written and taken out again; NEVER.
    """

    instrument: Instrument
    truth: Bars
    bars: Bars
    arrives: Int
    leaves: Int


def stretches(begin: int, end: int, cache: Path | None = None) -> Mapping[str, Sessions]:
    """When each live instrument trades in the days of the schedule and the 30 before, without seams and halts."""
    start, stop = min(span(begin)[0], span(end - 1)[0]), span(end - 1)[1]
    return {one.name: trading(sessions(one.calendar, start, stop, cache=cache)) for one in LIVE}


def feeds(schedule: Schedule, cache: Path | None = None) -> tuple[Feed, ...]:
    """The feed of every live instrument; always the same for the same schedule.

    Raises:
        SettingsError: the schedule lies beyond the years that calendars know.
    """
    made = []
    last = schedule.end - 1
    for one in LIVE:
        whole = walk(one, sessions(one.calendar, *span(last), cache=cache), last // DAY * DAY + DAY - 1)
        until = int(np.searchsorted(whole.timestamp, schedule.end))
        mine = [trouble for trouble in schedule.troubles if concerns(trouble, one.name)]
        made.append(_feed(one, whole.rows(0, until), mine))
    return tuple(made)


def concerns(trouble: Trouble, name: str) -> bool:
    """Whether bars of that instrument are concerned."""
    return name in trouble.instruments or (trouble.kind == "blackout" and not trouble.instruments)


def _feed(one: Instrument, truth: Bars, troubles: Sequence[Trouble]) -> Feed:
    stamps = truth.timestamp
    feed = Feed(one, truth, truth, stamps + MINUTE + FETCH, np.full(len(stamps), NEVER))
    for trouble in troubles:
        feed = _spoiled(feed, trouble) if trouble.kind in SPOILED else _delayed(feed, trouble)
    return feed


def _delayed(feed: Feed, trouble: Trouble) -> Feed:
    """Rows that come later than they should, or not."""
    stamps, arrives = feed.bars.timestamp, feed.arrives.copy()
    struck = np.flatnonzero((stamps >= trouble.start) & (stamps < trouble.end))
    if trouble.kind in {"outage", "blackout"}:
        arrives[struck] = NEVER if trouble.mended is None else trouble.mended
    elif trouble.kind == "late":
        arrives[struck] += trouble.lag
    elif trouble.kind == "disorder":  # two at a time, the later one first; none much later than the grace allows
        arrives[struck[::2]] += MINUTE - 3 * SECOND
        arrives[struck[1::2]] -= FETCH - SECOND
    return replace(feed, arrives=arrives)


def _spoiled(feed: Feed, trouble: Trouble) -> Feed:
    """Rows with a defect, until they are mended; the true ones come in their place."""
    name, options, _ = SPOILED[trouble.kind]
    row = int(np.searchsorted(feed.truth.timestamp, trouble.start))
    if row + trouble.length // MINUTE >= len(feed.truth.timestamp):
        return feed
    length = {"length": trouble.length // MINUTE} if trouble.kind in MANY else {}
    wrong, _ = faults()[name](feed.truth, row, **options, **length)
    stamps = feed.bars.timestamp
    kept = np.flatnonzero((stamps < trouble.start) | (stamps >= trouble.end))
    bad = _between(wrong, trouble)
    parts = [(taken(feed.bars, kept), feed.arrives[kept], feed.leaves[kept])]
    leaves = NEVER if trouble.mended is None else trouble.mended
    parts.append((bad, bad.timestamp + MINUTE + FETCH, np.full(len(bad), leaves)))
    if trouble.mended is not None:
        good = _between(feed.truth, trouble)
        parts.append((good, np.full(len(good), trouble.mended), np.full(len(good), NEVER)))
    return replace(
        feed,
        bars=_joined([bars for bars, _, _ in parts]),
        arrives=np.concatenate([arrives for _, arrives, _ in parts]),
        leaves=np.concatenate([gone for _, _, gone in parts]),
    )


def _between(bars: Bars, trouble: Trouble) -> Bars:
    return bars.rows(*np.searchsorted(bars.timestamp, (trouble.start, trouble.end)).tolist())


def taken(bars: Bars, at: Int) -> Bars:
    """The rows at those positions, in that order."""
    return Bars(bars.timestamp[at], bars.open[at], bars.high[at], bars.low[at], bars.close[at], bars.volume[at])


def _joined(parts: Sequence[Bars]) -> Bars:
    stamps = np.concatenate([bars.timestamp for bars in parts])
    open_, high, low, close, volume = (np.concatenate([bars.column(name) for bars in parts]) for name in COLUMNS)
    return Bars(stamps, open_, high, low, close, volume)
