"""What needs no network: versions, the history file, the channels of alerts."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dq.doctor.line import FAILED, WARNING, Line
from dq.doctor.steps import fine
from dq.history.file import APPLICATION
from dq.history.statements import statement
from dq.settings import Settings
from dq.suites.words import counted

PACKAGES = ("psycopg", "numpy", "supabase", "yfinance", "great-expectations")


def versions(dq: str) -> Line:
    """What is installed, for whoever is asked for help."""
    told = [f"dq {dq}", f"Python {sys.version.split()[0]}"]
    absent = []
    for name in PACKAGES:
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            absent.append(name)
    if absent:
        return Line(
            "versions", WARNING, f"{', '.join(told)}; not installed: {', '.join(absent)}", "pip install dq again."
        )
    return fine("versions", ", ".join(told))


def history(settings: Settings) -> Line:
    """Whether the next run can be recorded; nothing stays behind of finding out."""
    path = settings.history
    hint = "Make it writable, or name another file: DQ_HISTORY, or `history` in dq.toml; --no-history does without."
    there = next(folder for folder in (path, *path.parents) if folder.exists())
    if there == path and not path.is_file():
        return Line("history", FAILED, f"{path} is not a file", hint)
    folder = path.parent if there == path else there
    if not folder.is_dir() or not _takes_files(folder) or (there == path and not _takes_more(path)):
        return Line("history", FAILED, f"{path} cannot be written", hint)
    if there != path:
        return fine("history", f"{path} will be made by the first run")
    return _looked_into(path, hint)


def alerts(settings: Settings) -> Line:
    """Whether somebody is to be told; the addresses were read and checked with the settings."""
    if not settings.alerts:
        return fine("alerts", "no channel is set: dq tells those who ask")
    said = f"{counted(len(settings.alerts), 'channel')} read and checked; this version sends nothing yet"
    return Line("alerts", WARNING, said, "Until it does, let the exit status of dq validate wake somebody.")


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


def _looked_into(path: Path, hint: str) -> Line:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2)) as connection:
            mark, _ = connection.execute(statement("history_marks")).fetchone()
            (tables,) = connection.execute(statement("history_tables")).fetchone()
            runs = connection.execute(statement("history_count")).fetchone()[0] if mark == APPLICATION else 0
    except sqlite3.Error as wrong:
        said = f"{path} is damaged ({wrong}): the next run moves it aside and begins a new one"
        return Line("history", WARNING, said, "If its past matters, bring back a copy of it first.")
    if mark != APPLICATION and tables:
        return Line("history", FAILED, f"{path} is a database of another program", hint)
    return fine("history", f"{path}, {counted(runs, 'run')}")
