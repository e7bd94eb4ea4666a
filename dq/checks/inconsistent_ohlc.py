"""Bars whose four prices contradict one another.

What it finds
    A high below the open, the close or the low; a low above the open, the close or the high.

Why it matters
    Such a bar cannot have traded. It comes from columns swapped on the way, from rows merged out of two sources,
    or from a price that was adjusted alone, and it breaks every range, stop and fill that is computed from it.

How
    Compare high and low with the other three prices, with room for the noise of floating point: one part in 10^9,
    or half a tick where the tick is known.

Parameters
    None.

Not flagged
    Differences that small, and bars with an absent price, which `null_price` owns.

Source
    Ours.
"""

import numpy as np

from dq.model import Bars, Float, Market, Suspects, at_rows, column_bits, no_suspects

NOISE = 1e-9
MESSAGES = {
    "": "{Bars} with a {columns} that the other prices contradict: {observed:.10g}, where {expected:.10g} was reached."
}


def inconsistent_ohlc(bars: Bars, market: Market) -> Suspects:
    if bars.enclosed:
        return no_suspects()
    top, bottom = np.maximum(bars.open, bars.close), np.minimum(bars.open, bars.close)
    if not ((top > bars.high).any() or (bottom < bars.low).any()):  # then high is not below low either
        return no_suspects()
    top, bottom = np.maximum(top, bars.low), np.minimum(bottom, bars.high)
    too_low, too_high = _excess(top, bars.high, market.series.tick), _excess(bars.low, bottom, market.series.tick)
    rows = np.flatnonzero((too_low > 0) | (too_high > 0))
    high_is_worse = too_low[rows] >= too_high[rows]
    observed = np.where(high_is_worse, bars.high[rows], bars.low[rows])
    expected = np.where(high_is_worse, top[rows], bottom[rows])
    return at_rows(
        bars,
        rows,
        columns=(too_low[rows] > 0) * column_bits("high") + (too_high[rows] > 0) * column_bits("low"),
        observed=observed,
        expected=expected,
        percent=100 * np.abs(observed - expected) / np.abs(expected),
        ticks=np.abs(observed - expected) / (market.series.tick or np.nan),
    )


def _excess(upper: Float, lower: Float, tick: float | None) -> Float:
    """By how much `upper` lies above `lower`; 0 within the noise, where one of them is NaN, and where infinite."""
    excess = upper - lower
    room = np.maximum(NOISE * np.abs(upper), (tick or 0.0) / 2)
    return np.asarray(np.where((excess > room) & np.isfinite(excess), excess, 0.0))
