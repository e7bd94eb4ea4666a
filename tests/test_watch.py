"""dq watch: round after round of the real command, with a real PostgreSQL that is stopped and started again."""

import json
import signal
import socket
import threading
import time
from contextlib import suppress

import pytest
from bar_tables import create
from market_samples import NOON, instant
from postgres_server import started
from validate_support import Answer, called, clean, holed, until_it_waits
from watch_support import watches

from dq.model import DAY, HOUR, MINUTE, SECOND, Run, RunError, Window
from dq.run import Asked, Outcome, validate
from dq.settings import Settings
from dq.sources import Access
from dq.watch import Breaker, Cadence, Timetable, Watch
from dq.watch.clockwork import Clockwork, Work

BTC = "BTC-USD"


@pytest.fixture
def watch(shell):
    with watches(shell) as start:
        yield start


@pytest.fixture
def watched(desk):
    """What `dq watch` with some words said until it ended, in this process."""
    return lambda *words: Answer(*called(desk, "watch", *words, "--no-history"))


def recent(server, schema):
    """A bar a minute for the last hours, up to now."""
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT '{BTC}', at, 100 + sin(n), 102, 98, 100 + sin(n + 1), abs(n) % 17 + 1 "
        "FROM (SELECT n, date_trunc('minute', now()) + n * interval '1 minute' AS at "
        "FROM generate_series(-600, -1) AS n) AS minutes"
    )


def test_a_source_that_is_down_is_left_alone_and_found_again(shell, watch):
    with started() as server:
        server.run("CREATE SCHEMA s", "GRANT USAGE ON SCHEMA s TO reader")
        create(server, "s")
        recent(server, "s")
        shell.write("dq.toml", '[source]\nschema = "s"\nretries = 0\n')
        running = watch(server.tcp(), "--every", "1s", "--rest", "1m", "--no-history")
        running.until(" pass ")
        server.stop()
        down = running.until("not tried")
        server.start()
        again = running.until(" pass ", within=20)  # it knocks: nobody has to wait for the end of the rest
        running.program.send_signal(signal.SIGTERM)
        status, complaints = running.ended()
    failed = [line for line in down if " unknown " in line and "not tried" not in line]
    assert len(failed) == 3
    since = failed[0].split()[0]
    assert f"failed 3 times in a row since {since}; next attempt at 20" in down[-1]
    assert "s3cret" not in "".join(down + again)
    assert status == 0
    *opened, closed = complaints.splitlines()
    assert "left alone" in opened[0]
    assert "answers again" in opened[-1]
    assert "reached again" in closed


TENTH = SECOND // 10


def clock():
    return time.time_ns() // 1000


def rounds_of(url, desk, times, **access):
    """The outcomes of so many rounds, a tenth of a second apart; three failures make a rest of three tenths."""
    asked = Asked(Access(url, **access), Settings(history=desk.history, cache=desk.cache), NOON, record=False)
    cadence = Cadence("", Timetable(TENTH, MINUTE), asked)
    breaker = Breaker(3 * TENTH, cadence.timetable.after)
    watch, outcomes = Watch(cadence, breaker, lambda asked, limit: validate(asked, "0"), clock, "0"), []
    clockwork = Clockwork(clock)
    clockwork.set({"": Work(cadence.timetable, lambda: outcomes.append(watch.round().outcome))})
    clockwork.keep(lambda: watch.rounds < times)
    return [outcome.run for outcome in outcomes]


def untried(run):
    return run.errors[0].message.startswith("not tried")


def test_after_each_rest_there_is_one_attempt_without_retries(desk, monkeypatch):
    attempts = []

    def hang_up(listening):
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                attempts.append(client.close())

    monkeypatch.setattr("dq.sources.retrying.FIRST_PAUSE", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=hang_up, args=(listening,), daemon=True).start()
        url = f"postgresql://x@127.0.0.1:{listening.getsockname()[1]}/bars?sslmode=disable&gssencmode=disable"
        runs = rounds_of(url, desk, 9, retries=1)
        listening.shutdown(socket.SHUT_RDWR)
    tried = [run for run in runs if not untried(run)]
    assert {run.exit_code for run in runs} == {3}
    assert not any(map(untried, runs[:3]))
    assert 4 <= len(tried) < len(runs) == 9
    assert len(attempts) == 3 * 2 + (len(tried) - 3)


