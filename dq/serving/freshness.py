"""How old the newest bar of a series is, in time that its market owed."""

from __future__ import annotations

import numpy as np

from dq.explain.causes import EXCUSED
from dq.model import has_cause
from dq.run import Outcome

Key = tuple[str, int]  # instrument and interval (microseconds)


def freshness(outcome: Outcome) -> dict[Key, float]:
    """Seconds of market time that are owed since the newest bar of each series; 0 while nothing is.

    Slots that are quiet, halted or under a doubtful calendar are not owed. Series whose window does not reach the
    instant of the run, or whose calendar does not fit, are left out.
    """
    ages: dict[Key, float] = {}
    for judged in outcome.judged:
        market = judged.market
        if not market.live or judged.case.trouble is not None:
            continue
        stamps = judged.case.bars.ordered.timestamp
        stamps = stamps[: np.searchsorted(stamps, market.as_of, side="right")]
        first = int(market.slots.number(stamps[-1:])[0]) + 1 if len(stamps) else market.first_slot
        tail = judged.missing["start"] > (stamps[-1] if len(stamps) else np.int64(-(1 << 62)))
        excused = tail & has_cause(judged.missing, EXCUSED)
        quiet = bool(tail.any()) and bool((excused == tail).all())  # counts end with the window, a quiet age need not
        owed = market.last_slot - first - int(judged.missing["count"][excused].sum())
        series = market.series
        ages[series.instrument, series.interval] = 0.0 if quiet else max(owed, 0) * series.interval / 1e6
    return ages
