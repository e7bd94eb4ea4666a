"""History: past runs, incidents, profiles and alerts, in a file of SQLite or in PostgreSQL. It knows no clock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dq.history.errors import AbsentError, DamagedError, HistoryError, UnreadyError
from dq.history.records import RunRecord

if TYPE_CHECKING:
    from dq.history.store import History

__all__ = [
    "AbsentError",
    "DamagedError",
    "HistoryError",
    "RunRecord",
    "UnreadyError",
    "is_begun",
    "open_history",
    "place_text",
    "read_history",
]


def open_history(place: Path | str) -> History:
    """Open the history, or begin one; close it, or use it as a context.

    The folder of a file is created for its owner alone, and so is the file. A file that is no SQLite database, or a
    damaged one, is moved aside to `<name>.corrupt-1`, with a warning in the log, and a new one begun.

    Args:
        place: a file, or the address of a PostgreSQL database, whose schema `dq` is made where there is none.

    Raises:
        UnreadyError: it is locked, or the database is down.
        HistoryError: it is not writable, another program's, or a newer dq's.
    """
    from dq.history.store import History

    if isinstance(place, Path):
        from dq.history.sqlite import Sqlite

        return History(Sqlite(place))
    from dq.history.postgres import Postgres

    return History(Postgres(place))


def read_history(place: Path | str) -> History:
    """Open the history to read it, and leave it as it is: nothing is upgraded, moved aside or begun.

    Runs of an older dq are read from a copy of their file in memory. The folder may be one that cannot be written.

    Raises:
        AbsentError: there is none yet.
        HistoryError: it is damaged, locked, another program's, or a newer dq's; in PostgreSQL, an older dq's.
    """
    from dq.history.store import History

    if isinstance(place, Path):
        from dq.history.sqlite import Sqlite

        if not place.exists():
            raise AbsentError(f"There is no history {str(place)!r}.", hint="dq validate begins one.")
        return History(Sqlite(place, reading=True))
    from dq.history.postgres import Postgres

    return History(Postgres(place, reading=True))


def is_begun(place: Path | str) -> bool:
    """Whether there may be something to read; of a database only itself can say so."""
    return isinstance(place, str) or place.exists()


def place_text(place: Path | str) -> str:
    """Where it is, as people are told: without secrets."""
    from dq.settings import masked

    return masked(place) if isinstance(place, str) else str(place)
