"""Where results are to be written: looked at before anything is read, so that no run is recorded and then lost."""

from __future__ import annotations

import os
from pathlib import Path

from dq.model import SettingsError


def check_places(output: Path | None, docs: Path | None) -> None:
    """See whether a file and a folder can be written.

    Raises:
        SettingsError: one of them cannot.
    """
    if output is not None and (output.is_dir() or not _writable(output.absolute().parent)):
        fault = "it is a folder" if output.is_dir() else "its folder does not exist or cannot be written"
        raise SettingsError(
            f"--output {output}: it cannot be written, because {fault}.", hint="Name a file in a folder that exists."
        )
    if docs is not None:
        there = next(folder for folder in (docs.absolute(), *docs.absolute().parents) if folder.exists())
        if not _writable(there):
            hint = "Name a folder in which you may create files; it is made where it does not exist."
            raise SettingsError(f"--docs {docs}: nothing can be written there.", hint=hint)


def _writable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK)
