"""What a watch prints of each round: a line for a clean one, the report of any other; or the run itself."""

from __future__ import annotations

from pathlib import Path

import click

from dq.cli.validation import print_run
from dq.model import Run, instant_text
from dq.watch import Round


def print_round(done: Round, style: str, output: Path | None, fail_on: str, *, named: bool) -> None:
    """A line for a clean run, the report of any other; in another format the run itself, every time.

    Args:
        named: there are several cadences, so that each line says which it is of.
    """
    run = done.outcome.run
    if output is not None or style != "text":
        print_run(done.outcome, style, output, fail_on)
    if output is not None or style == "text":
        click.echo(line(run, done.cadence if named else ""))
    if output is None and style == "text" and run.verdict != "pass" and run.series:
        print_run(done.outcome, style, None, fail_on)


def line(run: Run, cadence: str = "") -> str:
    """What a run has to say where its report would say no more."""
    from dq.reports.lines import error_text, printable
    from dq.reports.words import headline

    untold = run.errors and not run.series
    told = [f"{error_text(one).rstrip('.')}. {one.hint}" for one in run.errors] if untold else [headline(run)]
    name = f"{cadence}: " if cadence else ""
    return printable(f"{instant_text(run.as_of)}  {run.verdict:7}  {name}{' '.join(told)}")
