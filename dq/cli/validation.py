"""What `dq validate` does once its options are read: settings, the run, the reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from dq import __version__
from dq.cli.deadline import within
from dq.cli.places import write_output
from dq.cli.progress import progress_shown
from dq.cli.questions import asked_by
from dq.cli.step_summary import write_step_summary
from dq.cli.terminal import coloured, columns, log_from, signs
from dq.history import HistoryError
from dq.model import SECOND, DqError
from dq.reports.lines import Spark
from dq.run import Asked, Outcome, untold, validate
from dq.sources import doing

DEADLINE = 30 * SECOND
WIDTH = 100  # of a file, which has no terminal
DRAWN = ("text", "github")  # formats in which completeness is drawn


def answer(
    *,
    style: str,
    output: Path | None,
    docs: Path | None,
    log_level: str,
    deadline: int | None,
    progress: bool | None,
    **options: Any,
) -> int:
    """Judge, report, and return the exit status."""
    log_from(log_level)
    asked = asked_by(options, output, docs)
    limit = deadline or asked.settings.deadline or (DEADLINE if asked.windowed else None)
    with progress_shown(progress):
        outcome = _outcome(asked, limit)
    if docs is not None:
        write_docs_of(outcome, docs, asked, progress=progress)
    print_run(outcome, style, output, asked.fail_on)
    return outcome.run.exit_code


def _outcome(asked: Asked, limit: int | None) -> Outcome:
    """The outcome of the run; of one whose time was over at a moment when it could not say so, that it was."""
    try:
        return within(limit, lambda: validate(asked, __version__))
    except DqError as wrong:
        if wrong.exit_status != 3:
            raise
        return untold(asked, wrong, __version__)


def write_docs_of(outcome: Outcome, folder: Path, asked: Asked, *, progress: bool | None = False) -> None:
    """Write the run as HTML pages into that folder, beside what the history knows of earlier ones, and say where.

    Args:
        progress: as `--progress` says; not shown unless said.
    """
    from dq.reports.html import Site, write_docs
    from dq.run.record import earlier

    run, unread = outcome.run, any(error.kind == HistoryError.kind for error in outcome.run.errors)
    past, note = earlier(run, asked.settings.history) if asked.record and not unread else ((), "")
    run = replace(run, notes=(*run.notes, note)) if note else run
    with progress_shown(progress):
        doing.note(f"writing pages into {folder}")
        page = write_docs(Site(run, outcome.bars, outcome.markets, past), folder)
    click.echo(f"docs: {page}", err=True)


def print_run(outcome: Outcome, style: str, output: Path | None, fail_on: str) -> None:
    """The run in that format, on stdout or as the content of a file; of `github`, the summary of the step besides."""
    from dq.reports import render

    width, colours = (columns(), coloured()) if output is None else (WIDTH, False)
    drawn = _drawn(outcome, blocks=output is not None or style == "github") if style in DRAWN else {}
    printed = render(style, outcome.run, width=width, coloured=colours, fail_on=fail_on, sparks=drawn)
    if style == "github":
        write_step_summary(outcome.run, drawn)
    if output is None:
        click.echo(printed, nl=False)
    else:
        write_output(output, printed)


def _drawn(outcome: Outcome, *, blocks: bool) -> Mapping[str, Spark]:
    """Completeness as rows of signs; most runs miss nothing.

    Args:
        blocks: whatever stdout can write.
    """
    if not any(one.missing_bars for one in outcome.run.series):
        return {}
    from dq.reports.sparks import BLOCKS, DIGITS, sparks

    return sparks(outcome.run, outcome.bars, outcome.markets, BLOCKS if blocks else signs(BLOCKS, DIGITS))
