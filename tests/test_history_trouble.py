"""History: damaged, locked, foreign, full, forbidden, and shared by several processes."""

import contextlib
import logging
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from dq.history import HistoryError, open_history
from dq.model import Run, Window


def run(id_="r-1") -> Run:
    return Run(id_, 1_000, Window(0, 60), "bars.csv", "ohlc_1m", "pass", 0, "0.1.0", 0.25)


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir() if not one.name.endswith(("-wal", "-shm"))}


def refused(path: Path) -> HistoryError:
    with pytest.raises(HistoryError) as raised, open_history(path) as history:
        history.record(run())
    assert (raised.value.kind, raised.value.exit_status) == ("history", 3)
    assert str(path) in raised.value.message
    assert raised.value.hint
    return raised.value


@pytest.mark.parametrize(
    "content",
    [b"hello", b"timestamp,open\n" * 1000, os.urandom(8192), b"SQLite format 3\0", b"SQLite format 3\0" + bytes(8000)],
    ids=["short", "csv", "noise", "begun", "empty pages"],
)
def test_a_file_that_is_no_database_is_moved_aside(tmp_path, caplog, content):
    path = tmp_path / "history.sqlite"
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING, "dq.history"), open_history(path) as history:
        history.record(run())
        assert len(history.runs(10)) == 1
    assert (tmp_path / "history.sqlite.corrupt-1").read_bytes() == content
    assert "history.sqlite.corrupt-1" in caplog.text


def test_an_empty_file_is_simply_begun(tmp_path):
    path = tmp_path / "history.sqlite"
    path.touch()
    with open_history(path) as history:
        history.record(run())
    assert names(tmp_path) == {"history.sqlite"}


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_file_cut_off_is_moved_aside(tmp_path, kept):
    path = tmp_path / "history.sqlite"
    with open_history(path) as history:
        for number in range(50):
            history.record(run(f"r-{number}"))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    with open_history(path) as history:
        history.record(run("new"))
        assert [record.id for record in history.runs(1)] == ["new"]
    assert names(tmp_path) == {"history.sqlite", "history.sqlite.corrupt-1"}


def test_damage_inside_is_found_when_it_is_read(tmp_path):
    path = tmp_path / "history.sqlite"
    with open_history(path) as history:
        for number in range(50):
            history.record(run(f"r-{number}"))
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    with open_history(path) as history:
        history.record(run("new"))
        assert [record.id for record in history.runs(10)] == ["new"]
    assert names(tmp_path) == {"history.sqlite", "history.sqlite.corrupt-1"}


def test_damaged_again_and_again_nothing_is_overwritten(tmp_path):
    path = tmp_path / "history.sqlite"
    for content in (b"one", b"two"):
        path.write_bytes(content)
        open_history(path).close()
    assert (tmp_path / "history.sqlite.corrupt-1").read_bytes() == b"one"
    assert (tmp_path / "history.sqlite.corrupt-2").read_bytes() == b"two"


def test_the_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "collector.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE ohlc_data (instrument TEXT)")
    before = path.read_bytes()
    assert "another program" in refused(path).message
    assert path.read_bytes() == before


def test_the_file_of_a_newer_dq_is_left_alone(tmp_path):
    path = tmp_path / "history.sqlite"
    open_history(path).close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    assert "newer dq" in refused(path).message


def test_a_lock_is_waited_for_and_then_told(tmp_path):
    path = tmp_path / "history.sqlite"
    open_history(path).close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "locked by another process for 2 seconds" in refused(path).message


def test_a_place_where_no_file_can_be(tmp_path):
    (tmp_path / "file").touch()
    assert f"File exists: '{tmp_path / 'file'}'" in refused(tmp_path / "file" / "history.sqlite").message
    assert "Not a directory" in refused(tmp_path / "file" / "dq" / "history.sqlite").message
    (tmp_path / "folder").mkdir()
    assert "directory" in refused(tmp_path / "folder").message


