"""A hole: bars that the market owed and that are gone."""

import numpy as np

from dq.faults.injected import Injected
from dq.faults.rows import kept, stretch
from dq.faults.site import Ground, Site
from dq.model import Bars


def missing_bar(bars: Bars, row: int, *, length: int = 7) -> tuple[Bars, tuple[Injected, ...]]:
    """Remove `length` rows from `row` on; they are taken to be neighbours, one interval apart."""
    start, end = stretch(bars, row, length)
    place = np.arange(len(bars))
    return kept(bars, (place < row) | (place >= row + length)), (Injected("missing_bar", start, end, length),)


def room(ground: Ground) -> int:
    """As many bars as cannot be missing because nobody traded: a thin market needs a longer hole."""
    return ground.longer_than_quiet


def sized(site: Site) -> dict[str, int]:
    return {"length": site.room}
