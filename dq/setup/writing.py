"""Files that are not there yet: all of them are written, or none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from dq.model import SettingsError


def refuse(folder: Path, names: Iterable[str]) -> None:
    """See whether those files can be written, before anything is looked at.

    Raises:
        SettingsError: one of them is there already, or the folder cannot be written.
    """
    there = [name for name in names if os.path.lexists(folder / name)]
    if there:
        raise SettingsError(
            f"{' and '.join(there)} {'is' if len(there) == 1 else 'are'} there already: nothing was written.",
            hint="dq overwrites nothing: move it away, or write elsewhere with --output DIR.",
        )
    above = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise SettingsError(f"Nothing can be written in {folder}.", hint="Name a folder of yours with --output DIR.")


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the files into the folder, which is made where it is not there.

    Raises:
        SettingsError: one cannot be written; those written before it are gone again.
    """
    written: list[Path] = []
    try:
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                written.append(path)
                file.write(text)
    except BaseException as wrong:
        for path in written:
            path.unlink(missing_ok=True)
        if isinstance(wrong, OSError):
            raise SettingsError(
                f"{wrong.filename or folder} cannot be written ({wrong.strerror}): nothing was.",
                hint="dq overwrites nothing; write elsewhere with --output DIR.",
            ) from None
        raise
