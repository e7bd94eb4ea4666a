"""The history as commands read it: opened where it exists, runs found by the beginning of their ids."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from dq.history import AbsentError, place_text, read_history
from dq.model import Run, SettingsError, instant_text
from dq.settings import Settings, read_settings_of_readers

if TYPE_CHECKING:
    from dq.history.store import History

NEWEST = 200  # ids among which one that was mistyped is looked for
HOW = "`dq validate` records each run, unless --no-history says otherwise; `dq demo` shows how it looks."


def known_settings() -> Settings:
    """The settings of this folder and environment, for commands that look at the history and tell nobody.

    Raises:
        SettingsError: they are wrong, with every fault but channels whose address stands where it cannot be read.
    """
    return read_settings_of_readers(os.environ, Path.cwd())


def history_of(settings: Settings) -> History | None:
    """The history, to be closed by whoever asks; None where nothing was recorded yet: looking at it begins no file.

    Raises:
        HistoryError: it cannot be read.
    """
    try:
        return read_history(settings.history)
    except AbsentError:
        return None


def run_named(history: History, beginning: str) -> Run:
    """The run whose id begins so.

    Raises:
        SettingsError: none does, or several do.
        HistoryError: only its figures are kept.
    """
    found = history.named(beginning) if beginning else {}
    if not found:
        raise SettingsError(f"No run {beginning!r} is recorded.", hint=_nearest(history, beginning))
    if len(found) > 1 and beginning not in found:
        raise SettingsError(f"Several runs begin with {beginning!r}.", hint=f"Say more of its id: {_listed(found)}.")
    run = history.run(beginning if beginning in found else next(iter(found)))
    if run is None:
        raise SettingsError(f"The run {beginning!r} was forgotten a moment ago.", hint=_nearest(history, beginning))
    return run


def nothing_recorded(settings: Settings) -> str:
    """That no run is recorded, and where one would be."""
    return f"No run is recorded yet in {place_text(settings.history)}."


def _nearest(history: History, beginning: str) -> str:
    """The runs that may have been meant: ids that look alike, else the newest."""
    known = {record.id: record.as_of for record in history.runs(NEWEST)}
    alike = get_close_matches(beginning, known, n=3, cutoff=0.5)
    alike += [name for name in get_close_matches(beginning, [one[: len(beginning)] for one in known], n=3) if name]
    near = {name: at for name, at in known.items() if any(name.startswith(one) for one in alike)}
    told = "The nearest" if near else "The newest"
    return f"{told}: {_listed(near or known)}." if known else HOW


def _listed(known: Mapping[str, int]) -> str:
    pairs = list(known.items())[:3]
    return ", ".join(f"{name} (as of {instant_text(at)})" for name, at in pairs)
