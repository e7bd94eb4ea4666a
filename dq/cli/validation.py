"""What `dq validate` does once its options are read: settings, the run, the reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dq import __version__
from dq.cli.deadline import within
from dq.cli.logs import log_by
from dq.cli.places import write_output
from dq.cli.progress import progress_shown
from dq.cli.questions import asked_by
from dq.cli.step_summary import write_step_summary
from dq.cli.terminal import coloured, columns, log_from, signs
from dq.history import HistoryError
from dq.model import SECOND, DqError, SettingsError
from dq.reports.lines import Spark
from dq.run import Asked, Outcome, untold, validate
from dq.settings import masked
from dq.sources import doing
from dq.unimportable import said_of

if TYPE_CHECKING:
    from dq.reports.html import Site

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
    alert: bool,
    **options: Any,
) -> int:
    """Judge, report, tell channels, and return the exit status."""
    log_from(log_level)
    asked = asked_by(options, output, docs)
    asked = _telling(asked) if alert else asked
    log_by(asked.settings.log)
    limit = deadline or asked.settings.deadline or (DEADLINE if asked.windowed else None)
    with progress_shown(progress):
        outcome = _outcome(asked, limit)
    if docs is not None:
        write_docs_of(outcome, docs, asked, progress=progress)
    print_run(outcome, style, output, asked.fail_on)
    if alert:
        _deliver(asked)
    return outcome.run.exit_code


def _telling(asked: Asked) -> Asked:
    """The question of a run that tells channels.

    Raises:
        SettingsError: there is none, or nothing in which to keep what was told.
    """
    if not asked.settings.alerts:
        raise SettingsError("--alert: no channel is set.", hint="Name one in dq.toml: [[alert]] with its url.")
    if not asked.record:
        raise SettingsError("--alert and --no-history: who was told of what stands in the history.", hint="Drop one.")
    return replace(asked, channels=asked.settings.alerts)


def _deliver(asked: Asked) -> None:
    """Send what is due, at once; what cannot be sent waits for the next time, and changes no verdict."""
    from dq.cli.alerting import delivered_now

    try:
        for said in delivered_now(asked.settings):
            click.echo(f"dq: {said}", err=True)
    except DqError as wrong:
        click.echo(f"dq: Channels were not told. {wrong.message} {wrong.hint}".rstrip(), err=True)
    except Exception as wrong:
        broken = said_of(wrong).removeprefix("dq: ").rstrip()
        if not broken:
            raise
        click.echo(f"dq: Channels were not told, and will be: {broken}", err=True)


def _outcome(asked: Asked, limit: int | None) -> Outcome:
    """The outcome of the run; of one whose time was over at a moment when it could not say so, that it was."""
    try:
        return within(limit, lambda: validate(asked, __version__))
    except DqError as wrong:
        if wrong.exit_status != 3:
            raise
        return untold(asked, wrong, __version__)


def write_docs_of(outcome: Outcome, folder: Path, asked: Asked, *, progress: bool | None = False) -> None:
    """Write the run as HTML pages into that folder, and say where.

    Args:
        progress: as `--progress` says; not shown unless said.
    """
    click.echo(f"docs: {pages_of(outcome, folder, asked, progress=progress)}", err=True)


def pages_of(outcome: Outcome, folder: Path, asked: Asked, *, progress: bool | None = False) -> Path:
    """Write the run as HTML pages, beside what the history knows of earlier ones; the page to begin with."""
    from dq.reports.html import write_docs

    with progress_shown(progress):
        doing.note(f"writing pages into {folder}")
        return write_docs(_site(outcome, asked), folder)


def add_incidents_of(outcome: Outcome, folder: Path, asked: Asked) -> None:
    """Write pages of incidents that the pages of another run in that folder do not have yet."""
    from dq.reports.html import add_incidents

    add_incidents(_site(outcome, asked), folder)


def _site(outcome: Outcome, asked: Asked) -> Site:
    from dq.reports.html import Site
    from dq.run.beside import NOTHING, beside

    run, unread = outcome.run, any(error.kind == HistoryError.kind for error in outcome.run.errors)
    place = masked(asked.access.url)
    others = NOTHING if unread or not asked.record else beside(run, asked.settings.history, place)
    run = replace(run, notes=(*run.notes, others.note)) if others.note else run
    return Site(run, outcome.bars, outcome.markets, others.past, known=others.known)


def print_run(outcome: Outcome, style: str, output: Path | None, fail_on: str) -> None:
    """The run in that format, on stdout or as the content of a file; of `github`, the summary of the step besides."""
    printed = rendered(outcome, style, fail_on, alone=output is not None)
    if output is None:
        click.echo(printed, nl=False)
    else:
        write_output(output, printed)


def rendered(outcome: Outcome, style: str, fail_on: str, *, alone: bool = False) -> str:
    """The run in that format; of `github`, the summary of the step is written besides.

    Args:
        alone: for a file, which has no terminal.
    """
    from dq.reports import render

    width, colours = (WIDTH, False) if alone else (columns(), coloured())
    drawn = _drawn(outcome, blocks=alone or style == "github") if style in DRAWN else {}
    printed = render(style, outcome.run, width=width, coloured=colours, fail_on=fail_on, sparks=drawn)
    if style == "github":
        write_step_summary(outcome.run, drawn)
    return printed


def _drawn(outcome: Outcome, *, blocks: bool) -> Mapping[str, Spark]:
    """Completeness as rows of signs; most runs miss nothing.

    Args:
        blocks: whatever stdout can write.
    """
    if not any(one.missing_bars for one in outcome.run.series):
        return {}
    from dq.reports.sparks import BLOCKS, DIGITS, sparks

    return sparks(outcome.run, outcome.bars, outcome.markets, BLOCKS if blocks else signs(BLOCKS, DIGITS))
