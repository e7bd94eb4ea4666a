"""Where the site is written: a folder that is ours or empty."""

from __future__ import annotations

from pathlib import Path

from dq.model import SettingsError
from dq.reports.files import as_bytes, begin_folder, write_whole

FLAG = "--gx"  # under which people name the folder
LIST = ".dq-data-docs.json"  # what the site holds: by this file a later build knows what is there


def begin(folder: Path) -> None:
    """Make the folder, and see that it may be written to.

    Raises:
        SettingsError: it cannot be made, nothing can be created in it, or it holds another site.
    """
    begin_folder(folder, FLAG)
    if (folder / "index.html").exists() and not (folder / LIST).exists():
        raise SettingsError(
            f"{FLAG} {folder}: another site is there already.",
            hint="Name a folder of its own; Data Docs are never written over other pages.",
        )


def write(path: Path, text: str | bytes) -> None:
    """Write a file whole, or not at all.

    Raises:
        DqError: it could not be finished, as on a full disk; what was there before is still there.
    """
    write_whole(path, text if isinstance(text, bytes) else as_bytes(text), FLAG)
