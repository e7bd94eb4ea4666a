"""Calendars on trial: bars may be missing because the market was shut and the calendar does not know it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dq.calendars import AUTO
from dq.explain.gaps import Gaps
from dq.model import DAY, Int, Mask

TOGETHER = 3  # series of one calendar that stop at one instant put the calendar on trial
NEARLY_ALL = 0.9  # of the slots of a run: where a day is learned to end, bars straggle


def on_trial(gaps: Gaps, series: Sequence[Gaps], alive: Sequence[tuple[str, Int]]) -> Mask:
    """Runs to the end of a session that is over, of which others say that it was none.

    Others are a second calendar (or, where the calendar is learned, a day without any bar); or at least three series
    of this calendar that stop at the same instant, while series of another calendar go on, so that the source was
    alive.

    Args:
        alive: calendar and timestamps of the series of the same source.
    """
    doubted = _doubted_days(gaps) if gaps.market.series.daily else _doubted(gaps)
    return doubted | _stopped_together(gaps, series, alive)


def _doubted(gaps: Gaps) -> Mask:
    """Whether nearly all slots of each run lie where a second calendar has the market closed, and it ends there."""
    slots, count = gaps.market.slots, gaps.runs["count"]
    first, inside = gaps.first, np.zeros(len(gaps.runs), np.int64)
    for doubt in gaps.market.sessions.doubts:
        edges = np.array([doubt.start, doubt.end]) + slots.offset - 1
        low, high = (slots.number(edges) + 1).tolist()
        inside += np.maximum(np.minimum(first + count, high) - np.maximum(first, low), 0)
    return np.asarray((inside >= NEARLY_ALL * count) & (inside > 0) & gaps.to_the_close)


def _doubted_days(gaps: Gaps) -> Mask:
    """Whether a second calendar has every session of each run closed from its opening on; an early close is no day off."""
    known, runs = gaps.market.sessions, gaps.runs
    if not known.doubts:
        return np.zeros(len(runs), np.bool_)
    starts, ends = (np.array([getattr(one, edge) for one in known.doubts]) for edge in ("start", "end"))
    at = np.searchsorted(starts, known.opens, side="right") - 1
    open_days = known.day[(at < 0) | (known.closes > ends[np.maximum(at, 0)])]
    first, last = runs["start"] // DAY, (runs["end"] + gaps.market.series.interval) // DAY - 1
    return np.asarray(np.searchsorted(open_days, first) == np.searchsorted(open_days, last, side="right"))


def _stopped_together(gaps: Gaps, series: Sequence[Gaps], alive: Sequence[tuple[str, Int]]) -> Mask:
    calendar = gaps.market.series.calendar
    peers = [one for one in series if one.market.series.calendar == calendar]
    strangers = [stamps for other, stamps in alive if other != calendar]
    stopped = np.zeros(len(gaps.runs), np.bool_)
    if len(peers) < TOGETHER or not strangers or calendar == AUTO:  # two learned weeks are not one market
        return stopped
    closing = [one.runs["start"][one.to_the_close] for one in peers]
    for at in np.flatnonzero(gaps.to_the_close).tolist():
        start, end = int(gaps.runs["start"][at]), int(gaps.runs["end"][at])
        together = sum(bool((starts == start).any()) for starts in closing)
        goes_on = any(bool(((stamps >= start) & (stamps <= end)).any()) for stamps in strangers)
        stopped[at] = together >= TOGETHER and goes_on
    return stopped
