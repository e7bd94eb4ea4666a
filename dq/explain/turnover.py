"""What volume is usual at each time of the day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dq.kernels import ROBUST, median
from dq.model import DAY, Float, Int, OrderedBars, Turnover

STRETCHES = 48  # of a day: half hours
SAMPLE = 8192  # bars of all stretches together whose volume is looked at
ENOUGH = 50


def learn_turnover(stretches: Sequence[OrderedBars]) -> Turnover:
    """The level of volume by half hour of the UTC day, and how far volumes scatter around it."""
    thin = max(1, sum(map(len, stretches)) // SAMPLE)
    volume = np.concatenate([stretch.volume[::thin] for stretch in stretches] or [np.zeros(0)])
    stamps = np.concatenate([stretch.timestamp[::thin] for stretch in stretches] or [np.zeros(0, np.int64)])
    finite = np.isfinite(volume)
    traded = finite & (volume > 0)
    shares = (float(finite.mean()), float(traded.mean())) if len(volume) else (0.0, 0.0)
    if int(traded.sum()) < ENOUGH:
        return Turnover(*shares)
    size, place = np.log(volume[traded]), stamps[traded] % DAY * STRETCHES // DAY
    usual = _levels(size, place)
    return Turnover(*shares, usual, ROBUST * median(np.abs(size - usual[place])))


def _levels(size: Float, place: Int) -> Float:
    """The mean in each stretch of the day; NaN where there are no bars."""
    count = np.bincount(place, minlength=STRETCHES)
    total = np.bincount(place, size, STRETCHES)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
