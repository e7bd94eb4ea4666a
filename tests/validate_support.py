"""How tests ask `dq validate`: the command itself, in a folder of its own, and in a process of its own or in this one."""

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from unittest.mock import patch

import numpy as np
import psutil
from jsonschema import Draft202012Validator
from market_samples import NOON, taken, walk

import dq
from dq.cli import main
from dq.model import MINUTE, instant_text

SCHEMA = json.loads((Path(dq.__file__).parent / "reports" / "run.schema.json").read_text("utf-8"))
COLUMNS = ("open", "high", "low", "close", "volume")
HEADER = f"instrument,timestamp,{','.join(COLUMNS)}\n"


@dataclass(frozen=True)
class Answer:
    """What the command said."""

    status: int
    out: str
    err: str

    @property
    def report(self):
        """The JSON that it printed: nothing but one document that follows the schema."""
        document = json.loads(self.out)
        assert list(Draft202012Validator(SCHEMA).iter_errors(document)) == []
        assert document["run"]["exit_code"] == self.status
        return document

    @property
    def findings(self):
        return told(self.report["findings"])

    @property
    def errors(self):
        return self.report["errors"]

    @property
    def sentence(self):
        """The one sentence of a wrong question; its hint is a line of its own."""
        first, *rest = self.err.splitlines()
        assert first.startswith("dq: ")
        assert all(line.startswith("    ") for line in rest)
        assert "Traceback" not in self.err
        return first.removeprefix("dq: ")


@dataclass(frozen=True)
class Desk:
    """A folder to work in, and an environment in which nothing of the user's own has a say."""

    folder: Path
    cache: Path

    @property
    def environment(self):
        ours = {name: text for name, text in os.environ.items() if not name.startswith(("DQ_", "PG", "SUPABASE_"))}
        for name in ("DATABASE_URL", "INSTRUMENT", "MARKET_TIMEZONE", "FETCH_INTERVAL_SECONDS", "FORCE_COLOR"):
            ours.pop(name, None)
        places = {"HOME": str(self.folder), "XDG_STATE_HOME": str(self.folder / "state")}
        return ours | places | {"DQ_CACHE_DIR": str(self.cache), "NO_COLOR": "1", "COLUMNS": "120"}

    @property
    def history(self):
        return self.folder / "state" / "dq" / "history.sqlite"

    def start(self, *words, **environment):
        """`dq validate` with those words, running."""
        return subprocess.Popen(
            [sys.executable, "-m", "dq", "validate", *map(str, words)],
            cwd=self.folder,
            env=self.environment | environment,
            **dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE),
        )

    def ask(self, *words, stdin=b"", **environment):
        """The answer of `dq validate`; no run of a test is recorded unless it says history=True."""
        recorded = ["--no-history"] if not environment.pop("history", False) else []
        answer = Answer(*self.said((*words, *recorded), stdin, environment))
        assert "Traceback" not in answer.out + answer.err
        return answer

    def said(self, words, stdin, environment):
        """Exit status, stdout and stderr of `dq validate` with those words."""
        program = self.start(*words, **environment)
        out, err = program.communicate(stdin, timeout=60)
        return program.returncode, out.decode(), err.decode()

    def json(self, *words, **more):
        return self.ask(*words, "--format", "json", **more)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return name


class Inside(Desk):
    """A desk at which the command runs in this process, without the time that a new one takes to begin.

    For tests of what is said. Those of how a process begins and ends, of signals, logs and warnings need a real one.
    """

    def said(self, words, stdin, environment):
        return called(self, "validate", *words, stdin=stdin, **environment)


def called(desk, *words, stdin=b"", **environment):
    """Exit status, stdout and stderr of `dq` with those words, in this process."""
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2)]
    with (
        patch.dict(os.environ, desk.environment | environment, clear=True),
        patch.object(sys, "argv", ["dq", *map(str, words)]),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin))),
        chdir(desk.folder),
        redirect_stdout(streams[0]),
        redirect_stderr(streams[1]),
        signals_put_back(),
    ):
        status = main()
    return status, *(stream.buffer.getvalue().decode() for stream in streams)


@contextmanager
def signals_put_back():
    actions = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, action in actions.items():
            signal.signal(number, action)


def until_it_waits(program):
    """Return when nothing keeps that process busy any more: it waits for others, or for time to pass."""
    while psutil.Process(program.pid).status() in {psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP}:
        time.sleep(0.01)


def told(findings):
    """Findings without their words, in a fixed order."""
    names = ("check", "instrument", "start", "end", "count", "severity")
    return sorted(tuple(str(one[name]) if name != "count" else one[name] for name in names) for one in findings)


def csv_of(bars, name="BTC-USD", *, header=True):
    """Bars as a CSV; NaN is an empty cell."""
    stamps = np.datetime_as_string(bars.timestamp.astype("datetime64[us]"), unit="s").tolist()
    columns = [getattr(bars, column).tolist() for column in COLUMNS]
    rows = zip(stamps, *columns, strict=True)
    lines = (f"{name},{at}Z,{','.join('' if isnan(v) else f'{v:g}' for v in row)}\n" for at, *row in rows)
    return HEADER * header + "".join(lines)


def clean(count=120, name="BTC-USD", **more):
    """A CSV of minutes without a defect, from noon on."""
    return csv_of(walk(count, **more), name)


def holed(count=120, lost=10, name="BTC-USD"):
    """The same with a hole in the middle."""
    rows = np.r_[0 : count // 2, count // 2 + lost : count]
    return csv_of(taken(walk(count), rows), name)


def minute(number):
    """The instant of the bar of that number, as a report writes it."""
    return instant_text(NOON + number * MINUTE)


def unpacked(path):
    """The text of a CSV, packed or not."""
    content = Path(path).read_bytes()
    return (gzip.decompress(content) if str(path).endswith(".gz") else content).decode()
