"""Whether the sessions of a series are believed, and the sessions learned from its bars where they are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dq.calendars import AUTO
from dq.model import DAY, Int, RunError, Series, Sessions
from dq.run.inference import doubt
from dq.run.market import CONTEXT
from dq.sources import Source, Wanted

if TYPE_CHECKING:
    from pathlib import Path

    from dq.run.windows import Look

RECENT = 56 * DAY  # before a window, from which the hours of a series are learned; of daily bars three contexts


@dataclass(frozen=True, eq=False)
class Hours:
    """The sessions by which a series is judged, and how they were come by.

    Attributes:
        assumed: what nobody said and was taken for granted, or "".
        notes: what people should know besides.
        trouble: why no sessions could be had that the bars do not contradict, or None.
    """

    series: Series
    sessions: Sessions
    assumed: str = ""
    notes: tuple[str, ...] = ()
    trouble: RunError | None = None


def doubtful(series: Series, known: Sessions, stamps: Int, until: int) -> bool:
    """Whether those ascending bars ask for a look at more of them before the calendar is believed."""
    return series.calendar == AUTO or bool(doubt(series, stamps, known, until))


def recent_hours(
    source: Source, wanting: Sequence[tuple[Series, Sessions]], look: Look, cache: Path | None
) -> Iterator[tuple[Hours, int]]:
    """The hours of series as their last weeks say, and where the 500 bars before the window begin.

    The source is asked once for all of them, for timestamps alone.
    """
    from dq.run.learning import hours_of

    start, end = look.window.start, min(look.window.end, look.as_of)
    spans = [(start - (3 * CONTEXT * one.interval if one.daily else RECENT), end) for one, _ in wanting]
    wanted = [Wanted(one.instrument, (span,)) for (one, _), span in zip(wanting, spans, strict=True)]
    for (series, known), (_, seen) in zip(wanting, source.stamps(wanted), strict=True):
        stamps = np.sort(seen)
        before = int(np.searchsorted(stamps, start))
        since = int(stamps[max(before - CONTEXT, 0)]) if before else start - CONTEXT * series.interval
        yield hours_of(series, known, stamps, cache, end), since
