"""Volume that stays at zero.

What it finds
    Runs of bars with volume 0, longer than the series' own habit makes plausible.

Why it matters
    The feed of prices goes on while the feed of trades has died, or bars are filled in. Averages over volume ignore
    the stretch, and whatever waits for liquidity waits for ever.

How
    Learn from a sample how often such a run begins (b), how often it goes on (g), and at what time of the usual day.
    A run of n bars has the probability b × g^(n-1), where g is never below the share of idle bars at that time of
    day; distrust it below `probability`, and never below five bars.

Parameters
    probability: float, share from 0 to 1. Runs that are less likely than this are distrusted.

Not flagged
    Series whose volume is always zero or absent (currencies and indices of many vendors), and those of fewer than 50
    bars: not checked, with that reason. Idle nights of a market that sleeps; single sessions of a daily series. Runs
    whose price stands still as well: `stuck_price` judges these.

Source
    Ours.
"""

import math

import numpy as np

from dq.kernels import runs
from dq.model import Bars, Int, Market, Mask, OrderedBars, Suspects, at_rows, column_bits, no_suspects

SHORTEST = 5
SEEN = 128  # bars of a run that a block shows at its seam at the least
SAMPLE = 50
STILL = 0.9  # share of the bars of a run from which on it is the price that stands still
MESSAGES = {"": "No volume in {bars}, {age} in all; this series is idle for {expected:.0f} bars in a row at the most."}


def not_checked(bars: Bars, market: Market) -> str | None:
    habits = market.habits
    if habits.bars < SAMPLE:
        return f"only {habits.bars} bars to learn the series' habits from ({SAMPLE} are needed)"
    if habits.turnover.known == 0:
        return "no bar that was sampled has a volume"
    return "the volume of this series is always zero" if habits.turnover.traded == 0 else None


def zero_volume_run(bars: OrderedBars, market: Market, *, probability: float = 1e-6) -> Suspects:
    if len(bars) == 0 or bars.extremes("volume")[0] > 0:
        return no_suspects()
    first, lengths = runs(bars.volume == 0)
    first = first[lengths > min(_longest(market, probability), SEEN)]
    return at_rows(bars, first) if len(first) else no_suspects()


def whole(candidates: Suspects, bars: OrderedBars, market: Market, *, probability: float = 1e-6) -> Suspects:
    """The bars of every run that is as improbable at its time of day as it has to be."""
    idle, longest = market.habits.idle, _longest(market, probability)
    first, lengths = runs(bars.volume == 0)
    first, lengths = first[lengths > longest], lengths[lengths > longest]
    unlikely = idle.chances(bars.timestamp, first, lengths) < math.log(probability)
    first, lengths = first[unlikely], lengths[unlikely]
    traded = ~_standing(bars, first, lengths)
    first, lengths = first[traded], lengths[traded]
    if len(first) == 0:
        return no_suspects()
    rows = np.concatenate([np.arange(at, at + length) for at, length in zip(first, lengths, strict=True)])
    return at_rows(
        bars,
        rows,
        columns=column_bits("volume"),
        observed=0.0,
        expected=float(longest),
        length=np.repeat(lengths, lengths) * market.series.interval,
        came_back=np.repeat(first + lengths < len(bars), lengths),
    )


def _standing(bars: OrderedBars, first: Int, lengths: Int) -> Mask:
    """Whether the price stands still in nearly all of each run: without trades it has to."""
    still = np.append(False, bars.close[1:] == bars.close[:-1]) & (bars.high == bars.low)
    count = np.append(0, np.cumsum(still))
    return np.asarray(count[first + lengths] - count[first] >= STILL * lengths)


def _longest(market: Market, probability: float) -> int:
    """The longest run that is plausible at any time of day, in bars."""
    return max(SHORTEST - 1, market.habits.idle.longest(probability))
