"""A run enters the history, and learns from it which of its incidents are new."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dq.history import DamagedError, HistoryError, UnreadyError, open_history, place_text
from dq.history.aside import Waiting, aside_folder, put_aside, take_in
from dq.model import DqError, Run
from dq.run.asked import Asked
from dq.run.deadline import OutOfTime
from dq.run.fetch import as_error
from dq.run.living import settle
from dq.settings import masked
from dq.sources.doing import note

if TYPE_CHECKING:
    from dq.history.profiles import ProfileRecord
    from dq.history.store import History

SPOILED = "If its past does not matter, move it aside: the next run begins a new one."

log = logging.getLogger("dq.history")


def recorded(run: Run, asked: Asked, profiles: Sequence[ProfileRecord] = ()) -> Run:
    """The run as it was recorded.

    Where the history is locked, or its database down, the run waits beside it for the next one, and says so; where that
    cannot be either, it says so and exits 3; its verdict stands.

    Args:
        profiles: what the run learned of its series, kept for the next ones.
    """
    if not asked.record:
        return run
    note(f"recording the run in {place_text(asked.settings.history)}")
    try:
        return _written(run, asked, profiles)
    except UnreadyError as wrong:
        return _kept_aside(run, asked, wrong)
    except HistoryError as wrong:
        return _unrecorded(run, wrong)
    except OutOfTime as late:
        return _kept_aside(run, asked, late.error)


def _written(run: Run, asked: Asked, profiles: Sequence[ProfileRecord]) -> Run:
    try:
        return _settled(run, asked, profiles)
    except DamagedError:  # what was damaged has been moved aside by now
        return _settled(run, asked, profiles)


def _settled(run: Run, asked: Asked, profiles: Sequence[ProfileRecord]) -> Run:
    with open_history(asked.settings.history) as history:
        _take_in(asked, history)
        try:
            run = settle(run, asked, history, profiles)
        except (ValueError, LookupError, TypeError) as wrong:  # damage in the middle of a text, which no database sees
            raise HistoryError(f"The history holds what cannot be read: {wrong!r}.", hint=SPOILED) from wrong
        history.database.tidy()
        return run


def _take_in(asked: Asked, history: History) -> None:
    """Record the runs that wait, before the one that comes after them."""
    folder = waiting_room(asked)
    try:
        taken = take_in(folder, partial(_taken_in, asked, history))
    except OSError as wrong:
        log.warning("Runs that wait in %s cannot be taken in: %s.", folder, wrong.strerror)
    else:
        if taken:
            log.info("%d runs that waited in %s are recorded now.", taken, folder)


def _taken_in(asked: Asked, history: History, waiting: Waiting) -> None:
    """Record a run that waited, as of when it was made; one that did come in, though nobody heard, is one run."""
    run = waiting.run
    if run.id not in history.named(run.id):
        access = replace(asked.access, url=waiting.place)
        then = replace(asked, now=waiting.recorded, access=access, instruments=waiting.instruments)
        settle(run, then, history, ())


def waiting_room(asked: Asked) -> Path:
    """The folder of runs that the history could not take yet."""
    return aside_folder(asked.settings.history, asked.settings.state or asked.settings.cache)


def _kept_aside(run: Run, asked: Asked, wrong: DqError) -> Run:
    folder = waiting_room(asked)
    try:
        put_aside(folder, Waiting(run, asked.now, masked(asked.access.url), asked.instruments))
    except OSError:
        return _unrecorded(run, wrong)
    told = f"{wrong.message} The run waits in {folder}: the next one that can takes it in."
    log.warning("%s", told)
    return replace(run, notes=(*run.notes, told), recorded=False)


def _unrecorded(run: Run, wrong: DqError) -> Run:
    hint = f"{wrong.hint} What was found holds; go without the history: --no-history."
    told = HistoryError(f"The run is not recorded. {wrong.message}", hint=hint)
    return replace(run, exit_code=3, errors=(*run.errors, as_error(told)), recorded=False)
