"""dq watch outlives what its runs raise, a heartbeat nobody answers, couriers that fail and packages that are broken."""

import json
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from market_samples import NOON
from postgres_server import free_port
from validate_support import clean

from dq.model import HOUR, MINUTE, Message, Parcel, SettingsError
from dq.run import Asked
from dq.settings import AlertSettings, Settings
from dq.sources import Access
from dq.watch import Breaker, Cadence, Timetable, Watch
from dq.watch.courier import Courier
from dq.watch.guard import guarded, tell_all
from dq.watch.heartbeat import Heartbeat, failed
from dq.watch.knocking import Knocking


@pytest.fixture
def watch(shell):
    """A watch whose runs raise what it is given, and its rounds are recorded."""
    asked = Asked(Access("postgresql://x:hunter22@h/d"), Settings(history=shell.history, cache=shell.cache), NOON)

    def begun(trouble, ended=lambda: False):
        def run(asked, limit):
            raise trouble

        cadence = Cadence("", Timetable(HOUR, MINUTE), asked)
        breaker = Breaker(HOUR, cadence.timetable.after)
        return Watch(cadence, breaker, guarded(run, ended, "0"), lambda: NOON, "0")

    return begun


@pytest.mark.parametrize(
    "trouble", [ZeroDivisionError("x / 0"), MemoryError(), RecursionError("deep"), OSError(28, "No space left")]
)
def test_whatever_a_run_raises_it_could_not_tell_and_the_next_is_made(watch, trouble, caplog):
    watching = watch(trouble)
    for _ in range(4):  # more than the breaker takes: the source was not what failed
        (error,) = watching.round().outcome.run.errors
        assert error.message.startswith(f"dq itself failed: {type(trouble).__name__}")
    assert "Traceback" in caplog.text
    assert watching.breaker.state == "closed"


def test_a_wrong_question_ends_it_at_the_start_and_is_told_later(watch):
    watching = watch(SettingsError("no such suite", hint="Name another."))
    with pytest.raises(SettingsError):
        watching.round(admitted=False)
    done = watching.round()
    assert (done.outcome.run.exit_code, done.outcome.run.errors[0].message) == (3, "no such suite")


def test_what_a_library_makes_of_a_signal_ends_it(watch):
    with pytest.raises(KeyboardInterrupt):
        watch(ImportError("numpy failed to import"), ended=lambda: True).round()


def test_a_listener_that_raises_keeps_no_other_from_its_round(caplog):
    told = []
    tell_all([lambda done: 1 / 0, told.append], "round")
    assert told == ["round"]
    assert "ZeroDivisionError" in caplog.text


@contextmanager
def pinged(status):
    """An address to ping that answers with that status, after a tenth of a second, and the paths asked for."""
    paths = []

    class Told(BaseHTTPRequestHandler):
        def do_GET(self):
            paths.append(self.path)
            time.sleep(0.1)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Told) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/4711-secret", paths
        server.shutdown()


@pytest.fixture
def done(watch):
    return watch(ZeroDivisionError()).round()


def told_as(done, exit_code):
    run = replace(done.outcome.run, exit_code=exit_code)
    return replace(done, outcome=replace(done.outcome, run=run))


def test_pings_wait_for_nobody_and_nobody_waits_for_them(done):
    with pinged(200) as (url, paths):
        heartbeat = Heartbeat(url)
        began = time.monotonic()
        for exit_code in (0, 1, 0, 0, 3):
            heartbeat.told(told_as(done, exit_code))
        assert time.monotonic() - began < 0.1
        heartbeat.close(10)
    assert paths[-1] == "/4711-secret/fail"
    assert len(paths) <= 3  # the one under way, and the newest
    assert (heartbeat.failures, heartbeat.up) == (0, True)


def test_pings_that_do_not_arrive_are_told_once_and_counted(done, caplog, monkeypatch):
    monkeypatch.setattr("dq.watch.heartbeat.PAUSE", 0.01)
    with pinged(500) as (url, paths):
        heartbeat = Heartbeat(url)
        for failures in (1, 2):
            heartbeat.told(done)
            while heartbeat.failures < failures:
                time.sleep(0.01)
        heartbeat.close(10)
    assert len(paths) == 4  # each is tried once more
    assert heartbeat.up is False
    assert [record.getMessage().split(" at ")[0] for record in caplog.records[-1:]] == ["the heartbeat does not arrive"]
    assert sum("heartbeat" in record.getMessage() for record in caplog.records) == 1
    assert "secret" not in caplog.text


def test_where_a_run_that_could_not_tell_is_pinged():
    assert failed("https://hc.example/ping/4711/?a=b") == "https://hc.example/ping/4711/fail?a=b"


PARCEL = Parcel(Message("m", "s", "i", "desk", "opened", "critical", "title", "body", "", NOON), due=NOON)
DESK = AlertSettings("json://127.0.0.1", name="desk", checks=("stale_series",))
RECEIVE = "import sys, os, time, json; open('{}', 'a').write(sys.stdin.read() + os.environ['DQ_HISTORY'] + '\\n'); {}"


