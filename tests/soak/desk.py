"""A real `dq` in processes of its own: a folder, a database whose bars come by the clock, and what was said."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from dq.demo import lend

MOST = 41
NAMES = tuple(f"X{number:02d}-USD" for number in range(MOST))
BARS = """
CREATE TABLE bars (instrument text, timestamp timestamptz, open numeric, high numeric, low numeric, close numeric,
    volume numeric);
CREATE INDEX ON bars (instrument, timestamp);
CREATE VIEW ohlc_data AS SELECT * FROM bars WHERE timestamp < now() - interval '1 minute';
INSERT INTO bars SELECT 'X' || lpad(s::text, 2, '0') || '-USD', at, 100 + sin(n), 102, 98, 100 + sin(n + 1), abs(n) % 17 + 1
FROM (SELECT n, date_trunc('minute', now()) + n * interval '1 minute' AS at FROM generate_series(-400, 120) AS n) AS times,
    generate_series(0, %s - 1) AS s;
"""


@dataclass
class Desk:
    """Attributes:
    url: of the database; server: the demo's, to be paused.
    """

    folder: Path
    cache: Path
    url: str
    server: object

    @property
    def history(self):
        return self.folder / "history.sqlite"

    def settings(self, *lines):
        (self.folder / "dq.toml").write_text("\n".join(lines))

    @property
    def environment(self):
        kept = {name: text for name, text in os.environ.items() if name in {"PATH", "LANG", "TMPDIR", "PYTHONPATH"}}
        ours = {"HOME": str(self.folder), "DQ_HISTORY": str(self.history), "DQ_CACHE_DIR": str(self.cache)}
        return kept | ours | {"DATABASE_URL": self.url}

    def start(self, *words, before=(), log=None, limit=None, **environment):
        """`dq` with those words, its output in a file of that name."""
        out = (self.folder / (log or "said")).open("ab")
        with closing(out):
            return subprocess.Popen(
                [*before, sys.executable, "-m", "dq", *words],
                cwd=self.folder,
                env=self.environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                preexec_fn=limit,  # noqa: PLW1509  it sets a limit, and no thread of ours holds a lock that it needs
            )

    def run(self, *words, before=(), limit=None, timeout=120, **environment):
        """`dq` with those words, to its end: exit status and all that it said."""
        answer = subprocess.run(
            [*before, sys.executable, "-m", "dq", *words],
            cwd=self.folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            preexec_fn=limit,
            timeout=timeout,
            check=False,
        )
        return answer.returncode, answer.stdout + answer.stderr

    def sql(self, statement, *values):
        with psycopg.connect(self.url, autocommit=True, options="") as connection:
            return connection.execute(statement, values or None)

    def intact(self):
        """Whether the history is as SQLite wants it; one that is not there yet is."""
        if not self.history.exists():
            return True
        with closing(sqlite3.connect(self.history, timeout=20)) as opened:
            return opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    def runs(self):
        """How many runs the history has."""
        if not self.history.exists():
            return 0
        with closing(sqlite3.connect(self.history, timeout=20)) as opened:
            try:
                return opened.execute("SELECT count(*) FROM run").fetchone()[0]
            except sqlite3.OperationalError:  # not begun yet
                return 0


@contextmanager
def opened(scale, series=MOST):
    """A desk with so many series."""
    with lend(scale.folder / "state") as den:
        desk = Desk(scale.folder, scale.cache, den.server.url, den.server)
        with psycopg.connect(desk.url, autocommit=True, options="") as connection:
            for statement in filter(str.strip, BARS.split(";")):
                connection.execute(statement.replace("%s", str(series)))
            connection.execute("ANALYZE")
        yield desk


def until(seen, within=30.0):
    """Seconds until it is so; None where it never is."""
    began = time.monotonic()
    while not seen():
        if time.monotonic() - began > within:
            return None
        time.sleep(0.05)
    return time.monotonic() - began


def ended(program, within=20.0):
    """The exit status of a process that was told to end; it is killed where it does not."""
    watchdog = threading.Timer(within, program.kill)
    watchdog.start()
    status = program.wait()
    watchdog.cancel()
    return status
