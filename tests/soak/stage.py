"""A demo database with a collector at work, and a watch of it by the clock of the demo's day."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dq.demo import lend, pause, resume
from dq.demo.live import Collector
from dq.model import DAY, HOUR, MINUTE, SECOND
from dq.run import Asked, validate
from dq.settings import AlertSettings, CollectorSettings, Settings
from dq.sources import Access
from dq.watch import Breaker, Cadence, Timetable, Watch

ROOT = Path(__file__).parent.parent.parent
LIMIT = 30 * SECOND


@dataclass
class Stage:
    """Attributes:
    clock: the instant that it is, microseconds UTC, as the only item.
    """

    den: object
    collector: Collector
    schedule: object
    history: Path
    cache: Path
    clock: list

    def advance(self, instant):
        """Let the time go by until that instant: what comes is written, the database stops and starts."""
        for step in self.collector.said(self.clock[0], instant):
            if step.trouble.kind == "pause" and step.what == "begins":
                self.collector.close()
                pause(self.den.server)
            if step.trouble.kind == "pause" and step.what == "ends":
                resume(self.den.server)
        self.collector.write(instant)
        self.clock[0] = instant

    def settings(self, *alerts):
        return Settings(
            self.history, self.cache, collector=CollectorSettings(cycle=MINUTE), alerts=alerts, keep=3_650 * DAY
        )

    def watch(self, *alerts, suite=None):
        """A watch once a minute over the last hour."""
        access = Access(self.den.server.url, retries=0, connect_seconds=2.0)
        asked = Asked(access, self.settings(*alerts), self.clock[0], window=HOUR, suite=suite, channels=alerts)
        timetable = Timetable(MINUTE, 0)
        return Watch(
            Cadence("", timetable, asked),
            Breaker(MINUTE, timetable.after),
            lambda asked, limit: validate(asked, "0"),
            lambda: self.clock[0],
            "0",
        )


@contextmanager
def staged(scale, schedule):
    """A stage at the beginning of the schedule."""
    with lend(scale.folder / "state") as den:
        since = schedule.begin - 9 * DAY if scale.short else 0  # long enough to know when each market is quiet
        collector = Collector(den.server.url, schedule, scale.cache, since)
        try:
            collector.begin(schedule.begin)
            history = scale.folder / "history.sqlite"
            yield Stage(den, collector, schedule, history, scale.cache, [schedule.begin])
        finally:
            collector.close()


def suite_with_log(folder):
    """The suite of bars, and what the collector's own log says; its path."""
    bars, log = (json.loads((ROOT / f"expectations/{name}.json").read_text()) for name in ("ohlc_1m", "collector"))
    bars["name"] = "soak"
    bars["expectations"] += [one for one in log["expectations"] if one["type"] == "expect_no_failed_cycle"]
    path = folder / "soak.json"
    path.write_text(json.dumps(bars))
    return str(path)


def channel(url, **more):
    return replace(AlertSettings(url, "people"), **more)
