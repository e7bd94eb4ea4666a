"""Files of a site: each written whole or not at all, in a folder that is made where it does not exist."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from shutil import copyfile

from dq.model import DqError, SettingsError


def begin_folder(folder: Path, flag: str = "") -> None:
    """Make the folder, and see that files can be created in it.

    Args:
        flag: of the command line, under which the folder was named.

    Raises:
        SettingsError: it cannot be made, or nothing can be created in it.
    """
    trial = folder / f".dq.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.touch()
        trial.unlink()
    except (OSError, ValueError) as error:  # ValueError: a name that no file system takes
        raise SettingsError(
            f"{f'{flag} ' if flag else ''}{folder}: nothing can be written there ({getattr(error, 'strerror', None) or error}).",
            hint="Name a folder in which you may create files; it is made where it does not exist.",
        ) from error


def write_whole(path: Path, content: bytes, flag: str = "") -> None:
    """Write a file.

    Raises:
        DqError: it could not be finished, as on a full disk; what was there before is still there.
    """
    _whole(path, lambda unfinished: unfinished.write_bytes(content), flag)


def copy_whole(source: Path, path: Path) -> None:
    """Copy a file; it raises what `write_whole` does."""
    _whole(path, partial(copyfile, source))


def as_bytes(text: str) -> bytes:
    """UTF-8; a name may hold what that cannot."""
    return text.encode("utf-8", "backslashreplace")


def holds(path: Path, content: bytes) -> bool:
    """Whether a file is there already as it would be written: to look costs less than to write."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _whole(path: Path, write: Callable[[Path], object], flag: str = "") -> None:
    """Write under another name of this process, then let that file take its place."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(unfinished)
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        named = f"name another folder with {flag}" if flag else "name another folder"
        raise DqError(
            f"{path} could not be written ({error.strerror or error}).", hint=f"Make room on that disk, or {named}."
        ) from error
