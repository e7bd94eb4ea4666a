"""What `dq report` does once its options are read: runs from the history, their figures, and one of three formats."""

from __future__ import annotations

import gc
import json
import shlex
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

from dq.cli.instants import now
from dq.cli.places import write_output, wrong_places
from dq.cli.recorded import NEWEST as WITHIN
from dq.cli.recorded import refuse_unknown_instruments
from dq.cli.report_document import document
from dq.cli.stored import HOW, history_of, known_settings, nothing_recorded
from dq.cli.tables import sentence_text
from dq.history import RunRecord
from dq.history.figures import Figures, figures
from dq.history.life_figures import LifeFigures, MessageFigures, life_figures, message_figures
from dq.history.series_figures import Grid
from dq.history.store import History
from dq.model import Life, instant_text
from dq.reports.clocks import span_text, utc_text
from dq.reports.files import as_bytes
from dq.settings import Settings
from dq.suites.words import listed

MESSAGES = 100_000  # the newest, among which those of a span are counted
NEWEST = 5  # runs that are told one by one


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a span, and of the one before it.

    Attributes:
        newest: the last runs of the span, the latest first.
    """

    grid: Grid
    instruments: Sequence[str]
    told: Figures
    lives: LifeFigures
    messages: MessageFigures
    before: Figures
    lives_before: LifeFigures
    newest: Sequence[RunRecord]


def answer(window: int, at: int | None, instruments: Sequence[str], style: str, output: Path | None) -> None:
    """Print the report, or write it to that file.

    Raises:
        SettingsError: the file cannot be written; nothing recorded has the name of an instrument.
        HistoryError: the history cannot be read.
    """
    for wrong in wrong_places(output, None):
        raise wrong
    until, settings = now() if at is None else at, known_settings()
    grid, history = Grid(until - window, until), history_of(settings)
    if history is None:
        report, last = _report(grid, instruments, None, settings), None
    else:
        with history, _uncollected():
            report = _report(grid, instruments, history, settings)
            last = None if report.told.runs else _last(history, instruments)
    text = "\n".join(_lines(report, style, settings, last)) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        write_output(output, as_bytes(text).decode())  # a name may hold what UTF-8 cannot


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing of a million small values is garbage before the end; to look for some again and again takes a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _last(history: History, instruments: Sequence[str]) -> RunRecord | None:
    """The newest run, of those instruments; None where there is none."""
    runs = history.runs(WITHIN if instruments else 1)
    return next((run for run in runs if not instruments or of_instruments(run, instruments) is not None), None)


def _report(grid: Grid, instruments: Sequence[str], history: History | None, settings: Settings) -> Report:
    before = Grid(grid.since - (grid.until - grid.since), grid.since)
    if history is None:
        nothing = figures((), grid)
        return Report(grid, instruments, nothing, LifeFigures(), MessageFigures(), nothing, LifeFigures(), ())
    every = history.runs_between(before.since, grid.until)
    chosen = [of_instruments(run, instruments) for run in every] if instruments else every
    runs = [run for run in chosen if run is not None and run.as_of > grid.since]
    known = history.lives()
    refuse_unknown_instruments(instruments, known, history, settings, every)
    lives = [life for life in known if _concerns(life, instruments)]
    parcels = {one.message.id: one for one in (*history.parcels(pending=False, limit=MESSAGES), *history.parcels())}
    return Report(
        grid=grid,
        instruments=instruments,
        told=figures(runs, grid),
        lives=life_figures(lives, grid.since, grid.until),
        messages=message_figures(parcels.values(), grid.since, grid.until),
        before=figures([run for run in chosen if run is not None and run.as_of <= grid.since], before),
        lives_before=life_figures(lives, before.since, before.until),
        newest=runs[: -NEWEST - 1 : -1],
    )


def of_instruments(run: RunRecord, instruments: Collection[str]) -> RunRecord | None:
    """The run with the series of those instruments alone; None where it judged others and none of these."""
    names = run.lines[0]
    kept = [at for at, name in enumerate(names) if name.rpartition(" ")[0] in instruments]
    if names and not kept:
        return None
    return replace(run, lines=tuple([column[at] for at in kept] for column in run.lines))


def _concerns(life: Life, instruments: Sequence[str]) -> bool:
    """Whether it is of one of them, or of all: of the collector, or of dq itself."""
    return not instruments or not life.series or any(name in instruments for name in life.series)


def _lines(report: Report, style: str, settings: Settings, last: RunRecord | None) -> Iterator[str]:
    if style == "json":
        yield json.dumps(document(report), indent=1, ensure_ascii=False, allow_nan=False)
    elif style == "html":
        from dq.reports.html.report import report_page

        yield report_page(document(report))
    elif report.told.runs:
        from dq.cli.report_text import text_lines

        yield from text_lines(report)
    elif last is not None:
        span = span_text(report.grid.since, report.grid.until)
        of = f" of {listed(report.instruments)}" if report.instruments else ""
        yield sentence_text(f"No run{of} as of {span}; the last one recorded is as of {utc_text(last.as_of)}.")
        words = [word for name in report.instruments for word in ("--instrument", name)]
        yield f"    {shlex.join(['dq', 'report', '--at', instant_text(last.as_of), *words])}"
    else:
        yield sentence_text(f"{nothing_recorded(settings)} {HOW}")
