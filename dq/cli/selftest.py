"""Put every defect into your own bars, in memory, and see whether dq finds it.

SOURCE, window and settings are those of `dq validate`: the bars are read once, nothing is written. Defects of every
kind that these bars can hold go into copies of them, one at a time and as large as makes them a defect in this
market; each copy is judged as `dq validate` would judge it. What the bars have of their own counts for nothing.

Examples:
  dq selftest --window 1h
  dq selftest --window 1d --instrument NQ=F --each 10
  dq selftest bars.parquet --calendar CME_Equity --suite my_suite.json
  dq selftest --window 1h --format json

Exit status: 0 all were caught, 1 some were missed, 2 the question was wrong, 3 could not tell, 130 interrupted.
"""

from __future__ import annotations

from typing import Any

import click

from dq.cli import offers
from dq.cli.flags import Question
from dq.cli.instants import Duration, Instant
from dq.cli.looks import log_level, looks
from dq.cli.names import Name


@click.command(cls=Question)
@click.argument("source", required=False)
@click.option("--window", type=Duration(), help="Look back that far from --at: 90s, 15m, 1h, 30d.")
@click.option("--from", "begin", type=Instant(), help="Look from this instant on: 2026-03-08T07:00Z.")
@click.option("--to", "end", type=Instant(), help="Look up to this instant, itself left out.")
@click.option("--at", type=Instant(), help="The instant the run pretends it is; the clock's otherwise.")
@click.option("--suite", shell_complete=offers.suites, help="A suite's name (see dq suites) or file.")
@click.option("--instrument", "instruments", type=Name(), multiple=True, help="Use this series alone; may be repeated.")
@click.option("--interval", type=Duration(), help="Of the bars, where they do not say: 1m, 1h, 1d.")
@click.option(
    "--calendar",
    shell_complete=offers.calendars,
    help="Of the market, where its name does not say: XNYS, CME_Equity, FX, 24/7; auto: learned from the bars.",
)
@click.option("--each", type=click.IntRange(1, 1000), default=3, show_default=True, help="Defects of every kind.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Chooses where they go.")
@click.option("--verbose", is_flag=True, help="Show a table per series, and every defect.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--deadline", type=Duration(), help="Give up after that long; 2m for a window, none for files.")
@log_level
@looks
def command(**options: Any) -> None:
    from dq.cli.trials import answer

    click.get_current_context().exit(answer(**options))
