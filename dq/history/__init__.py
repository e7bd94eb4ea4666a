"""History: past runs, open incidents and profiles, in one SQLite file. It knows no clock: a run brings its own `as_of`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dq.history.errors import HistoryError
from dq.history.records import IncidentRecord, RunRecord

if TYPE_CHECKING:
    from dq.history.store import History

__all__ = ["HistoryError", "IncidentRecord", "RunRecord", "open_history", "read_history"]


def open_history(path: Path) -> History:
    """Open the history, or begin one; close it, or use it as a context.

    The folder is created for its owner alone, and so is the file. A file that is no SQLite database, or a damaged one,
    is moved aside to `<name>.corrupt-1`, with a warning in the log, and a new one begun.

    Raises:
        HistoryError: the file is locked, not writable, another program's, or a newer dq's.
    """
    from dq.history.store import History

    return History(path)


def read_history(path: Path) -> History:
    """Open the history to read it, and leave the file as it is: nothing is upgraded, moved aside or begun.

    Runs of an older dq are read from a copy in memory. The folder may be one that cannot be written.

    Raises:
        HistoryError: there is none, or it is damaged, locked, another program's, or a newer dq's.
    """
    from dq.history.store import History

    return History(path, reading=True)
