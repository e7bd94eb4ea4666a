"""Bars that arrived after later ones.

What it finds
    Rows whose timestamp is below the highest timestamp that arrived before them.

Why it matters
    Whoever reads the table as it was written (a cursor without ORDER BY, a replication stream, an append-only file)
    walks back in time: returns change sign, rolling windows mix hours, and "the last row" is not the latest bar.

How
    Compare each timestamp with the running maximum, in order of arrival.

Parameters
    None.

Not flagged
    Sources without an order of arrival, such as a table without a serial column: not checked, with that reason.
    Equal timestamps, which `duplicate_timestamp` owns.

Source
    Ours.
"""

import numpy as np

from dq.model import SECOND, Bars, Market, Suspects, at_rows, no_suspects

ARRIVED = True
MESSAGES = {"": "{Bars} arrived after later bars, up to {ahead} behind."}


def not_checked(bars: Bars, market: Market) -> str | None:
    if bars.arrival:
        return None
    return "the source keeps no order of arrival (name a serial or inserted_at column as [source] order_by)"


def out_of_order_timestamp(bars: Bars) -> Suspects:
    stamps = bars.timestamp
    if len(stamps) == 0 or (stamps[0] >= bars.highest_before and (len(stamps) == 1 or bars.steps.min() >= 0)):
        return no_suspects()
    highest = np.maximum.accumulate(np.append(bars.highest_before, stamps[:-1]))
    behind, rows = highest - stamps, np.flatnonzero(stamps < highest)
    return at_rows(bars, rows, observed=behind[rows] / SECOND, expected=0.0)
