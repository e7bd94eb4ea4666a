"""History read by commands that only show it: whatever the file is, it stays as it was."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from html_samples import sick_run
from test_history_trouble import open_folder, somebody_else  # noqa: F401  a fixture

from dq.history import HistoryError, open_history, read_history

SICK = sick_run()[0]
VERSION_2 = (Path(__file__).parent / "history_version_2.sql").read_text("utf-8")
CONTENTS = {
    "text": b"timestamp,open\n" * 1000,
    "short": b"SQLite format 3\0",
    "noise": b"SQLite format 3\0" + bytes(8000),
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.sqlite"


def everything(path):
    """The files of the history and what they hold; what SQLite keeps beside an open one is gone when it is closed."""
    return {one.name: one.read_bytes() for one in path.parent.iterdir()}


def refused(path):
    with pytest.raises(HistoryError) as raised, read_history(path) as history:
        history.runs(10)
    assert raised.value.hint
    return raised.value.message


def test_it_is_read_as_it_was_written(path):
    with open_history(path) as history:
        history.record(SICK)
        with read_history(path) as beside:
            assert beside.run(SICK.id) == SICK
            assert beside.lives() == history.lives()
    before = everything(path)
    with read_history(path) as history:
        assert history.run(SICK.id) == SICK
        with pytest.raises(HistoryError, match="readonly"):
            history.record(SICK)
    assert everything(path) == before


def test_an_older_one_is_read_and_stays_older(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_2)
    before = everything(path)
    with read_history(path) as history:
        (record,) = history.runs(10)
        run, incidents, past = history.run(record.id), history.lives(), history.past(SICK)
    assert everything(path) == before
    with open_history(path) as history:  # which upgrades it
        assert (history.run(record.id), history.lives(), history.past(SICK)) == (run, incidents, past)
    assert everything(path) != before


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_damaged_one_is_told_and_stays_where_it_is(path, caplog, content):
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING, "dq.history"):
        assert "is damaged: " in refused(path)
    assert (everything(path), caplog.text) == ({path.name: content}, "")


def test_one_cut_off_or_damaged_inside_too(path):
    with open_history(path) as history:
        history.record(SICK)
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2 + 100], whole[:4096] + b"\xff" * (len(whole) - 4096)):
        path.write_bytes(content)
        assert "is damaged: " in refused(path)
        assert everything(path) == {path.name: content}


def test_an_empty_one_holds_no_run_and_stays_empty(path):
    path.touch()
    with read_history(path) as history:
        assert (history.runs(10), history.lives()) == ((), ())
    assert everything(path) == {path.name: b""}


def test_what_is_not_ours_or_of_a_newer_dq_or_not_there(path):
    assert "There is no history" in refused(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bars (close REAL)")
    assert "database of another program" in refused(path)
    path.unlink()
    open_history(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "newer dq (version 99" in refused(path)


def test_a_folder_that_cannot_be_written_is_no_obstacle(open_folder):  # noqa: F811
    path = open_folder / "history #1?.sqlite"
    with open_history(path) as history:
        history.record(SICK)
    path.chmod(0o444)
    open_folder.chmod(0o555)
    with somebody_else(), read_history(path) as history:
        assert history.run(SICK.id) == SICK
    assert [one.name for one in open_folder.iterdir()] == [path.name]
