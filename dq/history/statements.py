"""The statements that dq sends to its history: one file each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import dq


@cache
def statement(name: str) -> str:
    """The statement of `sql/<name>.sql`; those of a wheel lie inside the package."""
    package = Path(dq.__file__).parent
    inside = package / "sql"
    folder = inside if inside.is_dir() else package.parent / "sql"
    return (folder / f"{name}.sql").read_text("utf-8")
