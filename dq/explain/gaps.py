"""Gaps: the missing runs of one series, and what is known around them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dq.explain.shifts import by_other_clocks, with_owners
from dq.model import Int, Market, Mask, OrderedBars, Suspects, has_cause, no_suspects


@dataclass(frozen=True, eq=False)
class Gaps:
    """The missing runs of one series, and what is known around them.

    Attributes:
        runs: suspects of `missing_bar` or `stale_series`.
        stamps: ascending timestamps of the series, 20 sessions back where they are known.
        bars: those that were read, around the runs; None where only timestamps are known.
        check: the one that found them.
        shifts: what `dst_shift` tells of the series; none where nobody asked it.
    """

    market: Market
    runs: Suspects
    stamps: Int
    bars: OrderedBars | None = None
    check: str = "missing_bar"
    shifts: Suspects = field(default_factory=no_suspects)

    @property
    def displaced(self) -> Mask:
        """Which runs a displaced span left behind, or a market that keeps the clocks of another place."""
        left_behind = has_cause(with_owners(self.check, self.runs, self.shifts, self.market), ["dst"])
        return left_behind | by_other_clocks(self.runs, self.stamps, self.market)

    @property
    def first(self) -> Int:
        """Number of the first missing slot of each run."""
        return self.market.slots.number(self.runs["start"])

    @property
    def to_the_close(self) -> Mask:
        """Whether each run ends with a session that is over."""
        slots, step = self.market.slots, self.market.series.interval
        following = slots.number(self.runs["end"]) + 1
        last = (following >= len(slots)) | (slots.timestamps(following) > self.runs["end"] + step)
        return np.asarray(last & (self.runs["end"] + step <= self.market.as_of))
