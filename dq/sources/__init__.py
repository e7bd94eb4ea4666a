"""Where bars come from: one file per origin behind one protocol."""

from __future__ import annotations

from typing import BinaryIO

from dq.model import SettingsError
from dq.sources.access import MOST_RECENT, Access, Listed, Source, Wanted

__all__ = ["MOST_RECENT", "Access", "Listed", "Source", "Wanted", "open_source"]

LONGEST = 255  # bytes of a file name, on any file system that matters
READABLE = "postgresql://…, a .csv, .csv.gz or .parquet file, a folder of them, or - for CSV on standard input"


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
    if access.url.startswith(("postgresql://", "postgres://")):
        from dq.sources.postgres import Postgres

        return Postgres(access)
    if access.url == "-":
        import sys

        from dq.sources.folder import open_stream

        return open_stream(stdin or sys.stdin.buffer, access)
    return _opened_path(access)


def _opened_path(access: Access) -> Source:
    from pathlib import Path

    from dq.settings.masking import masked
    from dq.sources.folder import SUFFIXES, open_path

    path = Path(access.url).expanduser()
    if any(len(part.encode()) > LONGEST for part in path.parts):
        raise SettingsError(
            f"{access.url[:40]}… is longer than the name of a file can be", hint=f"dq reads {READABLE}."
        )
    if path.is_dir() or (path.is_file() and path.name.lower().endswith(SUFFIXES)):
        return open_path(path, access)
    if "://" not in access.url and (path.exists() or access.url.lower().endswith(SUFFIXES)):
        fault = "is no file of a kind that dq reads" if path.exists() else "does not exist"
        raise SettingsError(f"{access.url} {fault}", hint=f"dq reads {READABLE}.")
    raise SettingsError(
        f'"{masked(access.url)}" is no source that this version of dq reads', hint=f"It reads {READABLE}."
    )
