"""The file of the history: begun, opened, set aside when it is damaged. POSIX: it locks the folder meanwhile."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import sleep

from dq.history.errors import WAIT, HistoryError
from dq.history.statements import statement

APPLICATION = 0x64716873  # "dqhs": how we know a file of ours from another program's database
VERSION = 4

_MAGIC = b"SQLite format 3\0"
_HEADER = 100  # bytes; a shorter file was never written whole

log = logging.getLogger("dq.history")


def open_file(path: Path) -> sqlite3.Connection:
    """A connection to the history of today's version, begun or brought up to date where it was not.

    Raises:
        HistoryError: the file is another program's database, or a newer dq's.
        sqlite3.Error, OSError: it cannot be used.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and is_whole(path):  # by far the most frequent case, and it takes no lock
        connection = connected(path)
        if marks(connection) == (APPLICATION, VERSION):
            return connection
        connection.close()
    with _alone_in(path.parent):
        _begin(path)
    return connected(path)


def inode(path: Path) -> int:
    """Which file lies there at this moment; 0 for none."""
    return path.stat().st_ino if path.exists() else 0


def set_aside(path: Path, damaged: int) -> None:
    """Move the damaged file of that inode out of the way, unless another process has done so already."""
    with _alone_in(path.parent):
        if inode(path) == damaged:
            _move(path)


def _begin(path: Path) -> None:
    """Make the file ours and of today's version. The caller is alone in the folder."""
    if path.exists() and path.stat().st_size and not is_whole(path):
        _move(path)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # before SQLite, which would let others read it
    with closing(connected(path)) as connection:
        refuse_others(connection, path)
        connection.execute(statement("history_space"))
        connection.execute(statement("history_journal")).fetchall()
        upgrade(connection)


def refuse_others(connection: sqlite3.Connection, path: Path) -> None:
    """Leave alone what is not ours to read.

    Raises:
        HistoryError: the file is another program's database, or a newer dq's.
    """
    application, version = marks(connection)
    tables = connection.execute(statement("history_tables")).fetchone()[0]
    if application != APPLICATION and tables:
        raise HistoryError(
            f"{str(path)!r} is a database of another program, not a history of dq.",
            hint="Name another file with DQ_HISTORY, or `history` in dq.toml.",
        )
    if version > VERSION:
        raise HistoryError(
            f"The history {str(path)!r} was written by a newer dq (version {version} of the file, this dq knows {VERSION}).",
            hint="Upgrade this dq, or name another file with DQ_HISTORY.",
        )


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring a history to today's version, all of the way or not at all."""
    with transaction(connection):
        _upgrade(connection, marks(connection)[1])


def _upgrade(connection: sqlite3.Connection, version: int) -> None:
    for number in range(version + 1, VERSION + 1):
        _run(connection, statement(f"schema/history_{number}"))
    _run(connection, statement("history_stamp").format(application=APPLICATION, version=VERSION))


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Each statement of a file; `executescript` would commit what was begun before."""
    for part in script.split(";\n"):
        connection.execute(part)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing."""
    connection.execute(statement("history_begin"))
    try:
        yield
        connection.commit()
    finally:
        if connection.in_transaction:
            connection.rollback()


def connected(path: Path) -> sqlite3.Connection:
    """A connection to that file, which SQLite makes where there is none."""
    connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    _run(connection, statement("history_connect"))
    return connection


def marks(connection: sqlite3.Connection) -> tuple[int, int]:
    """Whose file it is, and of which version."""
    application, version = connection.execute(statement("history_marks")).fetchone()
    return application, version


def is_whole(path: Path) -> bool:
    """Whether it looks like SQLite's: SQLite itself would take a short file of another kind for an empty database.

    Half a page at its end means that it was cut off, unless a log beside it still holds that page.
    """
    with path.open("rb") as file:
        head = file.read(_HEADER)
        size = file.seek(0, os.SEEK_END)
    page = int.from_bytes(head[16:18], "big")
    if len(head) < _HEADER or not head.startswith(_MAGIC) or page == 0:
        return False
    return size % (page if page > 1 else 65_536) == 0 or path.with_name(f"{path.name}-wal").exists()


def _move(path: Path) -> None:
    number = 1
    while path.with_name(f"{path.name}.corrupt-{number}").exists():
        number += 1
    aside = path.with_name(f"{path.name}.corrupt-{number}")
    path.rename(aside)
    for ending in ("-wal", "-shm", "-journal"):
        companion = path.with_name(path.name + ending)
        if companion.exists():
            companion.rename(aside.with_name(aside.name + ending))
    log.warning("The history %s is damaged: it is now %s, and a new one is begun.", path, aside.name)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """No other dq begins or moves a file in that folder meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Wait for the lock, but not for ever: a process that was stopped while it holds it must not stop us too."""
    for _ in range(round(WAIT / 0.05)):
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sleep(0.05)
    raise TimeoutError(0, f"another dq has been busy with its folder for {WAIT:g} seconds")
