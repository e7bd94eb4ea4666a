"""Census: how many of a series' bars have a price off the grid, from a sample."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dq.model import Bars, Int, OrderedBars
from dq.ticks.steps import Step
from dq.ticks.strays import Strays, strays

SAMPLE = 8192  # bars that are asked whether their prices are off,
PIECES = 4  # in so many pieces
PARTS = 16  # of the sample that are compared
OFTEN = 0.01  # share of the bars of a part from which on prices off the grid are met there
NEARLY = 0.75  # of all parts


class Census(NamedTuple):
    """How many bars were asked, and how many have a price off the grid, or a hair off it.

    Attributes:
        everywhere: prices off the grid are met in nearly all parts of the series, not in some stretch of it.
    """

    bars: int
    off: int
    noise: int
    everywhere: bool


def census(bars: Bars | OrderedBars, step: Step) -> Census:
    """How many of up to 8,192 bars, in four pieces, have a price off the grid; asked once for all checks."""
    known = f"census {step}"
    if known not in bars.known:
        length = len(bars) if len(bars) <= SAMPLE else SAMPLE // PIECES
        starts = {int(start) for start in np.linspace(0, len(bars) - length, PIECES)}
        with np.errstate(all="ignore"):
            found = [strays(bars.rows(start, start + length), step) for start in sorted(starts)]
        off, noise = (_places(found, kind, length) for kind in ("off", "noise"))
        total = len(starts) * length
        parts = np.bincount(off * PARTS // max(total, 1), minlength=PARTS)
        everywhere = (parts > OFTEN * total / PARTS).mean() >= NEARLY
        bars.known[known] = Census(total, len(off), len(noise), bool(everywhere))
    counted: Census = bars.known[known]
    return counted


def _places(found: list[Strays | None], kind: str, length: int) -> Int:
    """Where the bars of that kind stand among all that were asked, in pieces of that length."""
    pieces = [one.rows[getattr(one, kind).any(axis=0)] + at * length for at, one in enumerate(found) if one is not None]
    return np.concatenate(pieces or [np.zeros(0, np.int64)])
