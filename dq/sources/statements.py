"""The statements that dq sends, by name: one file each in `sql/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
FOLDERS = (PACKAGE / "sql", PACKAGE.parent / "sql")  # in an installed wheel, in a checkout


@cache
def statement(name: str) -> str:
    """The text of `sql/<name>.sql`, comments and all.

    Raises:
        FileNotFoundError: dq is not wholly installed.
    """
    for folder in FOLDERS:
        path = folder / f"{name}.sql"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise FileNotFoundError(f"sql/{name}.sql is not part of this installation of dq")
