"""Dens: folders in which the demo's servers are noted, so that none is lost, whatever ended the program.

A den is `lent-<pid>` while one run of the demo lasts, or `kept` until it is ended. Beside the den of a run lies a lock
that the system drops with its process: a den whose lock is free was left behind.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from dq.demo.postgres import undisturbed
from dq.demo.server import Server, settle, start, stop
from dq.model import SourceError

_KEPT = "kept"
_NOTE = "server.json"


@dataclass(frozen=True, slots=True)
class Den:
    """A server that answers, and the folder that is its own."""

    server: Server
    folder: Path


@contextmanager
def lend(state: Path) -> Iterator[Den]:
    """A server for as long as the context lasts; those that crashed programs left behind are ended first.

    Args:
        state: the demo's folder of state; made if absent.

    Raises:
        SettingsError: there is no PostgreSQL to start.
        SourceError: it does not start, or the folder cannot be written.
    """
    folder = state / f"lent-{os.getpid()}"
    with _locked(state):
        _sweep(state)
        lock = _take(_lock_of(folder))
    try:
        yield _begun(folder)
    finally:
        with undisturbed():
            _clear(folder)
            os.close(lock)


@contextmanager
def keep(state: Path) -> Iterator[Den]:
    """A server that stays when the context ends well. It replaces the one that was kept, with its URL if it can.

    Raises:
        SettingsError, SourceError: as `lend` does.
    """
    folder = state / _KEPT
    with _locked(state):
        _sweep(state)
        before = _noted(folder)
        _clear(folder)
        try:
            yield _begun(folder, before)
        except BaseException:
            with undisturbed():
                _clear(folder)
            raise


def end(state: Path) -> int:
    """End the kept server and those that crashed programs left behind; how many there were."""
    if not state.is_dir():
        return 0
    with _locked(state):
        return _sweep(state) + _clear(state / _KEPT)


def _begun(folder: Path, before: Server | None = None) -> Den:
    """A started server, noted in the folder before it starts."""
    try:
        server = _settled(folder, before)
    except OSError as refused:
        raise _unwritable(folder, refused) from refused
    start(server)
    return Den(server, folder)


def _settled(folder: Path, before: Server | None) -> Server:
    folder.mkdir(mode=0o700)
    port, password = (before.port, before.password) if before else (None, secrets.token_hex(8))
    server = settle(folder, port, password)
    note = folder / _NOTE
    places = {"room": str(server.room), "programs": str(server.programs)}
    unfinished = note.with_suffix(".part")  # whoever looks meanwhile finds the old note or the new one
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps({**places, "port": server.port, "password": server.password}), "utf-8")
    unfinished.replace(note)
    return server


def _unwritable(folder: Path, refused: OSError) -> SourceError:
    return SourceError(
        f"The demo cannot keep its files in {folder}: {refused.strerror or refused}.",
        hint="Set XDG_STATE_HOME to a folder that you may write, on a disk that has 100 MB left.",
    )


def _noted(folder: Path) -> Server | None:
    """The server of a den; None where none is noted, or half a note was left by a crash."""
    with suppress(OSError, ValueError, KeyError):
        note = json.loads((folder / _NOTE).read_text("utf-8"))
        return Server(Path(note["room"]), Path(note["programs"]), int(note["port"]), str(note["password"]))
    return None


def _clear(folder: Path) -> bool:
    """Leave nothing of a den; whether its server ran."""
    server = _noted(folder)
    ran = server is not None and stop(server)
    shutil.rmtree(folder, ignore_errors=True)
    _lock_of(folder).unlink(missing_ok=True)
    return ran


def _sweep(state: Path) -> int:
    """End the servers of runs that are over; how many there were."""
    ended = 0
    for lock in state.glob("lent-*.lock"):
        with suppress(BlockingIOError):  # its run goes on
            descriptor = _take(lock, fcntl.LOCK_NB)
            ended += _clear(lock.with_suffix(""))
            os.close(descriptor)
    for folder in state.glob("lent-*/"):  # whoever watched the demo may have gone on, and begun its history anew
        if not _lock_of(folder).exists():
            _clear(folder)
    return ended


def _lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _take(lock: Path, how: int = 0) -> int:
    """Hold a lock until the descriptor that is returned is closed."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | how)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def _locked(state: Path) -> Iterator[None]:
    """The folder of state, made if absent, for us alone: nobody else begins or ends servers meanwhile."""
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _take(state / "lock")
    except OSError as refused:
        raise _unwritable(state, refused) from refused
    try:
        yield
    finally:
        os.close(lock)
