"""A hole: bars that the market owed and that are gone."""

import math

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import kept, stretch
from dq.faults.site import Ground, Site
from dq.model import Bars

SHORTEST = 7  # more than five bars are critical in the default suites
IMPOSSIBLE = 1e-9  # a hole as likely as that is none that nobody traded in


def missing_bar(bars: Bars, row: int, *, length: int = 7) -> tuple[Bars, tuple[Injected, ...]]:
    """Remove `length` rows from `row` on; they are taken to be neighbours, one interval apart."""
    start, end = stretch(bars, row, length)
    place = np.arange(len(bars))
    return kept(bars, (place < row) | (place >= row + length)), (Injected("missing_bar", start, end, length),)


def room(ground: Ground) -> int:
    """As many bars as cannot be missing because nobody traded: a thin market needs a longer hole."""
    return longer_than_quiet(ground.presence)


def sized(site: Site) -> dict[str, int]:
    return {"length": site.room}


def longer_than_quiet(share: float) -> int:
    """The fewest slots that a market with a bar in that share of its slots does not leave empty by itself."""
    return max(SHORTEST, math.ceil(math.log(IMPOSSIBLE) / math.log(1 - min(max(share, 0.001), 0.999))))
