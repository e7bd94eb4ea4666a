"""Whether the next run can be recorded: in a file, or in PostgreSQL. Nothing stays behind of finding out."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from dq.doctor.line import FAILED, WARNING, Line
from dq.doctor.steps import fine
from dq.history import AbsentError, HistoryError, UnreadyError, place_text, read_history
from dq.history.file import APPLICATION
from dq.history.statements import statement
from dq.settings import Settings
from dq.suites.words import counted

HINT = "Make it writable, or name another file: DQ_HISTORY, or `history` in dq.toml; --no-history does without."


def history(settings: Settings) -> Line:
    """Whether the next run can be recorded."""
    place = settings.history
    return _of_database(place) if isinstance(place, str) else _of_file(place)


def _of_database(url: str) -> Line:
    shown = place_text(url)
    try:
        with read_history(url) as opened:
            (may,) = opened.database.rows("history_postgres_may_write")
            if not may["allowed"]:
                said = f"{shown} can be read and not written by this role"
                return Line("history", FAILED, said, "docs/history.md says which rights it takes; or --no-history.")
            return fine("history", f"{shown}, {counted(opened.count(), 'run')}")
    except AbsentError:
        return fine("history", f"{shown}: its schema dq will be made by the first run")
    except UnreadyError as wrong:
        return Line("history", WARNING, f"{wrong.message.rstrip('.')}; runs wait beside it meanwhile", wrong.hint)
    except HistoryError as wrong:
        return Line("history", FAILED, wrong.message.rstrip("."), wrong.hint)


def _of_file(path: Path) -> Line:
    there = next(folder for folder in (path, *path.parents) if folder.exists())
    if there == path and not path.is_file():
        return Line("history", FAILED, f"{path} is not a file", HINT)
    folder = path.parent if there == path else there
    if not folder.is_dir() or not _takes_files(folder) or (there == path and not _takes_more(path)):
        return Line("history", FAILED, f"{path} cannot be written", HINT)
    if there != path:
        return fine("history", f"{path} will be made by the first run")
    return _looked_into(path)


def _takes_files(folder: Path) -> bool:
    """Whether a file can be made there: one without a name, which is gone at once. Rights alone do not say so."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _takes_more(path: Path) -> bool:
    try:
        with path.open("ab"):
            return True
    except OSError:
        return False


def _looked_into(path: Path) -> Line:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2)) as connection:
            mark, _ = connection.execute(statement("history_marks")).fetchone()
            (tables,) = connection.execute(statement("history_tables")).fetchone()
            runs = connection.execute(statement("history_count")).fetchone()[0] if mark == APPLICATION else 0
    except sqlite3.Error as wrong:
        said = f"{path} is damaged ({wrong}): the next run moves it aside and begins a new one"
        return Line("history", WARNING, said, "If its past matters, bring back a copy of it first.")
    if mark != APPLICATION and tables:
        return Line("history", FAILED, f"{path} is a database of another program", HINT)
    return fine("history", f"{path}, {counted(runs, 'run')}")
