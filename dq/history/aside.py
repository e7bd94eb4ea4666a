"""Runs that the history could not take for the moment: each waits in a file of its own until a later run takes it in."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dq.history.errors import HistoryError
from dq.history.packing import packed, unpacked
from dq.history.records import run_row
from dq.history.whole import body_of, run_of
from dq.model import Run
from dq.settings import masked

ENDING = ".run"
PART = ".part"
MOST = 10_000  # files: a week of a minute's cadence; then the oldest give way
AT_ONCE = 200  # taken in by one run, which has its own bars to tell of

log = logging.getLogger("dq.history")


class UnreadableError(Exception):
    """A file that holds no run."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that waits.

    Attributes:
        recorded: when it was made, microseconds UTC.
        place: the source as it was asked for, without secrets.
        instruments: the only ones that were asked for; empty: all.
    """

    run: Run
    recorded: int
    place: str
    instruments: tuple[str, ...] = ()


def aside_folder(history: Path | str, state: Path) -> Path:
    """Where the runs of that history wait: beside its file; those of a database in the user's own folder of state."""
    if isinstance(history, Path):
        return history.with_name(f"{history.name}.aside")
    return state / f"aside-{hashlib.sha256(masked(history).encode()).hexdigest()[:12]}"


def put_aside(folder: Path, waiting: Waiting) -> None:
    """Let a run wait there, whole or not at all; the folder and the file are their owner's alone.

    Raises:
        OSError: it cannot be written there.
    """
    run = waiting.run
    row = run_row(run)
    row.pop("tally")
    body = base64.b64encode(body_of(run)).decode()
    beside = {name: getattr(waiting, name) for name in ("recorded", "place", "instruments")}
    content = packed({"row": row, "body": body, **beside})
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{max(run.as_of, 0):017d}-{re.sub(r'[^0-9A-Za-z-]', '_', run.id)}{ENDING}"
    with _entered(folder):
        _write(folder / name, content)
        files = _files(folder)
        for old in files[: max(len(files) - MOST, 0)]:
            log.warning("More than %d runs wait in %s: %s is dropped.", MOST, folder, old.name)
            old.unlink(missing_ok=True)


def take_in(folder: Path, take: Callable[[Waiting], None]) -> int:
    """Hand over the runs that wait there, the oldest (by `as_of`) first, and forget each that was taken.

    Where another process is doing so, it does it alone. What is no run any more is moved aside within the folder.

    Returns:
        How many were taken; no more than AT_ONCE.

    Raises:
        HistoryError: what `take` raises; that run and those behind it wait on.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        return 0
    taken = 0
    with _entered(folder) as alone:
        for path in _files(folder)[:AT_ONCE] if alone else ():
            taken += _taken(path, take)
    return taken


def _taken(path: Path, take: Callable[[Waiting], None]) -> bool:
    """Whether there was a run to hand over; what is none must not stay in the way of those behind it."""
    try:
        take(_read(path))
        path.unlink(missing_ok=True)
    except FileNotFoundError:
        return False
    except (UnreadableError, LookupError, TypeError, ValueError) as wrong:
        log.warning("%s is no run that dq can take in (%s): it is now %s.damaged.", path, wrong, path.name)
        path.replace(path.with_name(f"{path.name}.damaged"))
        return False
    return True


def count_aside(folder: Path) -> int:
    """How many runs wait there."""
    return len(_files(folder)) if folder.is_dir() else 0


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{ENDING}"))


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}{PART}")
    descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _read(path: Path) -> Waiting:
    try:
        document = unpacked(path.read_bytes())
    except HistoryError as wrong:
        raise UnreadableError(wrong.message) from wrong
    row, body = document["row"], base64.b64decode(document["body"])
    run = run_of(row, json.loads(row["summary"]), body)
    return Waiting(run, document["recorded"], document["place"], tuple(document["instruments"]))


@contextmanager
def _entered(folder: Path) -> Iterator[bool]:
    """Whether no other process takes in the runs of that folder meanwhile; what was cut off in it is cleared then."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        alone = _locked(descriptor)
        for part in folder.glob(f"*{PART}") if alone else ():
            if not _lives(int(part.suffixes[-2][1:])):
                part.unlink(missing_ok=True)
        yield alone
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lives(process: int) -> bool:
    """Whether that process still writes, for all that can be known of it."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
