"""Tell how the runs of the last hours or days went: how often dq could tell, how whole the bars were, how long it took.

Counted are the runs in the history as of an instant within --window before --at. A run that could not tell (its verdict
is unknown) is no success; one that found something is. Percentiles of run times are times that runs took. Series come
worst first; --format json has them all.

Examples:
  dq report
  dq report --window 7d
  dq report --window 30d --at 2026-03-08T07:00Z --format json

Exit status: 0 told, of no run too, 2 the question was wrong, 3 the history cannot be read, 130 interrupted.
"""

from __future__ import annotations

import click

from dq.cli.instants import Duration, Instant


@click.command
@click.option("--window", type=Duration(), default="24h", show_default=True, help="Look back that far: 24h, 7d.")
@click.option("--at", type=Instant(), help="From this instant; from now unless said.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(*, window: int, at: int | None, style: str) -> None:
    from dq.cli.reporting import answer

    for line in answer(window, at, style):
        click.echo(line)
