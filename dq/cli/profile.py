"""Learn when each series has bars, show it, and keep it: what tells a quiet market from a hole.

Reads nothing but the timestamps of the last 20 sessions (SELECT is enough) and keeps which of their slots hold a bar,
a few hundred bytes per series, in the history file. `dq validate` then asks for no timestamps where a series misses
bars; its own runs keep the profile up to date. Run it again after old bars were filled in.

A row shows the hours of the market's day (of daily bars: the weekdays): a full block where every bar is there, lower
ones where some are missing, a dot where none is ever due.

Examples:
  dq profile
  dq profile --instrument NQ=F --format json
  dq profile bars.parquet --interval 1m --calendar CME_Equity
  dq profile --at 2026-03-08T07:00Z --no-history

Exit status: 0 shown, 2 the question was wrong, 3 could not tell, 130 interrupted.
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
@click.option(
    "--at", type=Instant(), help="The instant before which to look; the clock's otherwise, of files their end."
)
@click.option(
    "--instrument", "instruments", type=Name(), multiple=True, help="Look at this series alone; may be repeated."
)
@click.option("--interval", type=Duration(), help="Of the bars, where they do not say: 1m, 1h, 1d.")
@click.option(
    "--calendar",
    shell_complete=offers.calendars,
    help="Of the market, where its name does not say: XNYS, CME_Equity, FX, 24/7; auto: learned from the bars.",
)
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--no-history", is_flag=True, help="Show it and keep nothing.")
@click.option("--deadline", type=Duration(), help="Give up after that long; 2m unless said.")
@log_level
@looks
def command(**options: Any) -> None:
    from dq.cli.profiles import answer

    click.get_current_context().exit(answer(**options))
