"""A run enters the history, and learns from it which of its incidents are new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dq.explain.incidents import Seen, tell_incidents
from dq.history import HistoryError, open_history, read_history
from dq.model import DqError, PastRun, Run
from dq.run.asked import Asked
from dq.run.deadline import OutOfTime
from dq.run.fetch import as_error
from dq.sources.doing import note

if TYPE_CHECKING:
    from dq.history.profiles import ProfileRecord


def recorded(run: Run, asked: Asked, profiles: Sequence[ProfileRecord] = ()) -> Run:
    """The run as it was recorded; one that could not be says so and exits 3; its verdict stands.

    Args:
        profiles: what the run learned of its series, kept for the next ones.
    """
    if not asked.record:
        return run
    note(f"recording the run in {asked.settings.history}")
    try:
        with open_history(asked.settings.history) as history:
            before = history.open_incidents(run.source)
            seen = {
                record.id: Seen(record.severity, record.last_seen, record.start, record.end)
                for record in before.values()
            }
            length = run.window.end - run.window.start
            run = replace(run, incidents=tell_incidents(run.findings, seen, run.window.start - length))
            history.keep_profiles(run.source, profiles)
            history.record(run)  # last: whatever ends it before, the run is not recorded
            return run
    except HistoryError as wrong:
        return _unrecorded(run, wrong)
    except OutOfTime as late:
        return _unrecorded(run, late.error)


def earlier(run: Run, history: Path) -> tuple[tuple[PastRun, ...], str]:
    """The runs before that one of the same source and about as long a window, oldest first; 60 at most.

    Returns:
        The runs, and why there are none where the history cannot be read, or "".
    """
    if not history.exists():
        return (), ""
    try:
        with read_history(history) as opened:
            return opened.past(run), ""
    except HistoryError as wrong:
        return (), f"Earlier runs are not shown. {wrong.message}"


def _unrecorded(run: Run, wrong: DqError) -> Run:
    hint = f"{wrong.hint} What was found holds; go without the history: --no-history."
    told = HistoryError(f"The run is not recorded. {wrong.message}", hint=hint)
    return replace(run, exit_code=3, errors=(*run.errors, as_error(told)))
