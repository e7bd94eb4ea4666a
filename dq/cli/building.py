"""What `dq docs build` does once its options are read: the run from the history, its bars from their source, the pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dq.cli.deadline import within
from dq.cli.instants import now
from dq.cli.places import wrong_folder
from dq.cli.progress import progress_shown
from dq.cli.secrets import discreet
from dq.cli.stored import HOW, history_of, known_settings, nothing_recorded, run_named
from dq.cli.terminal import log_from
from dq.cli.validation import DEADLINE
from dq.history import HistoryError
from dq.model import DqError, Run, SettingsError, together
from dq.reports.html import Site, write_docs
from dq.run.beside import known_of
from dq.run.revisit import Revisited, revisit, why
from dq.settings import Settings, masked
from dq.sources.doing import note

if TYPE_CHECKING:
    from dq.history.store import History

GX_RUNS = 100  # as many as a site of Great Expectations takes at once; those that it holds already stay
UNNAMED = "No source is named from which its bars could be read again: `dq docs build SOURCE` draws them."
GONE = "{place} is not there any more, so its bars could not be read again: `dq docs build SOURCE` draws them."
FILES = (".csv", ".csv.gz", ".parquet")


def answer(
    *, source: str | None, identity: str | None, output: Path, gx: Path | None, shown: bool, **limits: object
) -> None:
    """Build, and say where the pages are."""
    log_from(str(limits["log_level"]))
    settings = known_settings()
    wrong = [*wrong_folder("--output", output), *(wrong_folder("--gx", gx) if gx else ())]
    if wrong:
        raise together(wrong)
    history = history_of(settings)
    if history is None:
        raise SettingsError(nothing_recorded(settings), hint=HOW)
    with history:
        run = _run(history, identity, source, settings)
        deadline = limits["deadline"] if isinstance(limits["deadline"], int) else settings.deadline
        with progress_shown():
            visited, undrawn = _bars(run, source, settings, deadline)
            page = _written(_site(history, run, visited, undrawn, source or settings.source.url), output)
        click.echo(f"docs: {page} (run {run.id})")
        if undrawn:
            click.echo(f"dq: {undrawn}", err=True)
        if gx is not None:
            _write_gx(history, run, gx)
    if shown:
        _open(page)


def _site(history: History, run: Run, visited: Revisited, undrawn: str, url: str | None) -> Site:
    known = known_of(history, run, masked(url or run.source))
    return Site(run, visited.bars, visited.markets, history.past(run), undrawn, known)


def _written(site: Site, folder: Path) -> Path:
    note(f"writing pages into {folder}")
    return write_docs(site, folder)


def _run(history: History, identity: str | None, source: str | None, settings: Settings) -> Run:
    """The run that is named, else the newest of that source where it is known by that name, else the newest."""
    if identity is not None:
        return run_named(history, identity)
    names = [] if source is None else [str(Path(source).expanduser()), masked(source)]
    newest = next((found for name in (*names, None) for found in history.runs(1, name)), None)
    if newest is None:
        raise SettingsError(nothing_recorded(settings), hint=HOW)
    return run_named(history, newest.id)


def _bars(run: Run, source: str | None, settings: Settings, deadline: int | None) -> tuple[Revisited, str]:
    """The bars of the run, and why some or all of them are not there.

    Raises:
        SettingsError: the source that was named on the command line is none.
    """
    url = source or _known_place(run, settings)
    if url is None:
        return Revisited({}, {}), GONE.format(place=run.source) if run.source.endswith(FILES) else UNNAMED
    limit = deadline or (None if _is_there(url) else DEADLINE)
    try:
        visited = within(limit, lambda: revisit(run, url, settings, now=now(), folder=Path.cwd()))
    except DqError as wrong:
        if source is not None and wrong.exit_status == SettingsError.exit_status:
            raise
        return Revisited({}, {}), discreet(why(wrong))
    return visited, discreet(visited.untold)


def _known_place(run: Run, settings: Settings) -> str | None:
    """Where the bars of a run are: in the file that it names, else where the settings say."""
    return run.source if _is_there(run.source) else settings.source.url


def _is_there(place: str) -> bool:
    return os.path.exists(os.path.expanduser(place))  # noqa: PTH110, PTH111  no error for a path too long


def _write_gx(history: History, run: Run, folder: Path) -> None:
    from dq.gx.docs import write_gx_docs

    page = write_gx_docs(_newest(history, run), folder, beside=Path.cwd())
    click.echo(f"gx docs: {page}")


def _newest(history: History, run: Run) -> Iterator[Run]:
    """The run itself, and the newest of its source that are kept whole."""
    yield run
    for record in history.runs(GX_RUNS, run.source):
        with suppress(HistoryError):
            known = history.run(record.id) if record.id != run.id else None
            if known is not None:
                yield known


def _open(page: Path) -> None:
    import webbrowser

    if not webbrowser.open(page.absolute().as_uri()):
        click.echo(f"dq: no browser was found to open {page}", err=True)
