"""A day of the demo, watched by its own clock: what the runs find, and what people would be told."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from dq import __version__
from dq.cli.demo_lines import line
from dq.cli.demo_live import happen
from dq.cli.demo_places import cache
from dq.model import HOUR, MINUTE, Run
from dq.run import Asked, validate
from dq.settings import AlertSettings, CollectorSettings, Settings
from dq.sources import Access
from dq.watch import Breaker, Cadence, Timetable, Watch

if TYPE_CHECKING:
    from pathlib import Path

    from dq.demo import Den
    from dq.demo.live import Collector, Schedule

NOBODY = AlertSettings("json://127.0.0.1:9/", "people")  # whose messages are shown here instead of being sent


def watched(den: Den, collector: Collector, schedule: Schedule, speed: float) -> None:
    """Play the schedule, a run each minute of it, and tell at the end how much of what was foretold was told."""
    logging.getLogger("dq.watch").setLevel(logging.ERROR)  # what the breaker says, the runs and alerts say better
    history, clock = den.folder / "history.sqlite", [schedule.begin]
    watch = a_watch(den.server.url, history, clock)
    verdict, shown = "", 0
    began = time.monotonic()
    for instant in range(schedule.begin + MINUTE, schedule.end + 1, MINUTE):
        happen(den, collector, clock[0], instant)
        collector.write(instant)
        clock[0] = instant
        run = watch.round().outcome.run
        if run.verdict != verdict:
            verdict = run.verdict
            line(instant, "watch", verdict, _headline(run))
        shown = _tell_messages(history, shown)
        time.sleep(max(0.0, began + (instant - schedule.begin) / speed / 1e6 - time.monotonic()))
    _compare(history, schedule)


def a_watch(url: str, history: Path, clock: list[int]) -> Watch:
    """A watch of the demo's database once a minute, by the clock that the first of that list is."""
    settings = Settings(history, cache(), collector=CollectorSettings(cycle=MINUTE), alerts=(NOBODY,))
    asked = Asked(Access(url, retries=0), settings, clock[0], window=HOUR, channels=settings.alerts)
    timetable = Timetable(MINUTE, 0)
    return Watch(
        Cadence("", timetable, asked),
        Breaker(MINUTE, timetable.after),
        lambda asked, _limit: validate(replace(asked, access=replace(asked.access, retries=0)), __version__),
        lambda: clock[0],
        __version__,
    )


def _headline(run: Run) -> str:
    from dq.reports.lines import error_text, printable
    from dq.reports.words import headline

    return printable(error_text(run.errors[0]) if run.errors and not run.series else headline(run))


def _tell_messages(history: Path, shown: int) -> int:
    """Print what people would be told since; how much there is now."""
    from dq.history import read_history

    with read_history(history) as opened:
        parcels = opened.parcels()
    for parcel in parcels[shown:]:
        line(parcel.message.created, "alert", parcel.message.what, parcel.message.title)
    return len(parcels)


def _compare(history: Path, schedule: Schedule) -> None:
    """Where the incidents of the schedule are foretold: how many were told."""
    from dq.history import read_history

    with read_history(history) as opened:
        told = [parcel.message.what for parcel in opened.parcels()]
    opened_, resolved = told.count("opened"), told.count("resolved")
    click.echo(f"\n{opened_} incidents were told, {resolved} that they are over.")
    if schedule.owed:
        click.echo(
            f"{len(schedule.owed)} were put in, of which {sum(one.resolved < schedule.end for one in schedule.owed)} end."
        )
