"""Rows that could not be read.

What it finds
    Cells that are no number or no instant, lines with too few cells, timestamps that are absent or that the named
    time zone never showed. Their rows are set aside; the rest is checked.

Why it matters
    What cannot be read cannot be traded on either, and a loader that skips such rows in silence turns a broken export
    into missing bars.

How
    Decode every cell under the one contract of the table; count and keep what does not fit.

Parameters
    None.

Not flagged
    NULL, NaN and infinite prices, which other checks own. A column that is absent or of the wrong type, which stops
    the run: nothing could be checked.

Source
    Ours.
"""

import numpy as np

from dq.model import Bars, Market, Suspects, no_suspects, suspects

SLOTS = True
MESSAGES = {"": "{rows} set aside: {details}."}


def broken_contract(bars: Bars, market: Market) -> Suspects:
    aside = market.set_aside
    if aside.count == 0 or bars.offset > 0:
        return no_suspects()
    known = np.array(aside.stamps or (market.window.start,))
    return suspects(1, start=known.min(), end=known.max(), count=aside.count, bars=aside.count)
