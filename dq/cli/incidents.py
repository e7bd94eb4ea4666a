"""Show incidents: those that last, all that were ever recorded, or one with its life and its findings.

An incident lasts while the newest run of its source that could tell saw it, or one shortly before: not longer ago than
that run looked back, twice. What no run has seen since has ended; --all shows those, too.

ID is that of an incident, or how it begins.

Examples:
  dq incidents
  dq incidents --all
  dq incidents 7d0c
  dq incidents --format json

Exit status: 0 shown, whatever there is, 2 there is no such incident, 3 the history cannot be read, 130 interrupted.
"""

from __future__ import annotations

import click


@click.command
@click.argument("identity", metavar="[ID]", required=False)
@click.option("--all", "every", is_flag=True, help="Those that have ended, too.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(*, identity: str | None, every: bool, style: str) -> None:
    from dq.cli.lives import answer

    for line in answer(identity, every=every, style=style):
        click.echo(line)
