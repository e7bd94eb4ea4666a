"""What a site shows: a run, the bars and markets behind it, and the runs before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dq.model import Market, OrderedBars, PastRun, Run

Key = tuple[str, int]  # instrument and interval (microseconds)


@dataclass(frozen=True, eq=False)
class Site:
    """What a site shows.

    Attributes:
        bars: the bars of each series; a series without any is told and not drawn.
        markets: sessions and slots of each series, from which closed hours and completeness are drawn.
        past: earlier runs of the same source, oldest first; this run is not among them.
        undrawn: why no bars are at hand, where that is so.
    """

    run: Run
    bars: Mapping[Key, OrderedBars] = field(default_factory=dict)
    markets: Mapping[Key, Market] = field(default_factory=dict)
    past: Sequence[PastRun] = ()
    undrawn: str = ""
