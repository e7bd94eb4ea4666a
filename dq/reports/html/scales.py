"""The two axes of a drawing: which prices it spans and which of them and of the times are written beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np

from dq.model import DAY, HOUR, MINUTE, SECOND, Float
from dq.reports.html.stretch import Place

_BEYOND = 1.5  # spans of the neighbours by which a bar may reach beyond them before it is clipped
_FAR = 1e15  # no price: numbers of which doubles keep no digit after the point would only stretch the axis
_STEPS = [SECOND, 5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE]
_STEPS += [HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY]


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices from the bottom to the top of a drawing, in the series' own unit."""

    bottom: float
    top: float

    def level(self, price: float, height: float) -> float:
        """How far below the upper edge a price stands; prices beyond an edge stand on it."""
        share = (self.top - price) / (self.top - self.bottom)
        return round(min(max(share, 0.0), 1.0) * height, 1)

    def clips(self, price: float) -> bool:
        """Whether that price lies beyond an edge; NaN does not."""
        return price < self.bottom or price > self.top


def price_span(lows: Float, highs: Float, marked: Sequence[bool]) -> Prices | None:
    """The prices drawn: those of the neighbours, and of distrusted bars unless they would squash the neighbours.

    Args:
        lows, highs: lowest and highest price of each bar; NaN where it has none.
        marked: which bars are distrusted.

    Returns:
        None where no bar has a price of less than a quadrillion.
    """
    known = (np.abs(lows) < _FAR) & (np.abs(highs) < _FAR)
    trusted = known & ~np.asarray(marked, bool)
    core = trusted if trusted.sum() >= 5 else known
    if not known.any():
        return None
    low, high = (float(edge) for edge in (np.percentile(lows[core], 2), np.percentile(highs[core], 98)))
    span = max(high - low, abs(high) * 2e-5, 1e-9)
    inside = known & (lows >= low - _BEYOND * span) & (highs <= high + _BEYOND * span)
    inside = inside if inside.any() else core
    bottom, top = float(lows[inside].min()), float(highs[inside].max())
    margin = max((top - bottom) * 0.06, span * 0.06)
    return Prices(bottom - margin, top + margin)


def price_ticks(prices: Prices, most: int = 5) -> list[tuple[float, str]]:
    """Round prices inside the span and how they are written, lowest first."""
    rough = (prices.top - prices.bottom) / most
    power = 10.0 ** floor(log10(rough))
    step = next((factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough), 10 * power)
    digits = max(0, -floor(log10(step)) + (1 if round(step / power, 1) == 2.5 else 0))
    first, last = ceil(prices.bottom / step), floor(prices.top / step)
    return [(number * step, f"{number * step + 0.0:,.{min(digits, 12)}f}") for number in range(first, last + 1)]


def time_ticks(places: Sequence[Place], most: int = 6) -> list[int]:
    """Which places have their time written: round times, at most `most` of them, far enough from one another."""
    timed = [(spot, place.at) for spot, place in enumerate(places) if place.at is not None]
    if not timed:
        return []
    room = max(len(places), 40) / most
    chosen: list[int] = []
    for step in _STEPS:
        round_ones = [spot for spot, at in timed if at % step == 0]
        if round_ones and len(round_ones) <= most:
            chosen = round_ones
            break
    spread = _apart(chosen, room * 0.75)
    if len(spread) > 1:
        return spread
    wanted = (len(places) * share for share in (0.1, 0.5, 0.9))
    return _apart(sorted({min((spot for spot, _ in timed), key=lambda one: abs(one - at)) for at in wanted}), room)


def _apart(spots: Sequence[int], room: float) -> list[int]:
    """Those of them that stand at least `room` places after the one before."""
    kept: list[int] = []
    for spot in spots:
        if not kept or spot - kept[-1] >= room:
            kept.append(spot)
    return kept
