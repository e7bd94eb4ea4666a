"""A feed that repeats itself.

What it finds
    Runs of bars that stay flat at the previous close, or repeat all four prices of the bar before, without volume
    or with the very same volume, for longer than the series' own habit makes plausible.

Why it matters
    A collector that lost its source and writes its last bar again looks healthy to any monitor that counts rows.
    Returns read as zero and volatility as calm until the feed thaws.

How
    Learn from a sample how often a repetition begins (b) and how often it goes on (g). A run of n bars has the
    probability b × g^(n-1); distrust it below `probability`, and never below five bars. The bar that is repeated is
    trusted.

Parameters
    probability: float, share from 0 to 1. Runs that are less likely than this are distrusted.

Not flagged
    Series that are flat by habit; a market locked at its limit price, whose volume goes on changing. Series of fewer
    than 50 bars: not checked, with that reason.

Source
    Ours; the exception for idle bars after Bandi, Kolokolov, Pirino and Reno, "Zeros", Management Science 66(8),
    2020, who tie zero returns to the dynamics of trading volume.
"""

import math

import numpy as np

from dq.kernels import runs
from dq.model import PRICES, Bars, Habits, Market, Mask, OrderedBars, Suspects, at_rows, no_suspects

SHORTEST = 5
SAMPLE = 50
MESSAGES = {"": "Frozen at {observed:.10g} for {bars}; this series repeats itself for {expected:.0f} bars at the most."}


def not_checked(bars: Bars, market: Market) -> str | None:
    few = market.habits.bars < SAMPLE
    return f"only {market.habits.bars} bars to learn the series' habits from ({SAMPLE} are needed)" if few else None


def stuck_price(bars: OrderedBars, market: Market, *, probability: float = 1e-6) -> Suspects:
    longest = _longest_plausible(market.habits, probability)
    if len(bars) <= longest or not _might_repeat(bars):
        return no_suspects()
    repeats = repetitions(bars)
    first, lengths = runs(repeats)
    frozen = np.flatnonzero(lengths > longest)
    if len(frozen) == 0:
        return no_suspects()
    rows = np.concatenate([np.arange(first[at], first[at] + lengths[at]) for at in frozen])
    return at_rows(bars, rows, observed=bars.close[rows], expected=float(longest))


def repetitions(bars: OrderedBars) -> Mask:
    """Whether each bar repeats the bar before it: its price and no trade, or its very volume."""
    same = np.zeros(len(bars), np.bool_)
    if len(bars) < 2:
        return same
    flat = (bars.high == bars.low)[1:] & (bars.close[1:] == bars.close[:-1]) & (bars.open[1:] == bars.close[1:])
    alike = bars.close[1:] == bars.close[:-1]
    for name in PRICES[:3]:
        alike &= bars.column(name)[1:] == bars.column(name)[:-1]
    idle = ~(bars.volume[1:] > 0) | (bars.volume[1:] == bars.volume[:-1])
    same[1:] = (flat | alike) & idle & np.isfinite(bars.close[1:])
    return same


def _might_repeat(bars: OrderedBars) -> bool:
    """Whether five repetitions in a row are possible: any four neighbours hold one bar that is looked at first."""
    close = bars.close
    at = np.flatnonzero(close[4::4] == close[3:-1:4]) * 4 + 4
    alike = (bars.high[at] == bars.high[at - 1]) & (bars.low[at] == bars.low[at - 1])
    at = at[alike | (bars.high[at] == bars.low[at])]
    around = np.clip(at[:, None] + np.arange(1 - SHORTEST, SHORTEST), 1, len(bars) - 1)
    return bool(((close[around] == close[around - 1]).sum(axis=1) >= SHORTEST).any())


def _longest_plausible(habits: Habits, probability: float) -> int:
    begins, goes_on = habits.repeat_begins, habits.repeat_goes_on
    if not begins > probability:
        return SHORTEST - 1
    return max(SHORTEST - 1, math.floor(1 + math.log(probability / begins) / math.log(goes_on)))
