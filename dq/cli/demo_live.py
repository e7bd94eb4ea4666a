"""What `dq demo --live` does: a collector at work, in real time for another terminal, or faster and watched here."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dq.cli.demo_lines import line, told
from dq.cli.demo_places import cache, state
from dq.cli.instants import now
from dq.model import DAY, HOUR, MINUTE, duration_text, instant_text

if TYPE_CHECKING:
    from dq.demo import Den
    from dq.demo.live import Collector, Schedule

HOURS = 24.0
LOOK_UP = 0.5  # seconds between two looks at the clock
TOML = """\
# Written by `dq demo --live`; gone when it ends.
[source]
url = "{url}"

[collector]
cycle = "60s"

[[watch]]
name = "bars"
every = "1m"
window = "1h"

[[watch]]
name = "collector"
every = "5m"
window = "1h"
suite = "collector"

# [[alert]]                       # tell somebody: any address that apprise knows
# url = "json://127.0.0.1:8000/"
"""


def play(*, speed: float | None, faults: str | None, hours: float | None) -> None:
    """Let the collector work until its hours are over or Ctrl-C ends it.

    Raises:
        SettingsError: there is no PostgreSQL to start, or the file of troubles is wrong.
        SourceError: the database does not start.
    """
    from dq.demo import lend
    from dq.demo.live import Collector

    schedule = _schedule(faults, int((hours or HOURS) * HOUR), watched=speed is not None)
    with _quietly(), lend(state()) as den:
        click.echo("PostgreSQL is up on 127.0.0.1; filling it with 30 days …", err=True)
        collector = Collector(den.server.url, schedule, cache())
        try:
            count = collector.begin(schedule.begin)
            _begun(den, count, schedule, speed)
            if speed is None:
                _live(den, collector, schedule)
            else:
                from dq.cli.demo_watch import watched

                watched(den, collector, schedule, speed)
        finally:
            collector.close()


def _schedule(faults: str | None, length: int, *, watched: bool) -> Schedule:
    """What is to happen: until now where it is played faster, from now on where it is played as it comes."""
    from dq.demo.live import day, often, quiet, read_schedule

    this_minute = now() // MINUTE * MINUTE
    begin = this_minute - length if watched else this_minute
    if faults == "none":
        return quiet(begin, begin + length)
    seed = int(faults) if faults is not None and faults.isdecimal() else None
    if faults is not None and seed is None:
        return read_schedule(Path(faults), begin, begin + length)
    seed = begin // DAY if seed is None else seed
    if watched:
        whole = day(seed, cache())
        return whole.until(whole.begin + length)
    return often(seed, begin, begin + length, cache())


def _begun(den: Den, count: int, schedule: Schedule, speed: float | None) -> None:
    """Say where the database is and how to look at it."""
    lasts = duration_text(schedule.end - schedule.begin)
    click.echo(f"{count:,} bars are there; the collector works for {lasts}. Ctrl-C ends it.\n", err=True)
    if speed is None:
        config = den.folder / "dq.toml"
        config.touch(mode=0o600)
        config.write_text(TOML.format(url=den.server.url), "utf-8")
        click.echo("In another terminal (with nothing of your own settings and history in it):\n")
        click.echo(f"  cd {shlex.quote(str(den.folder))}\n  {_command(den.folder)} watch\n")
        click.echo("With `incidents` or `report` in the place of `watch` it tells what was recorded.\n")
    else:
        click.echo(
            f"It is {instant_text(schedule.begin)} by the clock of that day, which runs {speed:g} times as fast.\n"
        )


def _command(folder: Path) -> str:
    """`env … dq` that knows the demo's settings and history alone; the folder has no .env that says more."""
    from dq.settings.variables import VARIABLES

    ours = {
        "DQ_CONFIG": folder / "dq.toml",
        "DQ_HISTORY": folder / "history.sqlite",
        "DQ_CACHE_DIR": cache().absolute(),
    }
    others = [name for name in (*VARIABLES, *sorted(os.environ)) if name in VARIABLES or name.startswith("PG")]
    words = [word for name in dict.fromkeys(others) if name not in ours for word in ("-u", name)]
    words += [f"{name}={path}" for name, path in ours.items()]
    return shlex.join(["env", *words, str(Path(sys.executable).with_name("dq"))])


def _live(den: Den, collector: Collector, schedule: Schedule) -> None:
    """By the clock of this machine."""
    since = schedule.begin
    while since < schedule.end:
        time.sleep(LOOK_UP)
        until = min(now(), schedule.end)
        if until <= since:
            continue
        happen(den, collector, since, until)
        count = collector.write(until)
        if count:
            line(until, "collector", "fetched", f"{count} bar{'s' if count > 1 else ''}")
        since = until


def happen(den: Den, collector: Collector, since: int, until: int) -> None:
    """What goes wrong between two instants, said; a database that is to be down is stopped, or started again."""
    from dq.demo import pause, resume

    for step in collector.said(since, until):
        told(step)
        if step.trouble.kind == "pause" and step.what == "begins":
            collector.close()
            pause(den.server)
        if step.trouble.kind == "pause" and step.what == "ends":
            resume(den.server)


@contextmanager
def _quietly() -> Iterator[None]:
    """Ctrl-C is how this ends: no failure."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("\nEnded, and the database with it.", err=True)
