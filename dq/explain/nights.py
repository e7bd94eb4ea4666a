"""How far prices move while the market is closed."""

from __future__ import annotations

import numpy as np

from dq.kernels import ROBUST, median
from dq.levels import night_moves, night_places
from dq.model import Nights, OrderedBars, Slots

MOST = 512  # nights that are looked at, spread over the whole series
FEW = 5  # nights that are too few to say what is usual


def learn_nights(bars: OrderedBars, slots: Slots) -> Nights:
    """Nights of the whole series, or a sample of them; the sigma is NaN where there are fewer than five."""
    places = night_places(bars.timestamp, slots.interval, slots.sessions)
    if len(places) > MOST:
        places = places[np.linspace(0, len(places) - 1, MOST).astype(np.int64)]
    sizes = np.abs(night_moves(bars, places).moves)
    if len(sizes) < FEW:
        return Nights(count=len(sizes))
    return Nights(sigma=ROBUST * median(sizes), count=len(sizes))
