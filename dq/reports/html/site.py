"""What a site shows: a run, the bars and markets behind it, the runs before it, and the incidents that others saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dq.model import DAY, Event, Life, Market, OrderedBars, Parcel, PastRun, Run

Key = tuple[str, int]  # instrument and interval (microseconds)
AFTERWARDS = 7 * DAY  # for which an incident that is over keeps its page


@dataclass(frozen=True, eq=False)
class Known:
    """What the history knows of incidents, those of other suites and windows among them.

    Attributes:
        lives: those that last, those that were resolved within AFTERWARDS, and those that the run tells.
        events, parcels: their steps, and what channels were told of them; oldest first.
        until: `as_of` of the newest run that they follow from, microseconds UTC; None where nothing is known.
    """

    lives: Sequence[Life] = ()
    events: Sequence[Event] = ()
    parcels: Sequence[Parcel] = ()
    until: int | None = None


@dataclass(frozen=True, eq=False)
class Site:
    """What a site shows.

    Attributes:
        bars: the bars of each series; a series without any is told and not drawn.
        markets: sessions and slots of each series, from which closed hours and completeness are drawn.
        past: earlier runs of the same source, oldest first; this run is not among them.
        undrawn: why no bars are at hand, where that is so.
        known: incidents with their lives.
    """

    run: Run
    bars: Mapping[Key, OrderedBars] = field(default_factory=dict)
    markets: Mapping[Key, Market] = field(default_factory=dict)
    past: Sequence[PastRun] = ()
    undrawn: str = ""
    known: Known = field(default_factory=Known)
