"""What pages show beside a run: the runs before it, and incidents with their lives, whichever run saw them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dq.history import AbsentError, HistoryError, read_history
from dq.model import PastRun, Run
from dq.reports.html.site import AFTERWARDS, Known
from dq.run.living import CHANNELS

if TYPE_CHECKING:
    from dq.history.store import History


@dataclass(frozen=True, eq=False)
class Beside:
    """What the history knows beside a run.

    Attributes:
        past: earlier runs of the same source and about as long a window, oldest first; 60 at most.
        note: why there is nothing, where the history cannot be read, or "".
    """

    past: tuple[PastRun, ...] = ()
    known: Known = field(default_factory=Known)
    note: str = ""


NOTHING = Beside()


def beside(run: Run, history: Path | str, place: str) -> Beside:
    """What is known beside that run.

    Args:
        place: the source as it was asked for, secrets masked.
    """
    try:
        with read_history(history) as opened:
            return Beside(opened.past(run), known_of(opened, run, place))
    except AbsentError:
        return NOTHING
    except HistoryError as wrong:
        return Beside(note=f"Earlier runs, and incidents that others saw, are not shown. {wrong.message}")


def known_of(history: History, run: Run, place: str) -> Known:
    """The incidents of the run's source, of dq's own trouble with that place, and of channels, as they are by now.

    Raises:
        HistoryError: they cannot be read.
    """
    until = max(run.as_of, history.newest(run.source) or run.as_of)
    since, told = run.as_of - AFTERWARDS, {one.id for one in run.incidents}
    sources = sorted({run.source, place, CHANNELS, *history.life_sources(place, since)})
    lives = [life for source in sources for life in history.lives(source, since=since)]
    return Known(
        [one for one in lives if one.resolved is None or one.resolved >= until - AFTERWARDS or one.id in told],
        [event for source in sources for event in history.events_since(source, since)],
        [parcel for source in sources for parcel in history.parcels_since(source, since)],
        until,
    )
