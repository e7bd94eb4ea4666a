"""Judge again and again: on the boundaries of an interval, until it is told to end.

SOURCE and the flags are those of `dq validate`. The first run is made at once, the others a minute (`grace` in dq.toml)
after each boundary in UTC: with --every 1h at one past each hour. There are never two at once; what was slept through
is caught up by one. Each looks back to the last one that could tell, and ten bars more: nothing is lost between them.

A [[watch]] in dq.toml is a cadence of its own: how often, how far back, by which suite. They hold where --every is not
given, all in one process; flags say what they leave open, and --watch picks one of them.

A run is one line, with its report beneath where it says something new. A source that could not be reached by 3 runs in
a row is left alone for a while (--rest), and the runs of the meantime say so. SIGHUP has the settings read again; see docs/watch.md.

Examples:
  dq watch --every 1h
  dq watch postgresql://reader@localhost/market --every 5m --instrument NQ=F
  dq watch --serve 127.0.0.1:9464
  dq watch --watch freshness --times 1
  dq watch --every 1h --format json >> runs.json

Exit status: 0 when ended by SIGTERM or SIGINT, 2 when the question was wrong, 3 when another watch has the history;
with --times the highest of its runs.
"""

from __future__ import annotations

from typing import Any

import click

from dq.cli.flags import Question
from dq.cli.instants import Duration
from dq.cli.validate import command as validate


class Endpoint(click.ParamType[str]):
    """HOST:PORT on the command line."""

    name = "host:port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As dq.toml would take it, or a usage error."""
        from dq.settings.outward import endpoint

        try:
            return endpoint(value)
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)


OTHERWISE = ("begin", "end", "at", "window", "alert")  # flags that mean one run alone, or something else here


@click.command(cls=Question, params=[one for one in validate.params if one.name not in OTHERWISE])
@click.option(
    "--every", type=Duration(), help="From one run to the next; 1h unless [[watch]] in dq.toml says otherwise."
)
@click.option("--watch", "name", help="Only the [[watch]] of that name in dq.toml.")
@click.option("--window", type=Duration(), help="Look back that far each time; else to the last run that could tell.")
@click.option("--times", type=click.IntRange(1), help="End after that many runs.")
@click.option("--serve", type=Endpoint(), help="Serve health, metrics and pages at HOST:PORT, as in 127.0.0.1:9464.")
@click.option(
    "--rest", type=Duration(), help="Leave an unreachable source alone that long; twice --every, 10m at most."
)
def command(**options: Any) -> None:
    from dq.cli.watching import answer

    click.get_current_context().exit(answer(**options))
