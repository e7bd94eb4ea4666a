"""Clocks that are set, machines in other time zones, and the nights in which clocks change."""

from __future__ import annotations

import json
import signal
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from soak.desk import ended, opened, until
from soak.rows import Row

LIBRARIES = (
    "/usr/lib/*/faketime/libfaketime.so.1",
    "/usr/local/lib/faketime/libfaketime.so.1",
    "/opt/homebrew/lib/faketime/*",
)
LONGEST = 40.0  # seconds: clocks are looked at twice a minute
NIGHTS = {"spring": "2026-03-08T07:00:00", "autumn": "2026-11-01T06:00:00"}  # when New York changes its clocks, UTC

BARS_AROUND = """
INSERT INTO bars SELECT 'X90-USD', at, 100 + sin(n), 102, 98, 100 + sin(n + 1), abs(n) %% 17 + 1
FROM (SELECT n, %s + n * interval '1 minute' AS at FROM generate_series(-400, -2) AS n) AS times
"""


def run(scale):
    library = next((str(path) for pattern in LIBRARIES for path in Path("/").glob(pattern[1:])), None)
    with opened(scale, series=2) as desk:
        yield _zones(desk)
        if library is None:
            hint = "libfaketime is not here (apt-get install faketime)"
            yield Row("clock: stepped, and the nights of the change", "", hint, ok=None)
            return
        if not scale.short:
            yield from _steps(desk, library)
        for night, at in NIGHTS.items():
            yield _night(desk, library, night, datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp())


def _zones(desk):
    """The same question on machines in three places."""
    asked = ("validate", "--window", "1h", "--at", _instant(time.time() - 120), "--no-history", "--format", "json")
    answers = []
    for zone in ("UTC", "America/New_York", "Asia/Kathmandu"):
        _, said = desk.run(*asked, TZ=zone)
        report = json.loads(said[said.index("{") :])
        del report["run"]["id"], report["run"]["seconds"]
        answers.append(report)
    same = answers[0] == answers[1] == answers[2]
    return Row("clock: the machine's time zone", "one answer in three zones", "the same" if same else "DIFFERENT", same)


def _steps(desk, library):
    """The clock of a live watch is set two hours ahead, and then four hours back."""
    offset = desk.folder / "clock"
    offset.write_text("+0")
    program = desk.start("watch", "--every", "1s", "--window", "1h", **_faked(library, offset))
    started = until(lambda: desk.runs() > 2) is not None
    for name, step in (("two hours ahead", "+2h"), ("four hours back", "-2h")):
        offset.write_text(step)
        before = desk.runs()
        took = until(lambda before=before: desk.runs() > before + 2, LONGEST)
        told = "no runs any more" if took is None else f"three runs in {took:.1f} s"
        yield Row(f"clock: set {name}", f"runs go on within {LONGEST:g} s", told, started and took is not None)
    program.send_signal(signal.SIGTERM)
    status = ended(program)
    yield Row("clock: after both", "exit 0, history intact", f"exit {status}", status == 0 and desk.intact())


def _night(desk, library, name, change):
    """Runs a second through the change of the machine's clocks."""
    offset, out = desk.folder / f"clock-{name}", desk.folder / f"night-{name}"
    offset.write_text(f"{change - 6 - time.time():+.0f}")
    desk.sql(BARS_AROUND, datetime.fromtimestamp(change, UTC))
    words = ("watch", "--every", "1s", "--times", "12", "--format", "json", "--no-history", "--instrument", "X90-USD")
    status = ended(desk.start(*words, log=out.name, TZ="America/New_York", **_faked(library, offset)), 60)
    said = out.read_text()
    told = said.split('"as_of": "')[1:]
    instants = [datetime.fromisoformat(text[: text.index('"')]).timestamp() for text in told]
    steps = [after - before for before, after in pairwise(instants)]
    through = len(instants) == 12 and instants[0] < change < instants[-1]
    fine = through and status == 0 and all(0 < step <= 2 for step in steps)
    return Row(
        f"clock: the night of the change in {name}",
        "12 runs a second apart",
        f"{len(instants)} runs, steps of {min(steps, default=0):g} to {max(steps, default=0):g} s, exit {status}",
        fine,
    )


def _faked(library, offset):
    fake = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_NO_CACHE": "1"}
    return fake | {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1", "FAKETIME_DONT_RESET": "1"}


def _instant(seconds):
    return datetime.fromtimestamp(int(seconds) // 60 * 60, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
