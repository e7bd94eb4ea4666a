"""Show incidents: those that last, all that were ever recorded, or one with its life: what happened, and who was told.

An incident opens with the first run that sees it, worsens, and is resolved by a run that looked and no longer saw it; a
run that could not tell does neither. Those of dq itself are among them: could_not_tell (several runs in a row could not
read the source) and channel_down (alerts do not get through).

ID is that of an incident, or how it begins.

Examples:
  dq incidents
  dq incidents --all --severity critical
  dq incidents --since 7d --instrument NQ=F
  dq incidents 7d0c
  dq incidents --check missing_bar --format json

Exit status: 0 shown, whatever there is, 2 there is no such incident, 3 the history cannot be read, 130 interrupted.
"""

from __future__ import annotations

from typing import Any

import click

from dq.cli.instants import Duration
from dq.cli.looks import colours
from dq.cli.names import Name


@click.command
@click.argument("identity", metavar="[ID]", required=False)
@click.option("--all", "every", is_flag=True, help="Those that are resolved, too.")
@click.option(
    "--since", type=Duration(), help="Those that lasted at any time that far back, resolved ones too: 24h, 7d."
)
@click.option(
    "--severity", type=click.Choice(["info", "warning", "critical"]), help="Those that were at least so severe."
)
@click.option("--check", "checks", multiple=True, help="Of this check alone; may be repeated.")
@click.option("--instrument", "instruments", type=Name(), multiple=True, help="Of this one alone; may be repeated.")
@click.option("--source", help="Of sources whose name holds this text.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@colours
def command(**options: Any) -> None:
    from dq.cli.lives import answer

    for line in answer(**options):
        click.echo(line)
