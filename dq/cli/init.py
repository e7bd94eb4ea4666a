"""Look at a source and write the settings that fit it: dq.toml and .env.example.

SOURCE is that of `dq validate`; without it DATABASE_URL, SUPABASE_URL or [source] of the settings says where the bars
are. The table of bars is found by its columns, also where they have other names. Of every instrument of the last 14
days interval, calendar and tick are inferred from its bars, and written down with the reason. Nothing is written to
the source, no file is overwritten, and no password is written anywhere.

Examples:
  dq init postgresql://reader@localhost/market
  dq init --table public.candles --timezone America/New_York
  dq init bars.parquet --output checks
  dq init --suite ohlc_1m

Exit status: 0 written, 2 the question was wrong (a file is there already, nothing says where the bars are),
3 the source could not be looked at, 130 interrupted.
"""

from __future__ import annotations

import math
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dq.cli import offers
from dq.cli.instants import Duration, Instant
from dq.cli.looks import log_level

if TYPE_CHECKING:
    from dq.run import Asked
    from dq.setup import Setup

DEADLINE = 120_000_000  # microseconds
PATIENCE = 1.0  # seconds after which people want to know how far it is
NOWHERE = (
    "`dq init postgresql://USER@HOST/DATABASE`, `dq init bars.parquet`, or DATABASE_URL in .env and `dq init` alone. "
    "`dq demo --keep` leaves a database up to try it on."
)


@click.command
@click.argument("source", required=False)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Write into this folder; it is made where it is not there.",
)
@click.option("--table", help="The table of bars, where dq would have to choose: candles, market.candles.")
@click.option("--timezone", help="Of timestamps that have none: UTC, America/New_York.")
@click.option("--suite", shell_complete=offers.suites, help="Copy this suite beside the settings, to be edited.")
@click.option("--at", type=Instant(), help="The instant before which to look; the clock's otherwise.")
@click.option("--deadline", type=Duration(), help="Give up after that long; 2m unless said.")
@log_level
def command(*, output: Path, suite: str | None, deadline: int | None, log_level: str, **said: Any) -> None:
    from dq.cli.deadline import within
    from dq.cli.terminal import log_from, progress
    from dq.setup import draw_up, refuse, write

    log_from(log_level)
    copied = _suite(suite)
    refuse(output, ["dq.toml", ".env.example", *([f"expectations/{copied[0]}.json"] if copied else [])])
    asked = _asked(said)
    setup = within(
        deadline or DEADLINE,
        lambda: draw_up(
            asked.access,
            table=said["table"],
            suite=copied,
            now=asked.as_of,
            cache=asked.settings.cache,
            progress=progress(
                "{done:,} of {total:,} series looked at …", PATIENCE if sys.stderr.isatty() else math.inf
            ),
        ),
    )
    write(output, setup.files)
    _tell(setup, _told(setup, output, said["source"], asked))


def _suite(name: str | None) -> tuple[str, str] | None:
    """Name and text of the suite to copy."""
    if name is None:
        return None
    from dq.suites import load_suite
    from dq.suites.shelf import find_suite

    suite = load_suite(name, Path.cwd())
    return suite.name, find_suite(name, Path.cwd()).read_text("utf-8")


def _asked(said: dict[str, Any]) -> Asked:
    """Where to look, by the settings as far as there are any."""
    from dataclasses import replace

    from dq.cli.questions import UNASKED, asked_by
    from dq.door import zone_named
    from dq.model import SettingsError
    from dq.settings import settings_and_faults

    settings, faults = settings_and_faults(os.environ, Path.cwd())
    if said["source"] is None and settings.source.url is None and not faults:
        raise SettingsError("Nothing says where the bars are, so nothing was written.", hint=NOWHERE)
    asked = asked_by({**UNASKED, "source": said["source"], "at": said["at"]})
    if asked.access.url == "-":
        raise SettingsError("Standard input is gone when it has been looked at.", hint="Name a file.")
    if said["timezone"] is None:
        return asked
    zone_named(said["timezone"])
    return replace(asked, access=replace(asked.access, timezone=said["timezone"]))


def _tell(setup: Setup, told: str) -> None:
    """What was written on stdout, what makes it doubtful on stderr."""
    from dq.reports.lines import printable

    for one in setup.series:
        if one.against:
            click.echo(f"{printable(one.instrument)}: {one.against}.", err=True)
    click.echo(told)


def _told(setup: Setup, output: Path, source: str | None, asked: Asked) -> str:
    """What was written, and what to do next."""
    from dq.suites.words import counted

    folder = "" if output == Path() else f"{output}/"
    lines = [f"wrote {folder}{name}" for name in setup.files]
    lines[0] = f"{lines[0]}: {counted(len(setup.series), 'series')} of {setup.label}"
    lines += [f"  {setup.note}"] if setup.note else []
    lines += [
        f"  {one.instrument}: its calendar is not clear; see {folder}dq.toml" for one in setup.series if one.unsure
    ]
    steps = [f"cd {shlex.quote(str(output))}"] if folder else []
    known = not setup.variable or (source is None and asked.settings.source.url is not None)
    if not known:
        steps.append(f"cp .env.example .env    # then write {setup.variable} into it")
    steps += ["dq doctor", "dq validate" if asked.window is None else "dq validate --window 1h"]
    return "\n".join([*lines, "", "Next:", *(f"  {step}" for step in steps)])
