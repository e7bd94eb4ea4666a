"""A series that has stopped.

What it finds
    Due bars missing at the tail: from the last bar to `as_of`. The age is counted in slots that the market owed, not
    in hours on the wall.

Why it matters
    Strategies go on trading on the last price they saw. It is the one defect for which every minute counts.

How
    Count the slots due before `as_of` after the one that the last bar fills; age = missing slots × interval. The whole
    age counts, also where it began before the window, and also while the market is closed: until a bar comes, the
    series is stale.

Parameters
    None.

Not flagged
    A closed market whose last bars are there; the first minutes after an open, before the first bar is due; the source's own delay. Files
    without `--at`, which end at their last bar by definition: not checked, with that reason. Each has a cause, as
    `missing_bar` gives them: a quiet market and a halt are information.

Source
    Ours; sessions from pandas-market-calendars, corrected by dq's dated overrides.
"""

import numpy as np

from dq.model import Bars, Market, OrderedBars, Suspects, no_suspects, suspects

SLOTS = True
MESSAGES = {
    "": "The series has stopped: {bars} due and not there, {age} of market time{reference}.",
    "outage": "Several series have stopped; here {bars} are due and not there, {age} of market time{reference}.",
    "quiet": "No trade for {bars} up to now, as usual at this time of day{reference}.",
    "dst": "{bars} not there yet under the stamps that are due: the clock is wrong, as `dst_shift` says.",
    "halt": "{bars} not there since trading was halted.",
}


def not_checked(bars: Bars, market: Market) -> str | None:
    return None if market.live else "the window ends with the bars or before as_of (give --at to ask how old they are)"


def stale_series(bars: OrderedBars, market: Market) -> Suspects:
    stamps = bars.timestamp[: np.searchsorted(bars.timestamp, market.as_of, side="right")]
    later_bars = not bars.ends and len(stamps) == len(bars)
    if later_bars or not market.live or len(market.slots) == 0:
        return no_suspects()
    first = int(market.slots.number(stamps[-1:])[0]) + 1 if len(stamps) else market.first_slot
    age = market.last_slot - first
    if age <= 0:
        return no_suspects()
    bounds = market.slots.timestamps(np.array([first, market.last_slot - 1]))
    return suspects(
        1,
        row=bars.offset + max(len(stamps) - 1, 0),
        start=bounds[0],
        end=bounds[1],
        count=age,
        bars=age,
        length=age * market.series.interval,
    )
