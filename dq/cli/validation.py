"""What `dq validate` does once its options are read: settings, the run, the reports."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from dq import __version__
from dq.cli.deadline import within
from dq.cli.questions import asked_by
from dq.cli.terminal import coloured, columns, log_from
from dq.model import SECOND, DqError, Run, SettingsError
from dq.run import Asked, Outcome, untold, validate

DEADLINE = 30 * SECOND
WIDTH = 100  # of a file, which has no terminal


def answer(
    *, style: str, output: Path | None, docs: Path | None, log_level: str, deadline: int | None, **options: Any
) -> int:
    """Judge, report, and return the exit status."""
    log_from(log_level)
    asked = asked_by(options, output, docs)
    limit = deadline or asked.settings.deadline or (DEADLINE if asked.windowed else None)
    outcome = _outcome(asked, limit)
    if docs is not None:
        write_docs_of(outcome, docs)
    print_run(outcome.run, style, output)
    return outcome.run.exit_code


def _outcome(asked: Asked, limit: int | None) -> Outcome:
    """The outcome of the run; of one whose time was over at a moment when it could not say so, that it was."""
    try:
        return within(limit, lambda: validate(asked, __version__))
    except DqError as wrong:
        if wrong.exit_status != 3:
            raise
        return untold(asked, wrong, __version__)


def write_docs_of(outcome: Outcome, folder: Path) -> None:
    """Write the run as an HTML page into that folder, and say where."""
    from dq.reports.html import Site, write_docs

    page = write_docs(Site(outcome.run, outcome.bars, outcome.markets), folder)
    click.echo(f"docs: {page}", err=True)


def print_run(run: Run, style: str, output: Path | None) -> None:
    """The run in that format, on stdout or as the content of a file."""
    from dq.reports import render

    width, colours = (columns(), coloured()) if output is None else (WIDTH, False)
    printed = render(style, run, width=width, coloured=colours)
    if output is None:
        click.echo(printed, nl=False)
        return
    try:
        unfinished = output.with_name(f".{output.name}.{os.getpid()}")
        unfinished.write_text(printed, "utf-8")
        unfinished.replace(output)
    except OSError as wrong:
        raise SettingsError(
            f"--output {output}: it cannot be written ({wrong.strerror}).", hint="Name a file in a folder that exists."
        ) from None
