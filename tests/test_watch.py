"""dq watch: round after round of the real command, with a real PostgreSQL that is stopped and started again."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from queue import Empty, Queue

import pytest
from bar_tables import create
from market_samples import NOON, instant
from postgres_server import started
from validate_support import a_desk, clean, holed

from dq.model import DAY, HOUR, MINUTE, SECOND, Run, RunError, Window
from dq.run import Asked, Outcome
from dq.settings import Settings
from dq.sources import Access
from dq.watch import Breaker, Timetable, Watch

BTC = "BTC-USD"


@pytest.fixture
def desk(tmp_path, tmp_path_factory):
    return a_desk(tmp_path, tmp_path_factory)


@pytest.fixture
def watch(desk):
    """Starts `dq watch` with some words; what is still running at the end of a test is killed."""
    programs = []

    def start(*words, **environment):
        program = subprocess.Popen(
            [sys.executable, "-X", "dev", "-W", "error", "-m", "dq", "watch", *map(str, words)],
            cwd=desk.folder,
            env=desk.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        programs.append(program)
        return Running(program)

    yield start
    for program in programs:
        program.kill()
        program.communicate()


class Running:
    """A watch whose lines are read as they come."""

    def __init__(self, program):
        self.program = program
        self._lines = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.program.stdout:
            self._lines.put(line.rstrip())

    def until(self, part, within=20):
        """Every line up to the first that holds that part."""
        lines, end = [], time.monotonic() + within
        while not lines or part not in lines[-1]:
            try:
                lines.append(self._lines.get(timeout=max(end - time.monotonic(), 0)))
            except Empty:
                raise AssertionError(f"no line with {part!r} after {lines}") from None
        return lines

    def rest(self):
        """The lines of a watch that has ended."""
        self._reader.join()
        return list(self._lines.queue)

    def ended(self, within=10):
        """The exit status, and what went to stderr."""
        self.program.wait(within)
        return self.program.returncode, self.program.stderr.read()


def recent(server, schema):
    """A bar a minute for the last hours, up to now."""
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT '{BTC}', at, 100 + sin(n), 102, 98, 100 + sin(n + 1), abs(n) % 17 + 1 "
        "FROM (SELECT n, date_trunc('minute', now()) + n * interval '1 minute' AS at "
        "FROM generate_series(-600, -1) AS n) AS minutes"
    )


def test_a_source_that_is_down_is_left_alone_and_found_again(desk, watch):
    with started() as server:
        server.run("CREATE SCHEMA s", "GRANT USAGE ON SCHEMA s TO reader")
        create(server, "s")
        recent(server, "s")
        desk.write("dq.toml", '[source]\nschema = "s"\nretries = 1\n')
        running = watch(server.tcp(), "--every", "1s", "--rest", "3s", "--no-history")
        running.until(" pass ")
        server.stop()
        down = running.until("not tried")
        server.start()
        again = running.until(" pass ")
        running.program.send_signal(signal.SIGTERM)
        status, complaints = running.ended()
    failed = [line for line in down if " unknown " in line and "not tried" not in line]
    assert len(failed) == 3
    since = failed[0].split()[0]
    assert f"failed 3 times in a row since {since}; next attempt at 20" in down[-1]
    assert "s3cret" not in "".join(down + again)
    assert status == 0
    opened, closed = complaints.splitlines()
    assert "left alone" in opened
    assert "reached again" in closed


def test_after_each_rest_there_is_one_attempt_without_retries(desk, watch):
    attempts = []

    def hang_up(listening):
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                attempts.append(client.close())

    desk.write("dq.toml", "[source]\nretries = 1\n")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=hang_up, args=(listening,), daemon=True).start()
        url = f"postgresql://x@127.0.0.1:{listening.getsockname()[1]}/bars?sslmode=disable&gssencmode=disable"
        running = watch(url, "--every", "1s", "--rest", "3s", "--times", "9", "--no-history")
        status, _ = running.ended(40)
        listening.shutdown(socket.SHUT_RDWR)
    lines = running.rest()
    tried = [line for line in lines if "not tried" not in line]
    assert (status, len(lines)) == (3, 9)
    assert 4 <= len(tried) < 9
    assert len(attempts) == 3 * 2 + (len(tried) - 3)


def test_a_wrong_password_does_not_open_it(server, watch):
    running = watch(server.tcp(password="hunter2"), "--every", "1s", "--times", "5", "--no-history")
    status, complaints = running.ended(20)
    assert (status, complaints) == (3, "")
    assert running.until("refused the password")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_the_middle_of_a_run(watch, number):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(20)
        running = watch(f"postgresql://x@127.0.0.1:{silent.getsockname()[1]}/bars", "--every", "1h")
        client, _ = silent.accept()
        with client:
            client.recv(1)  # it has asked, and waits
            running.program.send_signal(number)
            assert running.ended(4) == (0, "")


def test_a_signal_ends_it_between_runs(desk, watch):
    running = watch(desk.write("bars.csv", clean()), "--every", "1h", "--no-history")
    running.until("")
    time.sleep(0.3)
    running.program.send_signal(signal.SIGTERM)
    assert running.ended(4) == (0, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--suite", "nope", "bars.csv"], "nope"),
        (["--every", "0s", "bars.csv"], "0s"),
        (["-"], "Standard input can be read once only."),
        (["nowhere.csv"], "nowhere.csv does not exist"),
        ([], "nothing to validate"),
    ],
)
def test_a_wrong_question_ends_it_at_once(watch, words, said):
    status, complaints = watch(*words).ended(20)
    assert status == 2
    assert said in complaints


def test_every_run_as_json(desk, watch):
    holey = desk.write("bars.csv", holed())
    running = watch(holey, "--window", "3h", "--every", "1s", "--times", "2", "--format", "json", "--no-history")
    assert running.ended(20) == (1, "")
    runs = [json.loads(text + "}") for text in "\n".join(running.rest()).split("\n}")[:-1]]
    assert [run["run"]["exit_code"] for run in runs] == [1, 1]


def test_a_report_where_something_is_found_and_a_file_for_each_run(desk, watch):
    holey = desk.write("bars.csv", holed())
    running = watch(holey, "--every", "1s", "--times", "1", "--no-history")
    assert running.ended(20) == (1, "")
    assert any("stale_series" in line for line in running.rest())
    running = watch(holey, "--every", "1s", "--times", "2", "--no-history", "--output", "run.json", "--format", "json")
    assert running.ended(20) == (1, "")
    assert [line.split()[1] for line in running.rest()] == ["fail", "fail"]
    assert json.loads((desk.folder / "run.json").read_text())["run"]["verdict"] == "fail"


def test_it_looks_back_to_the_last_run_that_could_tell(desk):
    asked = Asked(Access("bars.csv"), Settings(history=desk.history, cache=desk.cache), NOON, record=False)
    clock, answers = iter([NOON, NOON + HOUR, NOON + 4 * HOUR, NOON + 5 * HOUR, NOON + 9 * DAY]), []

    def run(asked):
        answers.append(asked.window)
        errors = (RunError("source", "down", unreached=True),) if len(answers) in {2, 3} else ()
        window = Window(asked.now - asked.window, asked.now)
        return Outcome(Run("0" * 16, asked.now, window, "x", "auto", "pass", 0, "0", 0.0, errors=errors))

    watch = Watch(asked, HOUR, Breaker(HOUR, Timetable(HOUR, MINUTE)), run, lambda: next(clock), "0")
    for _ in range(5):
        watch.round()
    assert answers == [back + 10 * MINUTE for back in (HOUR, HOUR, 4 * HOUR, 5 * HOUR, DAY)]


@pytest.mark.parametrize(
    ("every", "grace", "at", "begins"),
    [
        (HOUR, MINUTE, "2026-03-08T07:00", "2026-03-08T07:01"),
        (HOUR, MINUTE, "2026-03-08T07:01", "2026-03-08T07:01"),
        (HOUR, MINUTE, "2026-03-08T07:01:01", "2026-03-08T08:01"),
        (2 * SECOND, MINUTE, "2026-03-08T07:00:01", "2026-03-08T07:00:02"),
    ],
)
def test_runs_begin_on_the_boundary_and_a_grace(every, grace, at, begins):
    assert Timetable(every, grace).after(instant(at)) == instant(begins)
