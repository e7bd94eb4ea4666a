"""Too small a share of the bars that were owed.

What it finds
    Windows in which present ÷ owed bars is below a share.

Why it matters
    Many short holes, each too short to alarm anyone, make a series as useless as one long one.

How
    1 - missing ÷ owed, over the slots that fell due in the window. Slots that are quiet, halted or under a calendar
    that is itself on trial are not owed.

Parameters
    below: float, share from 0 to 1. The completeness from which on a window passes.

Not flagged
    Windows in which the market owed nothing.

Source
    Ours.
"""

import numpy as np

from dq.model import Market, OrderedBars, Suspects, no_suspects, suspects

SLOTS = True
EXPLAINED = True
MESSAGES = {"": "Only {observed:.1%} of the bars that were owed are there: {bars} missing."}


def low_completeness(bars: OrderedBars, market: Market, *, below: float = 0.98) -> Suspects:
    owed = market.last_slot - market.first_slot - market.excused_slots
    lost = market.missing_slots - market.excused_slots
    if owed <= 0 or lost <= 0 or 1 - lost / owed >= below or not bars.ends:
        return no_suspects()
    bounds = market.slots.timestamps(np.array([market.first_slot, market.last_slot - 1]))
    return suspects(
        1,
        row=bars.offset + max(len(bars) - 1, 0),
        start=bounds[0],
        end=bounds[1],
        count=lost,
        bars=lost,
        length=lost * market.series.interval,
        observed=1 - lost / owed,
        expected=below,
    )
