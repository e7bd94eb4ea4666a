"""The statements: where they are found, and what every one of them keeps."""

from __future__ import annotations

import pytest

from dq.sources import statements
from dq.sources.statements import statement

READING = (
    "any_row",
    "bars",
    "begin_reading",
    "begin_reading_beside",
    "end_reading",
    "extents",
    "instruments",
    "instruments_named",
    "instruments_scanned",
    "share_snapshot",
    "stamp_sample",
    "stamps",
    "table_columns",
    "tables_seen",
    "unnamed",
    "unstamped",
)


@pytest.fixture(autouse=True)
def _fresh():
    statement.cache_clear()
    yield
    statement.cache_clear()


@pytest.mark.parametrize("name", READING)
def test_the_first_line_says_what_for_and_who_runs_it(name):
    first = statement(name).splitlines()[0]
    assert first.startswith("-- ")
    assert "Run by dq" in first


@pytest.mark.parametrize("name", READING)
def test_statements_of_sources_only_read(name):
    words = {word.strip("(),;") for word in statement(name).upper().split()}
    assert not words & {"INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "TRUNCATE", "GRANT"}


def test_an_installed_wheel_has_them_inside_the_package(tmp_path, monkeypatch):
    (tmp_path / "bars.sql").write_text("-- from the wheel")
    monkeypatch.setattr(statements, "FOLDERS", (tmp_path, *statements.FOLDERS))
    assert statement("bars") == "-- from the wheel"
    assert statement("stamps").startswith("-- ")


def test_a_statement_that_is_not_there_is_named():
    with pytest.raises(FileNotFoundError, match=r"sql/nothing\.sql"):
        statement("nothing")
