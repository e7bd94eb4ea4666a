"""List the checks: what each one finds, and how severe the default suite says it is.

Examples:
  dq checks
  dq checks --suite ohlc_1d
  dq explain missing_bar
"""

from __future__ import annotations

from pathlib import Path

import click


@click.command
@click.option(
    "--suite", "name", default="ohlc_1m", show_default=True, help="Whose severities to show: a name or a file."
)
def command(name: str) -> None:
    from dq.checks import checks
    from dq.cli.policy import severities
    from dq.pages import page_of
    from dq.suites import load_suite

    suite = load_suite(name, Path.cwd())
    judged = {check: severities(suite, check) for check in checks()}
    widths = max(map(len, judged)), max(len(", ".join(given)) for given in judged.values())
    for check, given in judged.items():
        click.echo(f"{check:{widths[0]}}  {_painted(given, widths[1])}  {page_of(checks()[check]).summary}")


def _painted(severities: tuple[str, ...], width: int) -> str:
    from dq.cli.policy import COLOURS
    from dq.cli.terminal import coloured

    text = f"{', '.join(severities) or '-':{width}}"
    return click.style(text, fg=COLOURS[severities[0]]) if severities and coloured() else text
