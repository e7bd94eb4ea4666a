"""Where a history may be kept: a file, and a real PostgreSQL. Tests that import `place` run on both."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    """A file that is not there yet, or a database without a history."""
    if request.param == "sqlite":
        yield tmp_path / "state" / "dq" / "history.sqlite"
        return
    yield from emptied(request.getfixturevalue("server"))


@pytest.fixture
def database(server):
    """A database without a history."""
    yield from emptied(server)


def emptied(server):
    server.run("DROP SCHEMA IF EXISTS dq CASCADE")
    yield server.url
    server.run("DROP SCHEMA IF EXISTS dq CASCADE")


def answer(place, question):
    """The rows of a question to the history's own tables."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as connection, connection:
            return connection.execute(question).fetchall()
    with psycopg.connect(place, options="-c search_path=dq") as connection:
        told = connection.execute(question)
        return told.fetchall() if told.description else []