@contextlib.contextmanager
def somebody_else():
    """Root may write everywhere, so it becomes nobody for the moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder(tmp_path):
    """A folder that everybody can reach, unlike pytest's own."""
    open_history(tmp_path / "first.sqlite").close()  # what nobody may not read is imported by now
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_folder_that_may_not_be_written(open_folder):
    (open_folder / "state").mkdir()
    (open_folder / "state").chmod(0o555)
    with somebody_else():
        assert "Permission denied" in refused(open_folder / "state" / "history.sqlite").message
        assert "Permission denied" in refused(open_folder / "state" / "dq" / "history.sqlite").message


def test_a_file_that_may_not_be_written_is_not_taken_for_damaged(open_folder):
    path = open_folder / "history.sqlite"
    with open_history(path) as history:
        history.record(run())
    path.chmod(0o444)
    open_folder.chmod(0o555)
    with somebody_else():
        refused(path)
    assert names(open_folder) == {"history.sqlite"}


def test_a_full_disk_is_told_and_leaves_the_runs_before(tmp_path):
    path = tmp_path / "history.sqlite"
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open_history(path) as history:
        history.record(run())
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
        try:
            with pytest.raises(HistoryError) as raised:
                history.record(Run(**{**vars_of(run("big")), "notes": ("x" * 1_000_000,)}))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, handler)
        assert "cannot be written" in raised.value.message
        assert "Make room" in raised.value.hint
        history.record(run("small"))
        assert [record.id for record in history.runs(10)] == ["small", "r-1"]


def vars_of(one: Run) -> dict:
    return {name: getattr(one, name) for name in Run.__slots__}


WRITER = """
import sys
from pathlib import Path
from dq.history import open_history
from dq.model import Run, Window
path, name = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for number in range(10):
    with open_history(path) as history:
        history.record(Run(f"{name}-{number}", number, Window(0, 1), "s", "x", "pass", 0, "0", 0.1))
"""


@pytest.mark.parametrize("content", [None, b"garbage"], ids=["absent", "damaged"])
def test_several_processes_begin_and_fill_one_history(tmp_path, content):
    path = tmp_path / "dq" / "history.sqlite"
    if content:
        path.parent.mkdir()
        path.write_bytes(content)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), f"w{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    told = [writer.communicate("go\n") for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4, told
    with open_history(path) as history:
        assert len(history.runs(100)) == 40
    assert names(path.parent) == {"history.sqlite"} | ({"history.sqlite.corrupt-1"} if content else set())


KILLED = """
history = open_history(path)
history.record(Run("last", 1, Window(0, 1), "s", "x", "pass", 0, "0", 0.1))
import os
os.kill(os.getpid(), 9)
"""


def test_a_writer_that_is_killed_leaves_a_sound_file(tmp_path):
    path = tmp_path / "history.sqlite"
    arguments = [sys.executable, "-c", WRITER + KILLED, str(path), "w"]
    assert subprocess.run(arguments, input="go\n", text=True, capture_output=True, check=False).returncode == -9
    with open_history(path) as history:
        assert history.runs(1)[0].id == "last"
    assert names(tmp_path) == {"history.sqlite"}


def test_file_and_folder_are_their_owners_alone(tmp_path):
    path = tmp_path / "state" / "dq" / "history.sqlite"
    with open_history(path) as history:
        history.record(run())
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    assert modes == dict.fromkeys(("history.sqlite", "history.sqlite-shm", "history.sqlite-wal"), 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["history.sqlite"]  # nobody has it open any more


def test_room_that_was_freed_is_given_back_a_little_at_a_time(tmp_path, monkeypatch):
    path = tmp_path / "history.sqlite"
    monkeypatch.setattr("dq.history.sqlite.FREE", 10)
    monkeypatch.setattr("dq.history.sqlite.PAGES", 60)
    with open_history(path) as history:
        for number in range(20):
            history.record(replace(run(f"r-{number}"), notes=(os.urandom(20_000).hex(),)), recorded=number)
    sizes = [path.stat().st_size]
    for _ in range(6):
        with open_history(path) as history:
            history.forget(20)
            history.database.tidy()
        sizes.append(path.stat().st_size)
    assert sizes[0] > sizes[1] > sizes[2]
    assert sizes[-1] < sizes[0] // 2
    assert sizes[0] - sizes[1] <= 60 * 4096 + 4096
