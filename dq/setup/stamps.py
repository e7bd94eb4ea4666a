"""What timestamps alone say: which end of a bar they name, and how late the newest one is."""

from __future__ import annotations

import numpy as np

from dq.model import DAY, MINUTE, Int, Series, Sessions
from dq.run.inference import market_time

FEWEST = 3  # sessions that tell
MOSTLY, RARELY = 0.8, 0.2
LATEST = 30 * MINUTE  # a source that is later than that is told from a dead one by nobody
SLOW = 2 * MINUTE  # after a bar's end, within which a collector writes it as a rule


def names_closes(series: Series, stamps: Int, known: Sessions) -> bool:
    """Whether bars are stamped with their ends: sessions have one at their close and none at their open."""
    if series.daily or not len(stamps):
        return False
    whole = (known.opens >= stamps[0]) & (known.closes <= stamps[-1]) & (known.closes - known.opens < DAY)
    if whole.sum() < FEWEST:
        return False
    at_open = np.isin(known.opens[whole], stamps).mean()
    at_close = np.isin(known.closes[whole], stamps).mean()
    return bool(at_close > MOSTLY and at_open < RARELY)


def late(series: Series, stamps: Int, known: Sessions, now: int) -> int | None:
    """Microseconds by which the next bar is overdue in a market that is open; None where that says nothing."""
    if series.daily or not known.contain(np.array([now]))[0]:
        return None
    due = int(stamps[-1]) + series.interval * (1 if series.label == "close" else 2)
    waited = now - due
    if not SLOW < waited < LATEST or market_time(known, due, now) < waited:
        return None
    return waited // MINUTE * MINUTE
