"""Where bars come from: one file per origin behind one protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from dq.model import SettingsError
from dq.sources.access import MOST_RECENT, Absent, Access, Listed, Source, Wanted

__all__ = ["MOST_RECENT", "Absent", "Access", "Listed", "Source", "Wanted", "check_path", "open_source"]

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 255  # bytes of a file name, on any file system that matters
READABLE = "postgresql://…, https://… of Supabase, yahoo:SYMBOL, a .csv, .csv.gz or .parquet file, a folder of them, or - for CSV on standard input"


def open_source(access: Access, stdin: BinaryIO | None = None) -> Source:
    """The source that a URL or a path names.

    Args:
        stdin: where `-` is read from; the process's standard input unless given.

    Raises:
        SettingsError: it names nothing that this version reads, or a path that does not exist.
        SourceError: it is there and does not let itself be read.
        BarsError: it can be read and cannot become bars.
    """
    if access.timezone is not None:
        from dq.door import zone_named

        zone_named(access.timezone)
    if access.frame is not None or access.url == "-":
        return _handed(access, stdin)
    if access.url.startswith(("postgresql://", "postgres://")):
        from dq.sources.postgres import Postgres

        return Postgres(access)
    if access.url.startswith(("https://", "http://")):
        from dq.sources.supabase import Supabase

        return Supabase(access)
    if access.url.startswith("yahoo:"):
        from dq.sources.yahoo import Yahoo

        return Yahoo(access)
    return _opened_path(access)


def _handed(access: Access, stdin: BinaryIO | None) -> Source:
    """What is no place to go to: a frame in memory, or a stream."""
    if access.frame is not None:
        from dq.sources.frame import open_frame

        return open_frame(access)
    import sys

    from dq.sources.folder import open_stream

    return open_stream(stdin or sys.stdin.buffer, access)


def check_path(access: Access) -> None:
    """See whether a source that is a path can be opened.

    Raises:
        SettingsError: there is no such file, or none of a kind that dq reads.
    """
    if access.url != "-" and "://" not in access.url and not access.url.startswith("yahoo:"):
        _path(access)


def _opened_path(access: Access) -> Source:
    from dq.sources.folder import open_path

    return open_path(_path(access), access)


def _path(access: Access) -> Path:
    from pathlib import Path

    from dq.settings.masking import masked
    from dq.sources.folder import SUFFIXES

    path = Path(access.url).expanduser()
    if any(len(part.encode()) > LONGEST for part in path.parts):
        raise SettingsError(
            f"{access.url[:40]}… is longer than the name of a file can be", hint=f"dq reads {READABLE}."
        )
    if path.is_dir() or (path.is_file() and path.name.lower().endswith(SUFFIXES)):
        return path
    if "://" not in access.url and (path.exists() or access.url.lower().endswith(SUFFIXES)):
        fault = "is no file of a kind that dq reads" if path.exists() else "does not exist"
        raise SettingsError(f"{access.url} {fault}", hint=f"dq reads {READABLE}.")
    raise SettingsError(
        f'"{masked(access.url)}" is no source that this version of dq reads', hint=f"It reads {READABLE}."
    )
