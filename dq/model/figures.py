"""What the collector measured of itself: its cycles, its writes, its requests, its memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Measure = Literal["cycle", "upsert", "retries", "memory"]
UNMEASURED = "nobody says where the collector tells of itself (set [collector] metrics or log)"
MEASURES: tuple[Measure, ...] = ("cycle", "upsert", "retries", "memory")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure, as far back as it reaches.

    Attributes:
        value: seconds that nineteen of twenty cycles or upserts stayed below (the 95th percentile); retries for each
            request; bytes of memory.
        count: of how many cycles, upserts or requests; 1 of memory; None where nobody says.
        place: where it was read: a metric, or operations of the log.
        since: microseconds UTC from which on they were counted; None: since the collector started.
        beyond: the true value is higher: the histogram ends there.
        own: the collector reckoned it itself, over a stretch of its own choice.
    """

    value: float
    count: int | None
    place: str
    since: int | None = None
    beyond: bool = False
    own: bool = False


@dataclass(frozen=True, eq=False)
class Figures:
    """All measures of one collector.

    Attributes:
        known: those that were found.
        unknown: why the others were not, one clause each.
        notes: what people should know of where they were read, one sentence each.
    """

    known: Mapping[Measure, Figure]
    unknown: Mapping[Measure, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
