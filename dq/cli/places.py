"""Where results are to be written: looked at before anything is read, so that no run is recorded and then lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from dq.model import SettingsError


def wrong_places(output: Path | None, docs: Path | None) -> Iterator[SettingsError]:
    """Of a file and a folder, those that cannot be written."""
    if output is not None and (output.is_dir() or not _writable(output.absolute().parent)):
        fault = "it is a folder" if output.is_dir() else "its folder does not exist or cannot be written"
        yield SettingsError(
            f"--output {output}: it cannot be written, because {fault}.", hint="Name a file in a folder that exists."
        )
    if docs is not None:
        yield from wrong_folder("--docs", docs)


def wrong_folder(flag: str, folder: Path) -> Iterator[SettingsError]:
    """A folder that can neither be written nor made, under the flag that names it."""
    there = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    if not _writable(there):
        hint = "Name a folder in which you may create files; it is made where it does not exist."
        yield SettingsError(f"{flag} {folder}: nothing can be written there.", hint=hint)


def _writable(folder: Path) -> bool:
    """Tried with a file that is gone at once: what the system says of rights is not true of /proc, or of a full disk."""
    trial = folder / f".dq.{os.getpid()}"
    try:
        os.close(os.open(trial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        trial.unlink()
    except OSError:
        return False
    return True
