"""Show which alerts wait and which were sent; send what is due; try the channels.

What a channel is to be told is written down with the run that found it, by `dq watch` and `dq validate --alert`, and
sent by `dq alerts deliver`, which both start by themselves. Channels are [[alert]] in dq.toml: see alerts.md.

Examples:
  dq alerts
  dq alerts list --format json
  dq alerts test
  dq alerts deliver
"""

from __future__ import annotations

from typing import TextIO

import click

from dq.cli.commands import as_help
from dq.cli.looks import logged

LIST = """Show the channels, the messages that wait for them, and the newest that arrived.

Examples:
  dq alerts list
  dq alerts list --format json

Exit status: 0 shown, 2 the settings are wrong, 3 the history cannot be read, 130 interrupted.
"""
DELIVER = """Send what is due: each channel's messages in their order, every channel by itself.

It ends when nothing is due any more, or after a minute, with what it began until then. What could not be sent waits for 30
seconds, then for one minute, two, four and so on up to half an hour, and goes with the next `dq alerts deliver` after
that. Several at once do no harm: what one has taken, no other takes.

Examples:
  dq alerts deliver
  dq validate --window 1h --alert

Exit status: 0 everything that was due has arrived, 2 the settings are wrong, 3 some of it has not, or the history
cannot be read, 130 interrupted.
"""
TEST = """Send a test message to every channel, now, whatever its rules are.

Services that keep incidents of their own (PagerDuty and its like) are told that it is over at once.

Examples:
  dq alerts test
  dq alerts test --channel desk --channel pager

Exit status: 0 all got it, 2 the settings are wrong or no channel is set, 3 one did not get it, 130 interrupted.
"""
STYLE = click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or programs.",
)


@click.group(invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        context.invoke(listed, style="text")


@command.command("list", help=as_help(LIST), short_help="Show what waits and what was sent.")
@STYLE
def listed(*, style: str) -> None:
    from dq.cli.queue import answer

    for line in answer(style):
        click.echo(line)


@command.command(help=as_help(DELIVER), short_help="Send what is due.")
@click.option(
    "--channels",
    type=click.File("r", encoding="utf-8"),
    help="Channels, as JSON, instead of those of dq.toml; - is stdin.",
)
@logged
def deliver(*, channels: TextIO | None, **_logged: object) -> None:
    from dq.cli.alerting import delivered

    status = delivered(None if channels is None else channels.read())
    raise click.exceptions.Exit(status)


@command.command(help=as_help(TEST), short_help="Send a test message to every channel.")
@click.option("--channel", "names", multiple=True, help="Only this one; may be said several times.")
@logged
def test(*, names: tuple[str, ...], **_logged: object) -> None:
    from dq.cli.alerting import tested

    raise click.exceptions.Exit(tested(names))
