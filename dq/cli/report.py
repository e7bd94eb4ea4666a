"""Tell how the runs of the last hours or days went: how often dq could tell, how whole and fresh the bars were.

Counted are the runs in the history as of an instant within --window before --at; the same length before that is what
arrows compare with. A run that could not tell (its verdict is unknown) is no success; one that found something is.
Slots and cycles that several runs saw count once. Series come worst first.

Examples:
  dq report
  dq report --window 7d
  dq report --window 7d --format html --output report.html
  dq report --window 24h --instrument NQ=F --instrument ES=F
  dq report --window 30d --at 2026-03-08T07:00Z --format json

Exit status: 0 told, of no run too, 2 the question was wrong, 3 the history cannot be read, 130 interrupted.
"""

from __future__ import annotations

from pathlib import Path

import click

from dq.cli.instants import Duration, Instant
from dq.cli.looks import colours
from dq.cli.names import Name, Place


@click.command
@click.option("--window", type=Duration(), default="24h", show_default=True, help="Look back that far: 24h, 7d.")
@click.option("--at", type=Instant(), help="From this instant; from now unless said.")
@click.option("--instrument", "instruments", type=Name(), multiple=True, help="Of this one alone; may be repeated.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="text for people, json for programs, html for a browser: one file that loads nothing from elsewhere.",
)
@click.option("--output", type=Place(), help="Write the report to this file.")
@colours
def command(*, window: int, at: int | None, instruments: tuple[str, ...], style: str, output: Path | None) -> None:
    from dq.cli.reporting import answer

    answer(window, at, instruments, style, output)
