"""Volumes below zero.

What it finds
    Bars whose volume is negative.

Why it matters
    Nothing trades a negative amount: the number is a marker for "unknown", an overflow or a subtraction of
    running totals that were reset. Averages over volume are wrong from the first such bar on.

How
    Compare each volume with zero.

Parameters
    None.

Not flagged
    Volume 0, and volume that is absent: the first is an idle bar, the second belongs to `null_volume`.

Source
    Ours.
"""

import numpy as np

from dq.model import Bars, Suspects, at_rows, column_bits, no_suspects

MESSAGES = {"": "Volume is negative in {bars}: {observed:g} first."}


def negative_volume(bars: Bars) -> Suspects:
    if len(bars) == 0 or bars.extremes("volume")[0] >= 0:
        return no_suspects()
    rows = np.flatnonzero(bars.volume < 0)
    return at_rows(bars, rows, columns=column_bits("volume"), observed=bars.volume[rows], expected=0.0)
