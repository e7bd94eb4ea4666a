"""The statements that dq sends to its history: one file each, written for SQLite and PostgreSQL alike."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import dq

# What is quoted or a comment stays as it is; so does a cast, which has two colons.
_PARTS = re.compile(r"(?P<kept>'(?:[^']|'')*'|--[^\n]*|::)|:(?P<name>[a-z_]+)\b|(?P<percent>%)")


@cache
def statement(name: str) -> str:
    """The statement of `sql/<name>.sql`; those of a wheel lie inside the package."""
    package = Path(dq.__file__).parent
    inside = package / "sql"
    folder = inside if inside.is_dir() else package.parent / "sql"
    return (folder / f"{name}.sql").read_text("utf-8")


@cache
def postgres_statement(name: str) -> str:
    """The same statement as psycopg takes it beside values: `%(name)s` for `:name`."""
    return _PARTS.sub(_respelled, statement(name))


def _respelled(found: re.Match[str]) -> str:
    if found["kept"] is not None:
        return found["kept"].replace("%", "%%")
    return "%%" if found["percent"] else f"%({found['name']})s"
