"""Two or more rows for one bar.

What it finds
    Instants with more than one row; `identical` where all rows say the same, `conflicting` where they differ, with
    the columns and the largest relative difference of a price.

Why it matters
    Sums of volume count twice, joins multiply rows, and of two conflicting bars nobody knows which one a strategy
    saw. It is what an insert without a unique key leaves after a retry or a rollback.

How
    Sort by time and count the rows of each instant.

Parameters
    None.

Not flagged
    Nothing: one instant has one bar.

Source
    Ours.
"""

import numpy as np

from dq.model import OrderedBars, Suspects, at_rows, cause, no_suspects

MESSAGES = {
    "identical": "{count} rows for {instants}, all alike.",
    "conflicting": "{count} rows for {instants} that differ in {columns}{apart}.",
}


def duplicate_timestamp(bars: OrderedBars) -> Suspects:
    if bars.repeats is None:
        return no_suspects()
    rows = np.flatnonzero(bars.repeats.copies > 1)
    copies, differs = bars.repeats.copies[rows], bars.repeats.differs[rows]
    return at_rows(
        bars,
        rows,
        count=copies,
        bars=copies,
        columns=differs,
        cause=np.where(differs > 0, cause("conflicting"), cause("identical")),
        percent=np.where(differs > 0, 100 * bars.repeats.spread[rows], np.nan),
    )
