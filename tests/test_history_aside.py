"""History: runs that it cannot take for the moment wait beside it, and are taken in by the next one that can."""

import logging
import os
import sqlite3
import stat
import threading
from contextlib import closing
from dataclasses import replace

import pytest
from history_places import database  # noqa: F401  a fixture
from html_samples import AT, sick_run
from test_history_trouble import open_folder, somebody_else  # noqa: F401  a fixture
from validate_support import Desk, clean, holed, minute

from dq.history import UnreadyError, open_history
from dq.history.aside import Waiting, aside_folder, count_aside, put_aside, take_in

SICK = sick_run()[0]


def waiting(id_="r-1", at=0, **changes):
    return replace(Waiting(replace(SICK, id=id_, as_of=AT + at), AT + 60, "a place", ("NQ=F",)), **changes)


def taken(folder):
    found = []
    assert take_in(folder, found.append) == len(found)
    return found


def test_a_run_comes_out_as_it_went_in(tmp_path):
    folder = tmp_path / "state" / "aside"
    put_aside(folder, waiting())
    assert [stat.S_IMODE(one.stat().st_mode) for one in (folder, *folder.iterdir())] == [0o700, 0o600]
    assert count_aside(folder) == 1
    assert taken(folder) == [waiting()]
    assert taken(folder) == []
    assert list(folder.iterdir()) == []


def test_the_oldest_comes_first_and_a_few_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr("dq.history.aside.AT_ONCE", 2)
    for at in (2, 0, 1):
        put_aside(tmp_path, waiting(f"r/{at}", at))
    assert [[one.run.as_of - AT for one in taken(tmp_path)] for _ in range(3)] == [[0, 1], [2], []]


def test_what_is_not_taken_waits_on(tmp_path):
    for at in range(3):
        put_aside(tmp_path, waiting(f"r-{at}", at))
    found = []

    def full_after_one(one):
        if found:
            raise UnreadyError("It is locked again.")
        found.append(one)

    with pytest.raises(UnreadyError):
        take_in(tmp_path, full_after_one)
    assert [one.run.id for one in (*found, *taken(tmp_path))] == ["r-0", "r-1", "r-2"]


def test_two_processes_take_each_run_once(tmp_path):
    put_aside(tmp_path, waiting())
    beside = []
    take_in(tmp_path, lambda _: beside.append(take_in(tmp_path, beside.append)))
    assert beside == [0]


def test_what_is_no_run_is_moved_aside_and_said(tmp_path, caplog):
    put_aside(tmp_path, waiting("r-1"))
    put_aside(tmp_path, waiting("r-2", 1))
    (first, _) = sorted(tmp_path.iterdir())
    first.write_bytes(first.read_bytes()[:100])
    (tmp_path / f"cut.run.{2**22 + 1}.part").write_bytes(b"of a process that was killed")
    (tmp_path / f"now.run.{os.getpid()}.part").write_bytes(b"of one that lives")
    with caplog.at_level(logging.WARNING, "dq.history"):
        assert [one.run.id for one in taken(tmp_path)] == ["r-2"]
    assert {one.name for one in tmp_path.iterdir()} == {f"{first.name}.damaged", f"now.run.{os.getpid()}.part"}
    assert "is no run that dq can take in" in caplog.text


def test_no_more_wait_than_there_is_room_for(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("dq.history.aside.MOST", 2)
    with caplog.at_level(logging.WARNING, "dq.history"):
        for at in range(3):
            put_aside(tmp_path, waiting(f"r-{at}", at))
    assert [one.run.id for one in taken(tmp_path)] == ["r-1", "r-2"]
    assert "More than 2 runs wait" in caplog.text


def test_each_history_has_a_folder_of_its_own(tmp_path):
    assert aside_folder(tmp_path / "history.sqlite", tmp_path) == tmp_path / "history.sqlite.aside"
    one, other = "postgresql://u:pw@h/d", "postgresql://u:pw@h/e"
    assert aside_folder(one, tmp_path) == aside_folder(one.replace("pw", "new"), tmp_path)
    assert aside_folder(one, tmp_path) != aside_folder(other, tmp_path)
    assert aside_folder(one, tmp_path).parent == tmp_path


def recorded(desk):
    with open_history(desk.history) as history:
        return [(one.as_of, one.verdict) for one in reversed(history.runs(10))]


def test_a_locked_history_costs_no_run_and_no_exit_status(desk):
    desk.write("bars.csv", holed())
    desk.write("clean.csv", clean())
    assert desk.json("clean.csv", history=True).status == 0
    with closing(sqlite3.connect(desk.history, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = Desk(desk.folder, desk.cache).json("bars.csv", history=True)  # in this process pytest takes the log
        assert (answer.status, answer.errors) == (1, [])
        assert answer.err.startswith("dq: WARNING: The history ")
        assert f"The run waits in {desk.history}.aside" in answer.err
        assert len(recorded(desk)) == 1
    assert desk.json("clean.csv", history=True).status == 0
    assert [verdict for _, verdict in recorded(desk)] == ["pass", "fail", "pass"]
    with open_history(desk.history) as history:
        assert history.runs(2)[1].id == answer.report["run"]["id"]
        assert [life.check for life in history.lives("bars.csv")] == ["missing_bar"]
    assert list(desk.history.with_name("history.sqlite.aside").iterdir()) == []


def test_a_lock_that_ends_in_time_is_waited_for(desk):
    desk.write("bars.csv", clean())
    desk.json("bars.csv", history=True)
    with closing(sqlite3.connect(desk.history, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.5, other.rollback)
        timer.start()
        assert desk.json("bars.csv", history=True).status == 0
        timer.join()
    assert len(recorded(desk)) == 2


def test_where_nothing_can_be_written_the_run_is_not_recorded(desk, open_folder, monkeypatch):  # noqa: F811
    desk.write("bars.csv", holed())
    monkeypatch.setattr("dq.history.file.WAIT", 0.1)
    path = open_folder / "history.sqlite"
    open_history(path).close()
    open_folder.chmod(0o555)
    path.chmod(0o444)
    with somebody_else(), pytest.raises(PermissionError):
        put_aside(aside_folder(path, open_folder), waiting())
    desk.history.parent.mkdir(parents=True)
    desk.history.with_name("history.sqlite.aside").write_text("a file, where the folder would be")
    open_history(desk.history).close()
    with closing(sqlite3.connect(desk.history, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = desk.json("bars.csv", history=True)
    assert answer.status == 3
    assert "missing_bar" in {finding[0] for finding in answer.findings}
    assert answer.errors[0]["message"].startswith("The run is not recorded")


def test_a_run_waits_while_its_database_is_down(desk, database, server, caplog):  # noqa: F811
    desk.write("bars.csv", holed())
    assert desk.json("bars.csv", history=True, DQ_HISTORY=database).status == 1
    server.stop()
    try:
        answer = desk.json("bars.csv", "--at", minute(110), history=True, DQ_HISTORY=database)
    finally:
        server.start()
    assert (answer.status, answer.errors) == (1, [])
    assert "cannot be reached" in caplog.text
    folders = list((desk.folder / "state" / "dq").glob("aside-*"))
    assert [count_aside(one) for one in folders] == [1]
    assert desk.json("bars.csv", "--at", minute(115), history=True, DQ_HISTORY=database).status == 1
    with open_history(database) as history:
        assert len(history.runs(10)) == 3
        assert {one.id for one in history.runs(10)} >= {answer.report["run"]["id"]}
    assert count_aside(folders[0]) == 0