def test_a_wrong_password_does_not_open_it(server, desk):
    runs = rounds_of(server.tcp(password="hunter2"), desk, 5)
    assert ["refused the password" in run.errors[0].message for run in runs] == [True] * 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_the_middle_of_a_run(watch, number):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(20)
        running = watch(f"postgresql://x@127.0.0.1:{silent.getsockname()[1]}/bars", "--every", "1h")
        client, _ = silent.accept()
        with client:
            client.recv(1)  # it has asked, and waits
            running.program.send_signal(number)
            assert running.ended() == (0, "")


def test_a_signal_ends_it_between_runs(shell, watch):
    running = watch(shell.write("bars.csv", clean()), "--every", "1h", "--no-history")
    running.until("")
    until_it_waits(running.program)
    running.program.send_signal(signal.SIGTERM)
    assert running.ended() == (0, "")


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
def test_a_wrong_question_ends_it_at_once(watched, words, said):
    answer = watched(*words)
    assert answer.status == 2
    assert said in answer.err


def test_every_run_as_json(desk, watched):
    holey = desk.write("bars.csv", holed())
    answer = watched(holey, "--window", "3h", "--every", "1s", "--times", "2", "--format", "json")
    assert (answer.status, answer.err) == (1, "")
    runs = [json.loads(text + "}") for text in answer.out.split("\n}")[:-1]]
    assert [run["run"]["exit_code"] for run in runs] == [1, 1]


def test_a_report_where_something_is_found_and_a_file_for_each_run(desk, watched):
    holey = desk.write("bars.csv", holed())
    answer = watched(holey, "--every", "1s", "--times", "1")
    assert (answer.status, answer.err) == (1, "")
    assert "stale_series" in answer.out
    assert "FAIL" not in answer.out  # the line above says it
    answer = watched(holey, "--every", "1s", "--times", "3")
    first, *others = [line for line in answer.out.splitlines() if "  fail  " in line and line.startswith("20")]
    assert [line.endswith(", as before") for line in (first, *others)] == [False, True, True]
    assert answer.out.endswith(f"{others[0]}\n{others[1]}\n")  # nothing new: no report
    answer = watched(holey, "--every", "1s", "--times", "2", "--output", "run.json", "--format", "json")
    assert (answer.status, answer.err) == (1, "")
    assert [line.split()[1] for line in answer.out.splitlines()] == ["fail", "fail"]
    assert json.loads((desk.folder / "run.json").read_text())["run"]["verdict"] == "fail"


def test_it_looks_back_to_the_last_run_that_could_tell(shell):
    asked = Asked(Access("bars.csv"), Settings(history=shell.history, cache=shell.cache), NOON, record=False)
    hours = (0, 1, 4, 5, 9 * 24)
    clock, answers = iter(NOON + hour * HOUR for hour in hours for _ in ("begins", "ends")), []

    def run(asked, limit):
        answers.append(asked.window)
        errors = (RunError("source", "down", unreached=True),) if len(answers) in {2, 3} else ()
        window = Window(asked.now - asked.window, asked.now)
        return Outcome(Run("0" * 16, asked.now, window, "x", "auto", "pass", 0, "0", 0.0, errors=errors))

    cadence = Cadence("", Timetable(HOUR, MINUTE), asked)
    watch = Watch(cadence, Breaker(HOUR, cadence.timetable.after), run, lambda: next(clock), "0")
    for _ in range(5):
        watch.round()
    assert answers == [back + 10 * MINUTE for back in (HOUR, HOUR, 4 * HOUR, 5 * HOUR, DAY)]


def test_after_it_was_down_a_second_run_looks_at_what_nobody_saw(desk, caplog):
    desk.write("bars.csv", clean())
    called(desk, "validate", "bars.csv", "--window", "1h", "--at", "2026-03-02T13:00Z")
    status, out, _ = called(desk, "watch", "bars.csv", "--every", "1h", "--times", "2", "--format", "json")
    assert status == 1
    assert "nobody looked for a while before this run" in caplog.text
    windows = [json.loads(text + "}")["run"]["window"] for text in out.split("\n}")[:-1]]
    looks = [instant(window["end"][:-1]) - instant(window["start"][:-1]) for window in windows]
    assert looks == [HOUR + 10 * MINUTE, DAY + 10 * MINUTE]


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
