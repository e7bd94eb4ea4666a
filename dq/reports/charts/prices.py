"""The prices that a chart spans: those of trusted bars, so that one bad print does not flatten the rest."""

from __future__ import annotations

import numpy as np

from dq.model import Float, Mask

_BEYOND = 1.5  # spans of the neighbours by which a bar may reach beyond them before it stands outside
_FAR = 1e15  # no price: numbers of which doubles keep no digit after the point would only stretch the axis
_FEW = 5  # trusted bars below which all are asked
_STEEP = 6  # highest ÷ lowest beyond which an axis is logarithmic: on a linear one the low prices would lie flat


def price_span(lows: Float, highs: Float, trusted: Mask) -> tuple[float, float] | None:
    """The lowest and the highest price of the axis.

    Distrusted bars are spanned too, unless they would squash their neighbours. Where the span is `steep`, the room
    above and below is the same share of the logarithms.

    Args:
        lows, highs: lowest and highest price of each bar; NaN where it has none.
        trusted: which bars nothing is said against.

    Returns:
        None where no bar has a price of less than a quadrillion.
    """
    known = (np.abs(lows) < _FAR) & (np.abs(highs) < _FAR)
    if not known.any():
        return None
    core = known & trusted
    core = core if core.sum() >= _FEW else known
    low, high = _ranked(lows[core], 0.02), _ranked(highs[core], 0.98)
    span = max(high - low, abs(high) * 2e-5, 1e-9)
    inside = known & (lows >= low - _BEYOND * span) & (highs <= high + _BEYOND * span)
    inside = inside if inside.any() else core
    bottom, top = float(lows[inside].min()), float(highs[inside].max())
    margin = max(top - bottom, span) * 0.07
    linear = bottom - margin, top + margin
    if bottom > 0 and linear[1] > _STEEP * linear[0]:
        ratio = (top / bottom) ** 0.12  # more than that of the margins above, so that this span is steep as well
        return bottom / ratio, top * ratio
    return linear


def steep(span: tuple[float, float]) -> bool:
    """Whether prices of that span belong on a logarithmic axis."""
    return span[0] > 0 and span[1] > _STEEP * span[0]


def _ranked(column: Float, share: float) -> float:
    """The value above that share of a column; numpy's own takes ten times as long over the few bars of a chart."""
    ordered = np.sort(column)
    place = share * (len(column) - 1)
    below = int(place)
    above = min(below + 1, len(column) - 1)
    return float(ordered[below] + (ordered[above] - ordered[below]) * (place - below))


def volume_top(volume: Float, trusted: Mask) -> float:
    """The highest volume of the axis: that of trusted bars, unless there are none; 0 where nothing is traded."""
    known = np.isfinite(volume) & (np.abs(volume) < _FAR) & (volume > 0)
    core = volume[known & trusted] if (known & trusted).any() else volume[known]
    return float(core.max()) if len(core) else 0.0


def ends(rows: Float) -> tuple[Float, Float]:
    """Lowest and highest of the four prices of each bar: shape (bars, 4) in, NaN where there is none."""
    finite = np.where(np.isfinite(rows), rows, np.nan)
    return np.fmin.reduce(finite, axis=1), np.fmax.reduce(finite, axis=1)
