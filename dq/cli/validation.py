"""What `dq validate` does once its options are read: settings, the run, the reports."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from dq import __version__
from dq.cli.deadline import within
from dq.cli.instants import now
from dq.cli.places import check_places
from dq.cli.terminal import coloured, columns, log_from
from dq.model import SECOND, Run, SettingsError
from dq.run import Asked, Outcome, validate
from dq.settings import SeriesSettings, Settings, read_settings
from dq.sources import Access

DEADLINE = 30 * SECOND
WINDOW = 3600 * SECOND
WIDTH = 100  # of a file, which has no terminal
DATABASES = ("postgresql://", "postgres://")


def answer(
    *, style: str, output: Path | None, docs: Path | None, log_level: str, deadline: int | None, **options: Any
) -> int:
    """Judge, report, and return the exit status."""
    log_from(log_level)
    settings = read_settings(os.environ, Path.cwd())
    asked = question(settings, options)
    check_places(output, docs)
    limit = deadline or settings.deadline or (DEADLINE if asked.windowed else None)
    outcome = within(limit, lambda: validate(asked, __version__))
    if docs is not None:
        _write_docs(outcome, docs)
    _print(outcome.run, style, output)
    return outcome.run.exit_code


def question(settings: Settings, said: Mapping[str, Any]) -> Asked:
    """What flags and settings ask together.

    Raises:
        SettingsError: they name no source, or say twice where the window begins.
    """
    _check_window(said)
    url = said["source"] or settings.source.url
    if url is None:
        raise SettingsError(
            "There is nothing to validate: no SOURCE, no DATABASE_URL, no [source] url in dq.toml.",
            hint="Try `dq validate bars.csv`, `dq validate postgresql://…`, or `dq demo` to see how it looks.",
        )
    unsaid = None if said["begin"] is not None or not url.startswith(DATABASES) else settings.window or WINDOW
    return Asked(
        access=_access(url, settings, said["instruments"]),
        settings=settings,
        now=now(),
        window=said["window"] or unsaid,
        flags=SeriesSettings(interval=said["interval"], calendar=said["calendar"]),
        record=not said["no_history"],
        folder=Path.cwd(),
        **{
            name: said[name]
            for name in ("at", "begin", "end", "suite", "instruments", "fail_on", "allow_empty", "jobs")
        },
    )


def _check_window(said: Mapping[str, Any]) -> None:
    if said["window"] is not None and said["begin"] is not None:
        raise SettingsError("--window and --from both say where to begin.", hint="Give one of them.")
    if said["end"] is not None and said["window"] is None and said["begin"] is None:
        raise SettingsError(
            "--to needs a beginning.", hint="Give --from, or --window for a length of time before --to."
        )


def _access(url: str, settings: Settings, instruments: tuple[str, ...]) -> Access:
    said = settings.source
    return Access(
        url=url,
        schema=said.schema,
        table=said.tables["ohlc"],
        columns={ours: theirs for ours, theirs in said.columns.items() if ours != theirs},
        order_by=said.order_by,
        timezone=said.timezone,
        instrument=instruments[0] if len(instruments) == 1 and not os.path.isdir(url) else None,  # noqa: PTH112  no error for a path too long
    )


def _write_docs(outcome: Outcome, folder: Path) -> None:
    from dq.reports.html import write_docs

    page = write_docs(outcome.run, outcome.bars, folder)
    click.echo(f"docs: {page}", err=True)


def _print(run: Run, style: str, output: Path | None) -> None:
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
