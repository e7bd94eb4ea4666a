"""What every part of a drawing stands on: places from left to right, prices from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dq.model import COLUMNS, Float, OrderedBars
from dq.reports.html.scales import Prices, price_span
from dq.reports.html.stretch import Place

TOP, TALL, VOLUME = 18, 190, 36  # pixels: room for labels above, the prices, the volumes
FLOOR = TOP + TALL  # the lower edge of the prices; labels of what lies beneath it follow
BASE = FLOOR + 16 + VOLUME  # where the volumes stand, and the times begin
WIDE, NARROW, LEAST = 10, 6, 400  # units of a bar, of a break, and of the whole drawing at least


@dataclass(frozen=True, slots=True)
class Canvas:
    """The bars of the places, where each place begins, and the price axis.

    Attributes:
        rows: float64, open, high, low, close and volume of each place; NaN where it has none.
        lefts: units from the left edge to each place, and to the end of the last.
        width: units of the whole drawing.
    """

    places: Sequence[Place]
    rows: Float
    lefts: Sequence[int]
    width: int
    prices: Prices

    def middle(self, spot: int) -> float:
        """The middle of a place in percent of the width."""
        return round((self.lefts[spot] + self.lefts[spot + 1]) / 2 / self.width * 100, 2)

    def y(self, price: float) -> float:
        """Pixels from the upper edge; prices beyond the axis stand on its end."""
        return round(TOP + self.prices.level(price, TALL), 1)


def canvas(bars: OrderedBars, places: Sequence[Place]) -> Canvas | None:
    """Lay the places out; None where no bar among them has a price."""
    rows = np.full((len(places), len(COLUMNS)), np.nan)
    spots = [spot for spot, place in enumerate(places) if place.row >= 0]
    at = [place.row for place in places if place.row >= 0]
    for column, name in enumerate(COLUMNS):
        rows[spots, column] = bars.column(name)[at]
    rows[np.isinf(rows)] = np.nan
    lows = np.fmin.reduce(rows[:, :4], axis=1)
    highs = np.fmax.reduce(rows[:, :4], axis=1)
    prices = price_span(lows, highs, [bool(place.mark) for place in places])
    if prices is None:
        return None
    widths = [WIDE if place.kind in {"bar", "slot"} else NARROW for place in places]
    lefts = [0, *np.cumsum(widths).tolist()]
    return Canvas(places, rows, lefts, max(lefts[-1], LEAST), prices)
