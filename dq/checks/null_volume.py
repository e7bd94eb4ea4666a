"""Volumes that are absent.

What it finds
    Bars whose volume is NULL, NaN or infinite, in a series that has volume elsewhere.

Why it matters
    A volume that is sometimes absent is read as zero by some tools and skipped by others: weighted averages of
    the same bars then differ from desk to desk.

How
    Look at the volume of each row.

Parameters
    None.

Not flagged
    Series that never have any (foreign exchange, some indices and vendors): not checked, with that reason.
    Volume 0, which is an answer.

Source
    Ours.
"""

import math

import numpy as np

from dq.model import Bars, Market, Suspects, at_rows, column_bits, no_suspects

MESSAGES = {"": "No volume in {bars}, although the series has volume elsewhere."}


def not_checked(bars: Bars, market: Market) -> str | None:
    some = bars.volume[:64]
    absent = np.isnan(some).all() and np.isnan(bars.volume).all()
    return "no bar of this series has a volume" if absent else None


def null_volume(bars: Bars) -> Suspects:
    if len(bars) == 0 or all(map(math.isfinite, bars.extremes("volume"))):
        return no_suspects()
    return at_rows(bars, np.flatnonzero(~np.isfinite(bars.volume)), columns=column_bits("volume"))
