"""Which columns of a file are those of the contract, where they are called otherwise."""

from __future__ import annotations

import gzip
from pathlib import Path

from dq.door import Form
from dq.model import DqError
from dq.setup.columns import matched, renamed
from dq.sources import Access
from dq.sources.folder import SUFFIXES
from dq.sources.header import header_of

UNNAMED: Form = "text"


def file_columns(access: Access) -> dict[str, str]:
    """Our names of columns to theirs where they differ; none where the file, or the first of a folder, does not say.

    What cannot be read is told by whoever reads it.
    """
    path = Path(access.url).expanduser()
    if path.is_dir():
        path = next(iter(sorted(one for one in path.rglob("*") if one.name.lower().endswith(SUFFIXES))), path)
    try:
        names = _names(path)
    except (OSError, EOFError, ValueError, DqError):  # not there, not readable, not what its name says
        return {}
    forms: dict[str, Form] = dict.fromkeys(names, "cells")
    fit = matched(forms) or matched({**forms, "instrument": UNNAMED})
    return renamed(fit) if fit else {}


def _names(path: Path) -> list[str]:
    lower = path.name.lower()
    if lower.endswith(".parquet"):
        from pyarrow import parquet

        return list(parquet.read_schema(path).names)
    with gzip.open(path, "rb") if lower.endswith(".gz") else path.open("rb") as lines:
        return header_of(lines, str(path)).names
