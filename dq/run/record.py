"""A run enters the history, and learns from it which of its incidents are new."""

from __future__ import annotations

from dataclasses import replace

from dq.explain.incidents import Seen, tell_incidents
from dq.history import HistoryError, open_history
from dq.model import Run
from dq.run.asked import Asked
from dq.run.fetch import as_error


def recorded(run: Run, asked: Asked) -> Run:
    """The run as it was recorded; one that could not be says so and exits 3; its verdict stands."""
    if not asked.record:
        return run
    try:
        with open_history(asked.settings.history) as history:
            before = history.open_incidents(run.source)
            seen = {record.id: Seen(record.severity, record.last_seen) for record in before.values()}
            length = run.window.end - run.window.start
            run = replace(run, incidents=tell_incidents(run.findings, seen, run.window.start - length))
            history.record(run)
            return run
    except HistoryError as wrong:
        return replace(run, exit_code=3, errors=(*run.errors, as_error(wrong)))
