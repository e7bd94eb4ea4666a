"""A feed that repeats itself.

What it finds
    Runs of bars that stay flat at the previous close, or repeat all four prices of the bar before, without volume
    or with the very same volume, for longer than the series' own habit makes plausible.

Why it matters
    A collector that lost its source and writes its last bar again looks healthy to any monitor that counts rows.
    Returns read as zero and volatility as calm until the feed thaws.

How
    Learn from a sample how often a repetition begins (b), how often it goes on (g), and at what time of the usual
    day. A run of n bars has the probability b × g^(n-1), where g is never below the share of repetitions at that time
    of day; distrust it below `probability`, and never below five bars. The bar that is repeated is trusted. Up to
    four bars that interrupt a frozen stretch belong to it. The evidence: `sigmas` by which the market moves in that
    time as a rule, `percent` of the series' bars that are such copies, and whether the price moves again after.

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
from dq.model import PRICES, Bars, Int, Market, Mask, OrderedBars, Spells, Suspects, at_rows, no_suspects

SHORTEST = 5
SAMPLE = 50
PART = 1e-3  # probability of a run that may be a part of an interrupted stretch
SEEN = 128  # bars of a run that a block shows at its seam at the least
TILE = 4096  # bars that are looked at again at a time
EDGE = 10  # bars at the end of a tile from which a stretch may reach into the next
INTERRUPTED = 4  # bars that may stand between two parts of a frozen stretch …
RESUMED = 25  # … and between two that are no habit each by itself
MESSAGES = {
    "": "Frozen at {observed:.10g} for {bars}, {age} in all; this series repeats itself for {expected:.0f} bars at the"
    " most, and {share} of its bars are such copies."
}


def not_checked(bars: Bars, market: Market) -> str | None:
    few = market.habits.bars < SAMPLE
    return f"only {market.habits.bars} bars to learn the series' habits from ({SAMPLE} are needed)" if few else None


def stuck_price(bars: OrderedBars, market: Market, *, probability: float = 1e-6) -> Suspects:
    if len(bars) < SHORTEST or not _might_repeat(bars):
        return no_suspects()
    first, lengths = runs(repetitions(bars))
    first = first[lengths >= _part(market, probability)]
    return at_rows(bars, first) if len(first) else no_suspects()


def whole(candidates: Suspects, bars: OrderedBars, market: Market, *, probability: float = 1e-6) -> Suspects:
    """Every bar of the frozen stretches, those that interrupt them too."""
    same = _repetitions_around(bars, candidates["row"])
    begin, stop = _stretches(bars, same)
    begin, stop, longest = _unlikely(bars, same, (begin, stop), market, probability)
    if len(begin) == 0:
        return no_suspects()
    count = stop - begin
    rows = np.repeat(begin - (np.cumsum(count) - count), count) + np.arange(int(count.sum()))
    return at_rows(
        bars,
        rows,
        observed=np.repeat(bars.close[begin], count),
        expected=np.repeat(longest, count),
        length=np.repeat(count, count) * market.series.interval,
        sigmas=np.repeat(np.sqrt(count), count),
        percent=100 * count.sum() / len(bars),
        came_back=np.repeat(_thawed(bars, stop), count),
    )


def _unlikely(
    bars: OrderedBars, same: Mask, stretches: tuple[Int, Int], market: Market, probability: float
) -> tuple[Int, Int, Int]:
    """The stretches that are no habit: first rows, rows after the last, and the longest that would be one.

    A market in which nobody trades stands still for long now and then; it does not repeat ranges and volumes.
    """
    begin, stop = stretches
    paused = np.append(0, np.cumsum(idle_at_one_price(bars, same)))
    idle = 2 * (paused[stop] - paused[begin]) > stop - begin
    found = np.zeros(len(begin), np.bool_)
    longest = np.zeros(len(begin), np.int64)
    for kind, habit in ((idle, market.habits.pauses), (~idle, market.habits.repeats)):
        longest[kind] = _longest(habit, probability)
        chances = habit.chances(bars.timestamp, begin[kind], (stop - begin)[kind])
        found[kind] = (chances < math.log(probability)) & ((stop - begin)[kind] > longest[kind])
    return _resumed(bars, begin[found], stop[found], longest[found])


def _resumed(bars: OrderedBars, begin: Int, stop: Int, longest: Int) -> tuple[Int, Int, Int]:
    """The same stretches; one that goes on soon at the same price, whatever stood in between, is one."""
    whole: list[tuple[int, int, int]] = []
    for one in zip(begin.tolist(), stop.tolist(), longest.tolist(), strict=True):
        first, recent = one, len(whole)
        while recent and one[0] - whole[recent - 1][1] <= RESUMED:
            recent -= 1
            if bars.close[whole[recent][0]] == bars.close[one[0]]:
                first = whole[recent]
                del whole[recent:]
        whole.append((first[0], one[1], first[2]))
    bounds = np.array(whole, np.int64).reshape(-1, 3)
    return bounds[:, 0], bounds[:, 1], bounds[:, 2]


def _longest(habit: Spells, probability: float) -> int:
    """The longest run that is plausible at any time of day, in bars."""
    return max(SHORTEST - 1, habit.longest(probability))


def _part(market: Market, probability: float) -> int:
    """The shortest run that may be a part of a frozen stretch that was interrupted."""
    habits = (market.habits.repeats, market.habits.pauses)
    longest = min(_longest(habit, probability) for habit in habits)
    return min(longest + 1, max(SHORTEST, *(habit.longest(PART) for habit in habits)), SEEN)


def _repetitions_around(bars: OrderedBars, rows: Int) -> Mask:
    """What `repetitions` says of the tiles of those rows, and of all neighbouring ones into which a stretch reaches."""
    same, last = np.zeros(len(bars), np.bool_), (len(bars) - 1) // TILE
    waiting = set((rows // TILE).tolist())
    seen = set(waiting)
    while waiting:
        tile = waiting.pop()
        begin, stop = tile * TILE, min((tile + 1) * TILE, len(bars))
        shown = max(begin - 1, 0)
        same[begin:stop] = repetitions(bars.rows(shown, stop))[begin - shown :]
        reached = {tile - 1} if same[begin : begin + EDGE].any() else set()
        reached |= {tile + 1} if same[stop - EDGE : stop].any() else set()
        reached = {one for one in reached - seen if 0 <= one <= last}
        waiting |= reached
        seen |= reached
    return same


def _stretches(bars: OrderedBars, same: Mask) -> tuple[Int, Int]:
    """First row of each stretch of repetitions and the row after its last.

    A spike, a NaN or a conflicting row does not thaw a frozen feed: what stands before and after it is one stretch. A
    flat price with nothing absent in between is left alone, because a thin market may have come back to it.
    """
    first, lengths = runs(same)
    before, after, stop = first[:-1], first[1:], first + lengths
    apart = after - stop[:-1] > INTERRUPTED
    for name in PRICES:
        apart |= bars.column(name)[after] != bars.column(name)[before]
    absent = np.append(0, np.cumsum(~np.isfinite(bars.close)))
    apart |= (bars.high[after] == bars.low[after]) & (absent[after] == absent[stop[:-1]])
    begins = np.flatnonzero(np.append(True, apart)[: len(first)])
    ends = np.append(begins[1:], len(first))[: len(begins)] - 1
    return first[begins], stop[ends]


def _thawed(bars: OrderedBars, stop: Int) -> Mask:
    """Whether a price follows soon after each stretch: it differs, or it would belong to the stretch."""
    following = np.minimum(stop[:, None] + np.arange(SHORTEST), len(bars))
    return np.asarray(np.isfinite(np.append(bars.close, np.nan)[following]).any(axis=1))


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


def idle_at_one_price(bars: OrderedBars, same: Mask) -> Mask:
    """Which of those repetitions are flat and without volume: what a source writes where nobody trades."""
    return np.asarray(same & (bars.high == bars.low) & ~(bars.volume > 0))


def _might_repeat(bars: OrderedBars) -> bool:
    """Whether five repetitions in a row are possible: any four neighbours hold one bar that is looked at first."""
    close = bars.close
    at = np.flatnonzero(close[4::4] == close[3:-1:4]) * 4 + 4
    alike = (bars.high[at] == bars.high[at - 1]) & (bars.low[at] == bars.low[at - 1])
    at = at[alike | (bars.high[at] == bars.low[at])]
    around = np.clip(at[:, None] + np.arange(1 - SHORTEST, SHORTEST), 1, len(bars) - 1)
    return bool(((close[around] == close[around - 1]).sum(axis=1) >= SHORTEST).any())
