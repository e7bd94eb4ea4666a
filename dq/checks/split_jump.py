"""A level that changes while the market is shut, by the ratio of a split, and stays.

What it finds
    The first bar after a split or a merger of shares for which the bars before were not adjusted: 2:1, 3:2, 7:1, 1:20
    and the like. Where no more than 50 bars stand before it since the first that there is, those are what an adjusting
    source left unadjusted, and they are distrusted with it.

Why it matters
    The return over that night never was: momentum, volatility and stops are wrong by it, and bars from both sides
    cannot be compared.

How
    Where the open after a closure lies at a split's ratio from the close before: within 3 usual nights, or 2 %; at most
    2.5 % for two to one and 5 % for more; half of that for halves, and 0.5 % for thirds and finer. It must be ten times
    the root mean square of the ten nights on its wilder side, the closes on both sides must stay where they are, and
    the first bar must not be far wider than such bars are, as it is after news.

Parameters
    beyond: float, usual nights. A smaller move is what this market does by itself.

Not flagged
    Open after earnings or a crash, unless it hits such a ratio and the market is calm at once. Series with closures
    at which half a dozen nights like it are usual. Markets that never close: a new denomination there is
    `price_jump`'s or `scale_error`'s.

Source
    Ours; that the threshold comes from the series' own moves is an idea of the price repair of yfinance, with whose
    pairs of broken and repaired bars it was measured.
"""

import numpy as np

from dq.kernels import distinct, median
from dq.levels import (
    LEAP,
    Nights,
    allowed,
    closures,
    had_time,
    looks_scaled,
    moves,
    nearest_split,
    nights_of,
    places_of,
    rows_of,
    scales,
    usual_night,
    usual_range,
)
from dq.levels.ratios import SMALLEST
from dq.model import (
    DAY,
    PRICES,
    Bars,
    Float,
    Int,
    Market,
    OrderedBars,
    Suspects,
    at_rows,
    column_bits,
    no_suspects,
)
from dq.prints import Prints, sound_prints

SHARE = 0.1  # of the price: a smaller move from close to close is no split
NIGHTS = 5  # daily bars that are needed besides
UNADJUSTED = 50  # bars before it that are distrusted too, where there are no more
OFF = 0.1  # logarithm: what a screen may be off a split's ratio
SIDE = 5  # closes on either side that show whether the level stays
WIDE = 5.0  # usual ranges of a first bar
MESSAGES = {
    "": "The open at {observed:.10g} after a close at {expected:.10g} looks like a split of {split}; the level stays."
}


def not_checked(bars: Bars, market: Market) -> str | None:
    if len(closures(market.sessions, market.series.interval)) == 0:
        return "the market never closes: a split would show as a jump within a session"
    if market.series.daily and market.habits.nights.count <= NIGHTS:
        return f"too few nights to know what is usual: {NIGHTS + 1} are needed, {market.habits.nights.count} were seen"
    return None


def split_jump(bars: OrderedBars, market: Market, *, beyond: float = 10.0) -> Suspects:
    found = moves(bars, market)
    at = _likely(found.prints, market, found.above(SHARE))
    if len(at) == 0:
        return no_suspects()
    places, _ = distinct(np.append(at, found.above(LEAP)))  # leaps of scale, to know which of them come back
    return at_rows(bars, rows_of(found.prints, places))


def _likely(prints: Prints, market: Market, at: Int) -> Int:
    """Those places at which the market had time and the open lies near a split's ratio from the close before."""
    night = np.log(prints.open[at] / prints.close[at - 1])
    at = at[(np.abs(night) > SMALLEST) & (nearest_split(night).off <= OFF)]
    return at[had_time(market, prints.stamps[at - 1], prints.stamps[at])] if len(at) else at


def whole(candidates: Suspects, bars: OrderedBars, market: Market, *, beyond: float = 10.0) -> Suspects:
    prints = sound_prints(bars, market)
    at = _likely(prints, market, places_of(prints, candidates["row"] - bars.offset))
    if looks_scaled(prints.open[at] / prints.close[at - 1]).any():
        at = at[~np.isin(at, scales(bars, market, candidates).edges)]
    distrusted = np.zeros(len(prints), np.bool_)
    sigmas, expected = np.full(len(prints), np.nan), np.full(len(prints), np.nan)
    nights, by_bars = nights_of(prints, market), _night_by_bars(prints, market)
    for place in at.tolist():
        usual = usual_night(nights, place, by_bars)
        night = float(np.log(prints.open[place] / prints.close[place - 1])) - usual.centre
        few = _fits(night, usual.tail) if abs(night) > beyond * usual.spread else 0
        if few and _stays(prints, place, night) and _calm(prints, nights, place, night):
            first = 0 if few == 1 and place <= UNADJUSTED and bars.timestamp[0] >= market.window.start else place
            distrusted[first : place + 1] = True
            sigmas[place], expected[place] = abs(night) / (usual.spread or np.nan), prints.close[place - 1]
    return _suspects(bars, prints, market, np.flatnonzero(distrusted), sigmas, expected)


def _night_by_bars(prints: Prints, market: Market) -> float:
    """What a night moves where too few nights were seen: as much as the bars of a whole session by chance."""
    return 0.0 if market.series.daily else prints.usual * float(np.sqrt(DAY / 4 / market.series.interval))


def _fits(night: float, usual: float) -> int:
    """The smaller number of the split's ratio that the move fits; 0 where it fits none."""
    nearest = nearest_split(np.array([night]))
    many, few = int(nearest.many[0]), int(nearest.few[0])
    return few if nearest.off[0] <= np.log1p(allowed(many, few, usual)) else 0


def _stays(prints: Prints, place: int, night: float) -> bool:
    """Whether the closes on either side stay near those at the jump, so that no single bar makes it."""
    before, after = prints.close[max(place - SIDE, 0) : place], prints.close[place : place + SIDE]
    drift_before = np.log(median(before) / prints.close[place - 1])
    drift_after = np.log(median(after) / prints.open[place])
    return bool(max(abs(drift_before), abs(drift_after)) < abs(night) / 2)


def _calm(prints: Prints, nights: Nights, place: int, night: float) -> bool:
    """Whether the first bar is about as wide as others are after a night: news make it far wider."""
    span = np.log(prints.high[place] / prints.low[place])
    return bool(span <= max(WIDE * usual_range(prints, nights, place), abs(night) / 10))


def _suspects(bars: OrderedBars, prints: Prints, market: Market, at: Int, sigmas: Float, expected: Float) -> Suspects:
    if len(at) == 0:
        return no_suspects()
    apart = np.abs(prints.open[at] - expected[at])
    return at_rows(
        bars,
        rows_of(prints, at),
        columns=column_bits(*PRICES),
        observed=prints.open[at],
        expected=expected[at],
        sigmas=sigmas[at],
        ticks=apart / (market.tick or np.nan),
        percent=100 * apart / expected[at],
        came_back=0,
    )
