"""What bars say of themselves: their interval, the offset of their grid, whether a guessed calendar fits."""

from __future__ import annotations

import numpy as np

from dq.kernels import distinct
from dq.model import DAY, SECOND, Int, Mask, Series, Sessions

SAMPLE = 4096
CONTRADICTED = 0.1  # share of bars off-session from which on a guessed calendar is dropped
FEW = 10  # bars that are too few to contradict anything


def infer_interval(stamps: Int) -> int | None:
    """Microseconds between bars: the most frequent step; None where there is none of whole seconds."""
    recent = np.sort(stamps[:SAMPLE])
    steps = recent[1:] - recent[:-1]
    steps = steps[(steps > 0) & (steps % SECOND == 0)]
    return _most_frequent(steps) if len(steps) else None


def infer_phase(series: Series, stamps: Int, sessions: Sessions) -> int:
    """The offset of the series' grid, as `lay_slots` wants it."""
    sample = stamps[:: max(len(stamps) // SAMPLE, 1)]
    if len(sample) == 0:
        return 0
    phase = _most_frequent(sample % series.interval)
    if phase == 0 or series.daily:
        return phase
    label = series.interval if series.label == "close" else 0
    at = np.searchsorted(sessions.opens, sample - label, side="right") - 1
    known = at >= 0
    from_open = (sample[known] - label - sessions.opens[at[known]]) % series.interval
    if known.any() and (from_open == 0).mean() > 0.9:
        return -1
    return phase if (sample % series.interval == phase).mean() > 0.5 else 0


def contradicts(series: Series, stamps: Int, sessions: Sessions) -> bool:
    """Whether a tenth of the bars lie outside the sessions of a calendar that was only guessed."""
    if not series.guessed or len(stamps) < FEW:
        return False
    sample = stamps[:: max(len(stamps) // SAMPLE, 1)]
    return bool(_outside(series, sample, sessions).mean() > CONTRADICTED)


def _outside(series: Series, stamps: Int, sessions: Sessions) -> Mask:
    if series.daily:
        return ~np.isin(stamps // DAY, sessions.day) & ~sessions.touch(stamps, series.interval)
    return ~sessions.touch(stamps - 1, series.interval + 1)


def _most_frequent(values: Int) -> int:
    each, counts = distinct(values)
    return int(each[counts.argmax()])