@pytest.fixture
def couriers(tmp_path):
    """Couriers that write down what they are handed and then do something; and what was written."""
    written = tmp_path / "written"

    def courier(then):
        return Courier({}, (sys.executable, "-c", RECEIVE.format(written, then))), written

    return courier


def ended(courier):
    while courier.busy():
        time.sleep(0.01)


def test_one_courier_at_a_time_where_something_is_due(couriers, tmp_path):
    courier, written = couriers("time.sleep(0.5)")
    history = tmp_path / "history.sqlite"
    courier.send([replace(PARCEL, due=NOON + 1)], [DESK], history, NOON)
    courier.send([PARCEL], [replace(DESK, name="other")], history, NOON)
    assert not courier.busy()
    for _ in range(3):
        courier.send([PARCEL], [DESK], history, NOON)
    assert courier.busy()
    ended(courier)
    (line,) = written.read_text().splitlines()
    handed, _, place = line.partition(str(tmp_path))
    (channel,), messages = json.loads(handed).values()
    assert messages == []
    assert (channel["name"], channel["url"], channel["checks"]) == ("desk", "json://127.0.0.1", ["stale_series"])
    assert place == "/history.sqlite"


def test_right_after_a_courier_another_one_is_sent_only_for_what_had_no_turn(couriers, tmp_path):
    courier, written = couriers("")
    first, second = PARCEL, replace(PARCEL, message=replace(PARCEL.message, id="n"))
    failed = replace(first, due=NOON + 1)
    waits = [([first, second], True), ([first, second], False), ([failed, second], False), ([second], True)]
    for parcels, starts in waits:
        courier.send(parcels, [DESK], tmp_path, NOON, again=True)
        assert courier.under_way == starts
        while courier.under_way and not courier.ended():
            time.sleep(0.01)
        assert not courier.ended()
    courier.send([second], [DESK], tmp_path, NOON)
    ended(courier)
    assert len(written.read_text().splitlines()) == 3


def test_couriers_that_fail_are_told_once(couriers, tmp_path, caplog):
    courier, _ = couriers("sys.exit(3)")
    for _ in range(2):
        courier.send([PARCEL], [DESK], tmp_path, NOON)
        ended(courier)
    assert [record.getMessage().partition(";")[0] for record in caplog.records] == [
        "alerts could not be delivered (exit status 3)"
    ]


def test_of_a_courier_that_fails_is_told_which_channel_and_why(couriers, tmp_path, caplog):
    courier, _ = couriers("print('desk: it answered\\n      503.'); sys.exit(3)")
    courier.send([PARCEL], [DESK], tmp_path, NOON)
    ended(courier)
    assert [record.getMessage() for record in caplog.records] == [
        "alerts could not be delivered (exit status 3): desk: it answered 503; `dq alerts` shows what waits"
    ]


def test_a_source_that_answers_again_is_found_each_time(server, monkeypatch):
    for pause in ("PAUSE", "LOOK"):
        monkeypatch.setattr(f"dq.watch.knocking.{pause}", 0)
    knocking, nobody, there = Knocking(), Access(f"postgresql://x@127.0.0.1:{free_port()}/bars"), Access(server.tcp())
    assert not knocking.came_back(there, down=False)
    assert [knocking.came_back(one, down=True) for one in (nobody, there, there, nobody, there)] == [
        False, True, True, False, True,
    ]  # fmt: skip
    assert not knocking.came_back(Access("bars.csv"), down=True)


@pytest.mark.parametrize(
    ("package", "content", "said"),
    [
        (
            "numpy",
            'raise ImportError("advice") from ImportError("libblas.so: no such file")',
            "libblas.so: no such file",
        ),
        ("click", 'raise RuntimeError("half of it is missing")', "half of it is missing"),
        ("numpy", "x = (", "was never closed (__init__.py, line 1)"),
        ("numpy", "x\0", "cannot contain null bytes"),
        ("numpy", "", "module 'numpy' has no attribute 'ndarray'"),
        ("numpy", "import sys; sys.exit(0)", "SystemExit: 0"),
        ("click", "x = (", "was never closed (__init__.py, line 1)"),
        ("click", "", "module 'click' has no attribute 'Group'"),
    ],
)
def test_a_package_that_cannot_be_imported_is_one_sentence(shell, package, content, said):
    shell.write("bars.csv", clean())
    shell.write(f"broken/{package}/__init__.py", content)
    environment = shell.environment | {"PYTHONPATH": str(shell.folder / "broken")}
    words = [sys.executable, "-m", "dq", "watch", "bars.csv", "--times", "1"]
    answer = subprocess.run(words, cwd=shell.folder, env=environment, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (3, "")
    sentence, hint = answer.stderr.splitlines()
    assert sentence.startswith(f"dq: {package} cannot be imported: ")
    assert sentence.endswith(said)
    assert f"pip install --force-reinstall {package}" in hint
