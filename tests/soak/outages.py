"""Sources that go and come back: how soon the watch judges again once the cause is gone."""

from __future__ import annotations

import re
import signal
import sys
import time
from contextlib import contextmanager, suppress
from urllib.error import URLError
from urllib.request import urlopen

from dq.demo import pause, resume
from soak.desk import ended, opened, until
from soak.gate import gate
from soak.rows import Row

PROMISED = 10.0  # seconds from the end of the cause to the next verdict
NOTICED = 150.0  # … for the watch to leave the source alone


def run(scale):
    with opened(scale, series=2) as desk:
        for row in (_stopped, _cut, _hanging, _storm):
            if not (scale.short and row in {_hanging, _storm}):
                yield from row(desk, scale)


def _stopped(desk, scale):
    with _watched(desk, desk.url, "stopped") as watch:
        pause(desk.server)
        seen = watch.left_alone()
        _last(scale)
        resume(desk.server)
        yield watch.row("the database stopped", seen)
        yield watch.breaker


def _cut(desk, scale):
    with gate(desk.server.port) as way, _watched(desk, _through(desk, way.port), "cut") as watch:
        way.turn("cut")
        seen = watch.left_alone()
        _last(scale)
        way.turn("pass")
        yield watch.row("the network cut", seen)


def _hanging(desk, scale):
    with gate(desk.server.port) as way, _watched(desk, _through(desk, way.port), "hanging") as watch:
        way.turn("silent")
        seen = watch.left_alone()
        _last(scale)
        way.turn("cut")  # those that hang are let go
        way.turn("pass")
        yield watch.row("a source that hangs", seen)


def _storm(desk, scale):
    """Too many requests, says a Supabase; and then no more."""
    import http_proxy
    from postgres_server import started
    from supabase_lite import PUBLISHABLE, absent, lite

    if absent() is not None:
        yield Row("outage: a storm of 429", f"≤ {PROMISED:g} s", absent(), ok=None)
        return
    with started() as server, lite(server, *_tables()) as rest:
        storm = [False]
        refused = http_proxy.answer(429, {"message": "Too many requests"})
        with http_proxy.in_front_of(rest.port, lambda number, path: refused if storm[0] else None) as front:
            keys = {"SUPABASE_KEY": PUBLISHABLE}
            desk.settings("[source]", f'schema = "{rest.schema}"')
            with _watched(desk, front.url, "storm", **keys) as watch:
                storm[0] = True
                seen = watch.left_alone()
                _last(scale)
                storm[0] = False
                yield watch.row("a storm of 429", seen)
            (desk.folder / "dq.toml").unlink()


def _tables():
    columns = (
        "instrument text, timestamp timestamptz, open numeric, high numeric, low numeric, close numeric, volume numeric"
    )
    filled = "SELECT 'X00-USD', at, 100 + sin(n), 102, 98, 100 + sin(n + 1), abs(n) % 17 + 1 FROM (SELECT n,"
    span = "date_trunc('minute', now()) + n * interval '1 minute' AS at FROM generate_series(-400, 60) AS n) AS times"
    return (
        f"CREATE TABLE {{schema}}.every_bar ({columns})",
        f"INSERT INTO {{schema}}.every_bar {filled} {span}",
        "CREATE VIEW {schema}.ohlc_data AS SELECT * FROM {schema}.every_bar WHERE timestamp < now() - interval '1 minute'",
    )


class _Watch:
    """A live watch, by what it prints."""

    def __init__(self, desk, program, log, port):
        self._program, self._desk, self._log, self._port = program, desk, desk.folder / log, port
        self.breaker = None

    def count(self, word):
        return len(re.findall(rf"Z  {word}\b", self._log.read_text("utf-8")))

    def left_alone(self):
        """Whether the source was left alone after some runs; the metrics are read then."""
        seen = until(lambda: "not tried" in self._log.read_text("utf-8"), NOTICED) is not None
        self.breaker = self._of_metrics()
        return seen

    def row(self, name, seen):
        before = self.count("pass")
        took = until(lambda: self.count("pass") > before, 60)
        told = f"{took:.1f} s" if took is not None else "not within 60 s"
        note = "" if seen else "; was never left alone"
        return Row(
            f"outage: {name}", f"judged again within {PROMISED:g} s", told + note, took is not None and took <= PROMISED
        )

    def _of_metrics(self):
        with suppress(URLError, OSError):
            text = urlopen(f"http://127.0.0.1:{self._port}/metrics", timeout=5).read().decode()
            lines = [line for line in text.splitlines() if "breaker" in line and not line.startswith("#")]
            shown = [line for line in lines if line.endswith((" 1", " 1.0")) and "open" in line]
            return Row("outage: the breaker in /metrics", "open", shown[0] if shown else f"{lines}", bool(shown))
        return Row("outage: the breaker in /metrics", "open", "no metrics are served", ok=False)


@contextmanager
def _watched(desk, url, log, **environment):
    from postgres_server import free_port

    port = free_port()
    words = ("watch", url, "--every", "5s", "--window", "1h", "--rest", "10m", "--deadline", "4s")
    program = desk.start(*words, "--serve", f"127.0.0.1:{port}", log=log, **environment)
    watch = _Watch(desk, program, log, port)
    if until(lambda: watch.count("pass") > 1, 60) is None:
        sys.stderr.write((desk.folder / log).read_text("utf-8")[-2000:])
    try:
        yield watch
    finally:
        program.send_signal(signal.SIGTERM)
        ended(program)


def _through(desk, port):
    return desk.url.replace(f":{desk.server.port}/", f":{port}/")


def _last(scale):
    """The cause goes on for a while."""
    time.sleep(300 if scale.long else 1 if scale.short else 10)
