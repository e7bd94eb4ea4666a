"""Files of the site: each whole or not at all, in a folder that is ours or empty."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from dq.model import DqError, SettingsError

LIST = ".dq-data-docs.json"  # what the site holds: by this file a later build knows what is there


def begin(folder: Path) -> None:
    """Make the folder, and see that it may be written to.

    Raises:
        SettingsError: it cannot be made, nothing can be created in it, or it holds another site.
    """
    trial = folder / f".{LIST}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.touch()
        trial.unlink()
    except (OSError, ValueError) as error:  # ValueError: a name that no file system takes
        raise SettingsError(
            f"--gx {folder}: nothing can be written there ({getattr(error, 'strerror', None) or error}).",
            hint="Name a folder in which you may create files; it is made where it does not exist.",
        ) from error
    if (folder / "index.html").exists() and not (folder / LIST).exists():
        raise SettingsError(
            f"--gx {folder}: another site is there already.",
            hint="Name a folder of its own; Data Docs are never written over other pages.",
        )


def write(path: Path, text: str | bytes) -> None:
    """Write a file under another name of this process, then let it take its place.

    Raises:
        DqError: it could not be finished, as on a full disk; what was there before is still there.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    whole = text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")  # names hold anything
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(whole)
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise DqError(
            f"{path} could not be written ({error.strerror or error}).",
            hint="Make room on that disk, or name another folder with --gx.",
        ) from error


def is_as(path: Path, text: bytes) -> bool:
    """Whether the file is there with exactly that content."""
    try:
        return path.read_bytes() == text
    except OSError:
        return False
