"""Judge again and again: on the boundaries of an interval, until it is told to end.

SOURCE and the flags are those of `dq validate`. The first run is made at once, the others a minute (`grace` in dq.toml)
after each boundary: with --every 1h at one past each hour. There are never two at once; what was slept through is
caught up by one. Each looks back to the last one that could tell, and ten bars more, so that nothing is lost between them.

A clean run is one line, any other its report. A source that could not be reached by 3 runs in a row is left alone for
a while (--rest), and the runs of the meantime say so.

Examples:
  dq watch --every 1h
  dq watch postgresql://reader@localhost/market --every 5m --instrument NQ=F
  dq watch --every 1h --format json >> runs.json

Exit status: 0 when ended by SIGTERM or SIGINT, 2 when the question was wrong; with --times the highest of its runs.
"""

from __future__ import annotations

from typing import Any

import click

from dq.cli.flags import Question
from dq.cli.instants import Duration
from dq.cli.validate import command as validate

OTHERWISE = ("begin", "end", "at", "window")  # flags that mean one run alone, or something else here


@click.command(cls=Question, params=[one for one in validate.params if one.name not in OTHERWISE])
@click.option("--every", type=Duration(), default="1h", show_default=True, help="From one run to the next.")
@click.option("--window", type=Duration(), help="Look back that far each time; else to the last run that could tell.")
@click.option("--times", type=click.IntRange(1), help="End after that many runs.")
@click.option(
    "--rest", type=Duration(), help="Leave an unreachable source alone that long; twice --every, 10m at most."
)
def command(**options: Any) -> None:
    from dq.cli.watching import answer

    click.get_current_context().exit(answer(**options))
