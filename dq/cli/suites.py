"""List the suites, or show the entries of one: which checks, how strict, how severe.

Examples:
  dq suites
  dq suites ohlc_1m
  dq suites my_suite.json
"""

from __future__ import annotations

from pathlib import Path

import click

from dq.cli import offers


@click.command
@click.argument("suite", required=False, shell_complete=offers.suites)
def command(suite: str | None) -> None:
    if suite is None:
        _list()
    else:
        _show(suite)


def _list() -> None:
    from dq.suites import load_suite, suite_names

    suites = [load_suite(name, Path.cwd()) for name in suite_names(Path.cwd())]
    width = max((len(suite.name) for suite in suites), default=0)
    for suite in suites:
        click.echo(f"{suite.name:{width}}  {len(suite.expectations):3} expectations  {suite.about}")


def _show(name: str) -> None:
    from dq.cli.policy import in_words
    from dq.suites import load_suite

    suite = load_suite(name, Path.cwd())
    width = max((len(one.check) for one in suite.expectations), default=0)
    click.echo(f"{suite.name}: {suite.about}\n")
    for one in suite.expectations:
        click.echo(f"{one.check:{width}}  {in_words(one)}")
