"""Paths: one file, or every CSV and Parquet file below a folder."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from dq.model import DqError, SourceError
from dq.sources.access import Access
from dq.sources.csv import Csv
from dq.sources.doing import note
from dq.sources.files import FileSource
from dq.sources.parquet import Parquet
from dq.sources.survey import File

SUFFIXES = (".csv", ".csv.gz", ".parquet")


def open_path(path: Path, access: Access) -> FileSource:
    """The bars of a file, or of all files below a folder, in the order of their paths.

    Raises:
        SourceError: a folder without a file that dq can read, or whose files are all unreadable.
        BarsError: a single file that cannot become bars.
        SettingsError: naive timestamps, and nobody said on which clock.
    """
    if not path.is_dir():
        return FileSource(str(path), [_opened(path, access)], alone=True)
    paths = sorted(one for one in path.rglob("*") if one.name.lower().endswith(SUFFIXES) and one.is_file())
    files: list[File] = []
    errors: list[DqError] = []
    for one in paths:
        try:
            files.append(_opened(one, access))
        except DqError as error:
            if error.exit_status != DqError.exit_status:
                raise
            errors.append(error)
    if not files:
        hint = f"It reads {', '.join(SUFFIXES)}, in folders below too."
        if not errors:
            raise SourceError(f"{path} holds no file that dq reads", hint=hint)
        raise SourceError(f"None of the {len(errors)} files below {path} can be read; the first: {errors[0].message}")
    return FileSource(str(path), files, errors, alone=False)


def open_stream(stream: BinaryIO, access: Access) -> FileSource:
    """The bars of a CSV text, plain or gzipped, that can be read only once."""
    from io import BytesIO

    note("reading standard input")
    text = stream.read()
    return FileSource(
        "standard input",
        [Csv("Standard input", access.instrument or "stdin", access, lambda: BytesIO(text))],
        alone=True,
    )


def _opened(path: Path, access: Access) -> File:
    name = access.instrument or _readable(_name_in(path, access.columns.get("instrument", "instrument")))
    place = _readable(str(path))
    if path.name.lower().endswith(".parquet"):
        return Parquet(path, place, name, access)
    return Csv(place, name, access, lambda: path.open("rb", buffering=0))


def _readable(name: str) -> str:
    """The name of a file; bytes of another encoding, which no report could tell, by their numbers."""
    return name.encode(errors="backslashreplace").decode()


def _name_in(path: Path, column: str) -> str:
    """The series of a file that does not say: from a folder `instrument=…`, as Hive lays them out, or its name."""
    for part in reversed(path.parts[:-1]):
        if part.startswith(f"{column}="):
            return unquote(part[len(column) + 1 :])
    lower = path.name.lower()
    suffix = next(suffix for suffix in SUFFIXES if lower.endswith(suffix))
    return path.name[: -len(suffix)]
