"""Files of the folder of pages: of the kinds that a site has, and of nowhere else."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

KINDS: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
    ".woff2": "font/woff2",
}
FIRST = "index.html"


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that may be shown: whoever gets it closes its descriptor."""

    descriptor: int
    size: int
    kind: str
    tag: str


def opened(folder: Path, asked: str) -> Opened | str | None:
    """The file that a path of the web means.

    Args:
        asked: as it was asked for, with its escapes; without the question mark and what follows.

    Returns:
        The file; where a folder is meant, the path relative to the one asked for under which its first page is; None
        where there is no such file, or none that may be shown: of another kind, hidden, or outside of the folder.
    """
    try:
        parts = _parts(asked)
        if parts is None:
            return None
        root = folder.resolve(strict=True)
        meant = root.joinpath(*parts).resolve(strict=True)
        if not meant.is_relative_to(root):
            return None
        if meant.is_dir():
            if asked.endswith("/"):
                return _file(meant / FIRST)
            return f"./{quote(parts[-1])}/" if parts and (meant / FIRST).is_file() else None
        return None if asked.endswith("/") else _file(meant)
    except (OSError, ValueError, RuntimeError):  # a name too long or no UTF-8, a loop of links, no folder on the way
        return None


def _parts(asked: str) -> list[str] | None:
    """The names on the way to the file; None where one of them is none, or hidden."""
    said = unquote(asked, errors="strict") if "%" in asked else asked
    names = [name for name in said.split("/") if name]
    harmless = all(name.isprintable() and "\\" not in name and not name.startswith(".") for name in names)
    return names if harmless else None


def _file(path: Path) -> Opened | None:
    """The file, opened without following a link or waiting for a pipe."""
    kind = KINDS.get(path.suffix)
    if kind is None:
        return None
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        os.close(descriptor)
        return None
    return Opened(descriptor, about.st_size, kind, f'"{about.st_mtime_ns:x}-{about.st_size:x}"')
