"""Where results are written: looked at before anything is read, so that no run is recorded and then lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from dq.model import SettingsError


def wrong_places(output: Path | None, docs: Path | None) -> Iterator[SettingsError]:
    """Of a file and a folder, those that cannot be written."""
    if output is not None and not _takes(output) and (output.is_dir() or not _writable(_target(output).parent)):
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


def write_output(output: Path, text: str) -> None:
    """Write the file whole, or not at all: nobody sees half of it. A link stays one, a file keeps its rights.

    What is no file, like `/dev/stdout` or a pipe, is written into.

    Raises:
        SettingsError: it cannot be written.
    """
    try:
        if _takes(output):
            output.write_text(text, "utf-8")
        else:
            _replace(_target(output), text)
    except OSError as wrong:
        raise SettingsError(
            f"--output {output}: it cannot be written ({wrong.strerror}).", hint="Name a file in a folder that exists."
        ) from None


def _replace(file: Path, text: str) -> None:
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, "utf-8")
        if file.exists():
            shutil.copymode(file, unfinished)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def _takes(output: Path) -> bool:
    """Whether it is a pipe, a terminal or another device."""
    return output.exists() and not output.is_file() and not output.is_dir()


def _target(output: Path) -> Path:
    """The file that a link leads to."""
    return Path(os.path.realpath(output))


def _writable(folder: Path) -> bool:
    """Tried with a file that is gone at once: what the system says of rights is not true of /proc, or of a full disk."""
    trial = folder / f".dq.{os.getpid()}"
    try:
        os.close(os.open(trial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        trial.unlink()
    except OSError:
        return False
    return True
