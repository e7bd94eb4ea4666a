"""What raises: a history that cannot be read or written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dq.model import DqError

if TYPE_CHECKING:
    import sqlite3

WAIT = 2.0  # seconds for which we wait for another process

_ELSEWHERE = "or name another file with DQ_HISTORY"
_WRITABLE = f"Make the file and its folder writable for this user, {_ELSEWHERE}."
_LOCKED = f"Wait for that process or stop it, {_ELSEWHERE}."
_DAMAGED = f"Put a copy of it back; dq validate moves it aside and begins a new one; {_ELSEWHERE}."
_ROOM = f"Make room on that disk, {_ELSEWHERE}."


class HistoryError(DqError):
    """The history cannot be read or written; what was found of the bars may be right."""

    kind = "history"


class UnreadyError(HistoryError):
    """The history is locked, or its database is down: that passes, and the run can wait for it beside it."""


class DamagedError(HistoryError):
    """The history turned out to be damaged while it was written; another has been begun, and who writes begins again."""


class AbsentError(HistoryError):
    """There is no history yet, for those who only read."""


@contextmanager
def trouble_told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say of that file into a HistoryError."""
    import sqlite3

    try:
        yield
    except sqlite3.Error as wrong:
        if is_damage(wrong):
            raise damaged(path, wrong) from wrong
        raise _told(path, wrong) from wrong
    except UnicodeDecodeError as wrong:
        raise damaged(path, wrong) from wrong
    except TimeoutError as wrong:
        raise UnreadyError(f"The history {str(path)!r} cannot be opened: {wrong.strerror}.", hint=_LOCKED) from wrong
    except OSError as wrong:
        place = "" if wrong.filename in {None, str(path)} else f": {str(wrong.filename)!r}"
        said = f"cannot be opened: {wrong.strerror}{place}"
        raise HistoryError(f"The history {str(path)!r} {said}.", hint=_WRITABLE) from wrong


def damaged(path: Path, said: object) -> HistoryError:
    """What those are told who only read a damaged file, and leave it where it is."""
    return HistoryError(f"The history {str(path)!r} is damaged: {said}.", hint=_DAMAGED)


def mended(path: Path) -> DamagedError:
    """What those who write are told when a damaged file has been set aside beneath them."""
    return DamagedError(
        f"The history {str(path)!r} was damaged and is begun anew.", hint="Judge again with dq validate."
    )


def is_damage(wrong: Exception) -> bool:
    """Whether SQLite means that the file is damaged, or never was one of its own."""
    import sqlite3

    return isinstance(wrong, sqlite3.Error) and _code(wrong) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _told(path: Path, wrong: sqlite3.Error) -> HistoryError:
    """What is wrong with the file, and what to do."""
    import sqlite3

    code = _code(wrong)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        said = f"The history {str(path)!r} has been locked by another process for {WAIT:g} seconds."
        return UnreadyError(said, hint=_LOCKED)
    if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
        return HistoryError(f"The history {str(path)!r} cannot be written: {wrong}.", hint=_ROOM)
    return HistoryError(f"The history {str(path)!r} cannot be used: {wrong}.", hint=_WRITABLE)


def _code(wrong: sqlite3.Error) -> int:
    """SQLite's primary result code; its extended ones keep it in their lowest byte."""
    return getattr(wrong, "sqlite_errorcode", 0) & 0xFF
