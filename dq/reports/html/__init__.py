"""The run as one HTML page: self-contained, offline, without a script."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from dq.model import DqError, SettingsError
from dq.reports.html.site import Site

__all__ = ["Site", "write_docs"]


def write_docs(site: Site, folder: Path) -> Path:
    """Write `index.html` into the folder, which is made where it does not exist; whole, or not at all.

    Returns:
        The page written.

    Raises:
        SettingsError: the folder cannot be made, or nothing can be created in it.
        DqError: the page could be begun but not finished, as on a full disk.
    """
    from dq.reports.html.page import render

    text = render(site.run, site.bars).encode("utf-8", "backslashreplace")  # a name may hold what UTF-8 cannot
    page = folder / "index.html"
    _finish(_begin(folder), page, text)
    return page


def _begin(folder: Path) -> Path:
    """An empty file in the folder, under a name that no other process takes."""
    unfinished = folder / f".index.html.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.touch()
    except (OSError, ValueError) as error:  # ValueError: a name that no file system takes
        raise SettingsError(
            f"--docs {folder}: nothing can be written there ({getattr(error, 'strerror', None) or error}).",
            hint="Name a folder in which you may create files; it is made where it does not exist.",
        ) from error
    return unfinished


def _finish(unfinished: Path, page: Path, text: bytes) -> None:
    try:
        unfinished.write_bytes(text)
        unfinished.replace(page)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise DqError(
            f"{page} could not be written ({error.strerror or error}).",
            hint="Make room on that disk, or name another folder with --docs.",
        ) from error
