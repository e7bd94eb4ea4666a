"""Volumes far beyond what is usual at their time of day.

What it finds
    Bars whose volume is `sigmas` robust standard deviations above the usual, on a logarithmic scale.

Why it matters
    As a rule the unit is wrong (shares for lots), a running total was stored, or a field went into the wrong column.
    One such bar decides every average that is weighted by volume.

How
    Learn from a sample the mean logarithm of volume per half hour of the UTC day, and how far volumes scatter around
    it (1.4826 × the median deviation, never below 0.4). Compare with the highest of that half hour and its two
    neighbours, because daylight saving moves a market's hours against UTC.

Parameters
    sigmas: float, robust standard deviations. Volumes that far above the usual, by their logarithm, are distrusted.

Not flagged
    The open, the close, news and roll days, which stay far below 12 deviations. Series without volume, or of fewer
    than 50 bars that trade: not checked, with that reason.

Source
    Ours.
"""

import numpy as np

from dq.model import DAY, Bars, Float, Int, Market, OrderedBars, Suspects, at_rows, column_bits, no_suspects

CALM = 0.4  # the scatter of a series that always trades alike
MESSAGES = {"": "Volume {observed:,.0f} in {bars}, where {expected:,.0f} is usual: {far} above it."}


def not_checked(bars: Bars, market: Market) -> str | None:
    turnover = market.habits.turnover
    if len(turnover.usual):
        return None
    return (
        "too few bars that trade to know what volume is usual" if turnover.traded else "no bar that was sampled trades"
    )


def volume_spike(bars: OrderedBars, market: Market, *, sigmas: float = 12.0) -> Suspects:
    turnover = market.habits.turnover
    if len(bars) == 0 or len(turnover.usual) == 0:
        return no_suspects()
    usual, scatter = _usual(turnover.usual), max(turnover.sigma, CALM)
    if bars.extremes("volume")[1] <= np.exp(usual.min() + sigmas * scatter):
        return no_suspects()
    rows = np.flatnonzero(bars.volume > np.exp(usual.min() + sigmas * scatter))
    rows = rows[np.isfinite(bars.volume[rows])]
    level = usual[_places(bars.timestamp[rows], len(usual))]
    beyond = (np.log(bars.volume[rows]) - level) / scatter
    rows, level, beyond = rows[beyond > sigmas], level[beyond > sigmas], beyond[beyond > sigmas]
    following = bars.volume[np.minimum(rows + 1, len(bars) - 1)]
    return at_rows(
        bars,
        rows,
        columns=column_bits("volume"),
        observed=bars.volume[rows],
        expected=np.exp(level),
        sigmas=beyond,
        percent=100 * np.expm1(np.log(bars.volume[rows]) - level),
        came_back=np.where(rows + 1 < len(bars), ~(following > np.exp(level + sigmas * scatter)), -1),
    )


def _usual(levels: Float) -> Float:
    """The highest of each stretch of the day and its two neighbours; of those without bars the highest of all."""
    highest = np.fmax(levels, np.fmax(np.roll(levels, 1), np.roll(levels, -1)))
    return np.where(np.isnan(highest), np.nanmax(levels), highest)


def _places(stamps: Int, stretches: int) -> Int:
    """The stretch of the UTC day in which each timestamp lies."""
    return np.asarray(stamps % DAY * stretches // DAY)
