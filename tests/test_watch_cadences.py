"""dq watch with several cadences, settings that change under it, and all who are told of its runs."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler

import pytest
from local_server import served
from market_samples import walk
from validate_support import Answer, called, clean, csv_of
from watch_support import watches

from dq.history import read_history

TWO = """
suite = "ohlc_1m"
heartbeat = "{heartbeat}"
[[watch]]
name = "fresh"
every = "1s"
[[watch]]
name = "full"
every = "1s"
window = "3h"
[[watch]]
name = "audit"
every = "1d"
offset = "150m"
window = "30d"
"""


@pytest.fixture
def watch(shell):
    with watches(shell) as start:
        yield start


@pytest.fixture
def asked(desk):
    """What `dq watch` with some words said until it ended, in this process."""
    desk.write("bars.csv", clean())
    return lambda *words: Answer(*called(desk, "watch", *words))


@contextmanager
def systemd():
    """A service manager: its address, and what it was told so far."""
    name = f"\0dq-test-{time.monotonic_ns()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name)
        told = []

        def listen():
            with suppress(OSError):
                while said := listening.recv(4096).decode():
                    told.append(said)

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield f"@{name[1:]}", told
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"", name)
        thread.join(10)


@contextmanager
def switch(status=200):
    """A dead man's switch: its address, and the paths that were asked for."""
    paths = []

    class Told(BaseHTTPRequestHandler):
        def do_GET(self):
            paths.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    with served(Told) as server:
        yield f"http://127.0.0.1:{server.server_port}/ping/4711?a=b", paths


def wait_for(what, within=20):
    end = time.monotonic() + within
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def ready(address):
    """The cadences of a watch that is ready; None where it is not."""
    try:
        with urllib.request.urlopen(f"{address}readyz") as answer:
            return [one["cadence"] for one in json.load(answer)["cadences"]]
    except urllib.error.HTTPError as wrong:
        wrong.close()


def test_a_life_of_a_watch(shell, watch):
    shell.write("bars.csv", csv_of(walk(120, start=time.time_ns() // 60_000_000_000 * 60_000_000 - 7_200_000_000)))
    with systemd() as (address, told), switch() as (heartbeat, paths):
        shell.write("dq.toml", TWO.format(heartbeat=heartbeat))
        environment = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "60000000"}
        running = watch("bars.csv", "--serve", "127.0.0.1:0", **environment)
        (served,) = running.complains("serving http://")
        lines = running.until("full: ") + running.until("full: ")
        assert {line.split()[2] for line in lines if line.startswith("20")} <= {
            "fresh:",
            "full:",
        }  # audits wait for the night
        with read_history(shell.history) as history:
            assert {run.cadence for run in history.runs(9)} == {"fresh", "full"}
        pid = running.program.pid

        second = subprocess.run(
            [sys.executable, "-m", "dq", "watch", "bars.csv"],
            cwd=shell.folder, env=shell.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert second.returncode == 3
        assert f"Another dq watch works on {shell.history}: process {pid} on " in second.stderr

        shell.write("dq.toml", 'suite = "nope"\nkeeep = 1\n')
        running.program.send_signal(signal.SIGHUP)
        running.complains("the settings stay as they were. 2 faults")
        (shell.folder / "dq.toml").unlink()
        running.program.send_signal(signal.SIGHUP)
        running.complains("dq.toml is not there any more")
        running.until("full: ")
        shell.write(
            "dq.toml", f'heartbeat = "{heartbeat}"\nserve = "127.0.0.1:9"\n[[watch]]\nname = "anew"\nevery = "1s"\n'
        )
        running.program.send_signal(signal.SIGHUP)
        running.complains("what is served, and where, stays")
        wait_for(lambda: "fresh" not in running.until("Z  ")[-1])

        wait_for(lambda: ready(served.split()[-1]) == ["anew"])
        with urllib.request.urlopen(served.split()[-1]) as page:
            assert b"BTC-USD" in page.read()
        for _ in range(3):
            running.program.send_signal(signal.SIGTERM)
        status, complaints = running.ended()
    assert status == 0, complaints
    assert "Traceback" not in complaints
    assert told[0] == "READY=1"
    assert told[-1] == "STOPPING=1"
    reloads = [number for number, said in enumerate(told) if said.startswith("RELOADING=1\nMONOTONIC_USEC=")]
    assert [told[number + 1] for number in reloads] == ["READY=1"] * 3
    assert "WATCHDOG=1" in told
    assert any(said.startswith("STATUS=20") for said in told)
    assert set(paths) <= {"/ping/4711?a=b", "/ping/4711/fail?a=b"}
    assert paths


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (["--watch", "ful"], TWO, ["--watch ful: no [[watch]] in dq.toml has that name", "Did you mean 'full'?"]),
        (["--watch", "full"], "", ["There are: none."]),
        (["--watch", "full", "--every", "1h"], TWO, ["--every and --watch both say when to run"]),
        ([], TWO.replace("3h", "3x").replace("30d", "30x"), ["watch[2].window: '3x'", "watch[3].window: '30x'"]),
        (
            [],
            '[[watch]]\nname = "a"\nevery = "1h"\nsuite = "nope"\n',
            ["dq.toml:4: watch[1].suite: There is no suite 'nope'"],
        ),
        (["--serve", "localhost"], "", ["host and a port"]),
        (["--serve", "256.0.0.1:80"], "", ["Nothing can be served at 256.0.0.1:80"]),
    ],
)
def test_what_is_wrong_is_told_before_the_first_run(asked, desk, words, settings, said):
    desk.write("dq.toml", settings.replace("{heartbeat}", "http://127.0.0.1:9/x"))
    answer = asked("bars.csv", "--times", "1", *words)
    assert (answer.status, answer.out) == (2, "")
    assert [part for part in said if part not in answer.err] == []


def test_an_address_in_use_is_told_before_the_first_run(asked):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = asked("bars.csv", "--times", "1", "--serve", f"127.0.0.1:{taken.getsockname()[1]}")
    assert (answer.status, answer.out) == (2, "")
    assert "Something listens there already" in answer.err


def test_flags_hold_where_a_cadence_says_nothing(asked, desk):
    desk.write("dq.toml", '[[watch]]\nname = "a"\nevery = "1s"\nwindow = "2h"\n[[watch]]\nname = "b"\nevery = "1s"\n')
    answer = asked(
        "bars.csv", "--times", "2", "--window", "3h", "--format", "json", "--suite", "ohlc_1d", "--no-history"
    )
    runs = [json.loads(text + "}")["run"] for text in answer.out.split("\n}")[:-1]]
    hours = [
        datetime.fromisoformat(run["window"]["end"]) - datetime.fromisoformat(run["window"]["start"]) for run in runs
    ]
    assert [each.seconds // 3600 for each in hours] == [2, 3]
    assert [run["suite"] for run in runs] == ["ohlc_1d", "ohlc_1d"]
    alone = asked("bars.csv", "--times", "1", "--every", "1h", "--no-history")
    assert "a: " not in alone.out.splitlines()[0]
