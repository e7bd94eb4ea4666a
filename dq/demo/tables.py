"""The demo's database: three tables, filled with the story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dq.demo.instruments import INSTRUMENTS
from dq.demo.rows import bar_rows, error_rows, level_rows
from dq.demo.story import Story
from dq.model import SourceError
from dq.sources.statements import statement

if TYPE_CHECKING:
    from psycopg import Cursor


def fill(url: str, story: Story) -> int:
    """Make the tables and write the story into them; how many bars were written.

    Args:
        url: of a database without those tables, whose owner may write.

    Raises:
        SourceError: the database does not answer, or refuses.
    """
    import psycopg

    bars = [(one, story.bars[one.name]) for one in INSTRUMENTS]
    try:
        with (
            psycopg.connect(url, autocommit=True, connect_timeout=10, options="") as connection,
            connection.cursor() as cursor,
        ):
            with connection.transaction():
                cursor.execute(statement("demo_tables").encode())
                _copy(cursor, "demo_copy_bars", "".join(bar_rows(one, those) for one, those in bars))
                _copy(cursor, "demo_copy_levels", "".join(level_rows(one, those) for one, those in bars))
                _copy(cursor, "demo_copy_errors", error_rows(tuple(one.name for one in INSTRUMENTS), story.as_of))
            cursor.execute(statement("demo_settle").encode())
    except psycopg.Error as refused:
        raise SourceError(f"The demo's database could not be filled: {refused}.") from refused
    return sum(len(those) for _, those in bars)


def _copy(cursor: Cursor[Any], name: str, rows: str) -> None:
    with cursor.copy(statement(name).encode()) as copy:
        copy.write(rows)
