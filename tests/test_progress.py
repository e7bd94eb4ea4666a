"""Progress on a real terminal: it comes after a second, counts, vanishes before anything is printed, and knows when to stay away."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread
from unittest.mock import patch

import pytest
from validate_support import Desk, clean, holed

from dq.cli.progress import progress_shown

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
READING = "reading standard input"
CURSOR = "\x1b[?25h"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("desk"), tmp_path_factory.getbasetemp() / "sessions")
    desk.write("bars.csv", holed())
    return desk


@dataclass(frozen=True)
class Screen:
    """What a terminal was sent."""

    status: int
    sent: str

    @property
    def shown(self):
        """Every state of the lines that were drawn, without colours."""
        return [line.strip() for line in re.split(r"[\r\n]+", ESCAPES.sub("", self.sent)) if line.strip()]

    @property
    def left(self):
        """What stands on the screen in the end: lines, as the cursor moved over them."""
        lines, row = [""], 0
        for part in re.findall(r"\x1b\[[0-9;?]*[a-zA-Z]|\r|\n|[^\x1b\r\n]+", self.sent):
            if part == "\n":
                row += 1
                lines += [""] * (row + 1 - len(lines))
            elif part.startswith("\x1b["):
                row = max(row - int(part[2:-1] or 1), 0) if part.endswith("A") else row
                lines[row] = "" if part.endswith("K") else lines[row]
            elif part != "\r":
                lines[row] += part
        return [line for line in lines if line]

    @property
    def cursor(self):
        """Whether one can see where one types."""
        switched = re.findall(r"\x1b\[\?25([hl])", self.sent)
        return not switched or switched[-1] == "h"


def on_terminal(desk, *words, feed=b"", pause=0.0, at=None, number=None, **environment):
    """What a terminal of 100 columns shows of `dq` with those words.

    Args:
        feed, pause: what standard input brings, half of it at the sight of `at`, or after so many seconds.
        number: the signal that is sent at that sight instead.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    ours = {name: text for name, text in desk.environment.items() if name not in {"CI", "NO_COLOR", "COLUMNS"}}
    program = subprocess.Popen(
        [sys.executable, "-m", "dq", *words],
        cwd=desk.folder,
        env=ours | {"TERM": "xterm-256color"} | environment,
        stdin=subprocess.PIPE,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    seen = Event()
    Thread(target=_fed, args=(program.stdin, feed, seen, pause), daemon=True).start()
    sent, until = b"", time.monotonic() + 60
    while time.monotonic() < until:
        if select.select([master], [], [], 0.05)[0]:
            try:
                more = os.read(master, 65536)
            except OSError:  # Linux says so where the other end is closed
                break
            sent += more
        if at is not None and at.encode() in sent:
            seen.set() if number is None else program.send_signal(number)
            at = None
    os.close(master)
    return Screen(program.wait(10), sent.decode())


def _fed(stream, feed, seen, pause):
    half = len(feed) // 2
    with suppress(OSError), stream:
        stream.write(feed[:half])
        stream.flush()
        seen.wait(pause)
        stream.write(feed[half:])


def together(*calls):
    """The screens of several calls that wait at the same time."""
    screens = [None] * len(calls)

    def call(place):
        screens[place] = calls[place]()

    threads = [Thread(target=call, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return screens


@pytest.fixture(scope="module")
def screens(desk):
    """Runs whose input lets them wait, as a source that is slow."""
    slow = {"feed": clean().encode(), "pause": 2.5}
    words = ("validate", "-", "--no-history", "--instrument", "BTC-USD")
    several = ("selftest", "bars.csv", "--instrument", "BTC-USD", "--each", "1000")
    endless = slow | {"pause": 30}
    told = together(
        lambda: on_terminal(desk, *words, at=READING, **endless),
        lambda: on_terminal(desk, *words, at=READING, number=signal.SIGINT, **endless),
        lambda: on_terminal(desk, *words, "--deadline", "4s", **endless),
        lambda: on_terminal(desk, *words, at=CURSOR, number=signal.SIGTERM, **endless),
        lambda: on_terminal(desk, *words, **slow, CI="true"),
        lambda: on_terminal(desk, *several, at="judging them: ", number=signal.SIGINT),
        lambda: on_terminal(desk, "validate", "bars.csv", *words[2:], PYTHONPROFILEIMPORTTIME="1"),
    )
    names = ("slow", "interrupted", "late", "ended", "in CI", "counted", "quick")
    return dict(zip(names, told, strict=True))


def test_who_waits_sees_what_for_and_nothing_of_it_in_the_end(screens):
    screen = screens["slow"]
    assert screen.status == 0
    assert any(READING in line for line in screen.shown)
    assert screen.left[0].startswith("PASS  All clean")
    assert not any(READING in line for line in screen.left)
    assert screen.cursor


def test_ctrl_c_leaves_one_line(screens):
    screen = screens["interrupted"]
    assert (screen.status, screen.left) == (130, ["dq: interrupted."])
    assert screen.cursor


def test_a_deadline_ends_it_with_what_it_was_waiting_for(screens):
    screen = screens["late"]
    assert screen.status == 3
    assert screen.left[0].startswith("UNKNOWN  Could not tell")
    assert any(f"it has been {READING} for" in line for line in screen.left)


def test_who_is_ended_at_once_leaves_a_cursor(screens):
    assert screens["ended"].status == -signal.SIGTERM
    assert screens["ended"].cursor


def test_in_ci_nothing_moves(screens):
    screen = screens["in CI"]
    assert screen.status == 0
    assert not any(READING in line for line in screen.shown)
    assert "\x1b[2K" not in screen.sent


def test_what_is_counted_is_shown_as_counted(screens):
    screen = screens["counted"]
    assert any(re.search(r"judging them: [\d,]+ of [\d,]{5,}", line) for line in screen.shown)
    assert (screen.status, screen.left) == (130, ["dq: interrupted."])


def test_a_quick_run_draws_nothing_and_never_asks_for_rich(screens):
    screen = screens["quick"]
    modules = {line.rpartition("|")[2].strip() for line in screen.sent.splitlines() if "import time:" in line}
    assert "dq.progress" in modules
    assert not modules & {"rich", "rich.progress", "plotly", "great_expectations"}
    assert screen.status == 1
    assert "\x1b[2K" not in screen.sent


@pytest.mark.parametrize(
    ("wanted", "environment", "shows"),
    [
        (None, {}, True),
        (None, {"CI": "false"}, True),
        (None, {"CI": "true"}, False),
        (None, {"TERM": "dumb"}, False),
        (True, {"CI": "true"}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_it_shows_where_somebody_looks(monkeypatch, wanted, environment, shows):
    for name in ("CI", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, text in environment.items():
        monkeypatch.setenv(name, text)
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as stream, patch.object(sys, "stderr", stream), progress_shown(wanted) as shown:
        assert shown is shows
    os.close(master)


def test_stderr_that_is_no_terminal_gets_none(desk):
    answer = desk.ask("-", "--instrument", "BTC-USD", "--progress", stdin=clean().encode())
    assert (answer.status, answer.err) == (0, "")
