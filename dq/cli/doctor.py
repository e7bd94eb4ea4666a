"""Look at everything that dq depends on, step by step, and say of each: in order, or what to do.

SOURCE is that of `dq validate`; without it DATABASE_URL, SUPABASE_URL or [source] in dq.toml says where the bars are.
Looked at are settings, name resolution, TCP, TLS, login, the clocks, tables, rights, columns, indexes, the newest bar
of each series, calendars, the history file and the channels of alerts. Nothing is written, and no password is shown.
A step that fails ends none but those that need it. Every step has its own limit of time.

Examples:
  dq doctor
  dq doctor postgresql://reader@localhost/market
  dq doctor bars.parquet
  dq doctor --format json
  dq doctor --role > role.sql

Exit status: 0 dq can judge (lines marked ! are advice), 2 the settings or the question are wrong, 3 something keeps
dq from judging, 130 interrupted.
"""

from __future__ import annotations

import os
import re
import shlex
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dq.cli.instants import Duration
from dq.cli.looks import log_level

if TYPE_CHECKING:
    from dq.doctor import Line
    from dq.model import DqError
    from dq.run import Asked

DEADLINE = 30.0  # seconds


@click.command
@click.argument("source", required=False)
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--deadline", type=Duration(), help="For all steps together; 30s unless said.")
@click.option("--role", is_flag=True, help="Print SQL that makes a role which can only read, and look at nothing.")
@log_level
def command(*, source: str | None, style: str, deadline: int | None, role: bool, log_level: str) -> None:
    from dq.cli.terminal import log_from
    from dq.doctor import exit_status
    from dq.sources.statements import statement

    if role:
        click.echo(statement("role"), nl=False)
        return
    log_from(log_level)
    asked, wrong = _asked(source)
    lines = _told(_lines(source, asked, wrong, deadline), style, _then(source, asked))
    raise click.exceptions.Exit(exit_status(lines))


def _told(lines: Iterator[Line], style: str, then: str) -> list[Line]:
    """All lines; as text each is told as soon as it is known."""
    from dq.cli.terminal import coloured, columns
    from dq.doctor.json import render
    from dq.doctor.text import count_text, line_text

    known: list[Line] = []
    width, colours = max(min(columns(), 120), 60), coloured()
    for line in lines:
        known.append(line)
        if style == "text":
            click.echo(line_text(line, width=width, coloured=colours))
    click.echo(f"\n{count_text(known, then, coloured=colours)}\n" if style == "text" else render(known), nl=False)
    return known


def _lines(source: str | None, asked: Asked | None, wrong: list[DqError], deadline: int | None) -> Iterator[Line]:
    """The settings first; the rest as far as they can be read."""
    from dq import __version__
    from dq.cli.deadline import within
    from dq.doctor import NOT_TRIED, OK, Line, Walk, examine, refused
    from dq.model import SECOND, together

    yield refused("settings", together(wrong)) if wrong else Line("settings", OK, _read(source, asked))
    if asked is None:
        yield Line("the rest", NOT_TRIED, "the settings have to be in order first")
        return
    walk = Walk(deadline / SECOND if deadline else DEADLINE, within)
    unread = any(re.search(r": alert\b", one.message) for one in wrong)
    for line in examine(asked, walk, __version__, _clock):
        blocked = unread and line.step == "alerts"
        yield Line("alerts", NOT_TRIED, "[[alert]] in dq.toml has to be in order first") if blocked else line


def _asked(source: str | None) -> tuple[Asked | None, list[DqError]]:
    """The question as far as it is right, None where nothing can be looked at, and all that is wrong with it."""
    from dq.cli.questions import UNASKED, asked_and_wrong
    from dq.model import SettingsError

    asked, wrong = asked_and_wrong({**UNASKED, "source": source})
    if asked is not None and asked.access.url == "-":
        return None, [*wrong, SettingsError("Standard input cannot be looked at twice.", hint="Name a file.")]
    return asked, wrong


def _then(source: str | None, asked: Asked | None) -> str:
    """The command that judges what was looked at; a password of the command line is not shown again."""
    from dq.settings import masked

    named = f" {shlex.quote(masked(source))}" if source else ""
    window = "" if asked is None or asked.window is None else " --window 1h"  # files are judged whole
    return f"dq validate{named}{window}"


def _read(source: str | None, asked: Asked | None) -> str:
    """Which files were read, and where the source was named."""
    from dq.settings import masked

    if asked is None:
        return ""
    config, dotenv = asked.settings.config, Path.cwd() / ".env"
    files = [str(one.name if one.parent == Path.cwd() else one) for one in (config, dotenv) if one and one.is_file()]
    named = "on the command line" if source else next(_origins(dotenv), "in dq.toml")
    read = f"{' and '.join(files)} read" if files else "neither dq.toml nor .env is here"
    return f"{read}; the source is {masked(asked.access.url)}, named {named}"


def _origins(dotenv: Path) -> Iterator[str]:
    """Where the address was said, the first that counts first."""
    from dq.settings.dotenv import Assigned, read_dotenv

    known = read_dotenv(dotenv, os.environ)
    for name in ("DATABASE_URL", "SUPABASE_URL"):
        if os.environ.get(name, "").strip():
            yield f"by {name} in the environment"
        elif isinstance(known, dict) and name in known and isinstance(known[name], Assigned) and known[name].value:
            yield f"by {name} in .env"


def _clock() -> int:
    """This machine's clock in microseconds UTC, to the microsecond."""
    return time.time_ns() // 1000
