"""Build pages from a recorded run: dq's own site, and Great Expectations' Data Docs.

Examples:
  dq docs build
  dq docs build --run 4f1c --output dq-docs --open
  dq docs build bars.parquet
  dq docs build --gx gx-docs

See `dq docs build --help`.
"""

from __future__ import annotations

from typing import Any

import click

from dq.cli.commands import as_help
from dq.cli.instants import Duration
from dq.cli.looks import log_level
from dq.cli.names import Place

BUILD = """Write the pages of a recorded run again: the newest, or the one that --run names.

Every run of `dq validate` and `dq watch` is recorded (see history.md), with all that was found; its bars are not. For
the charts they are read again from SOURCE, which is named as for `dq validate`, or else from where the settings or the
run itself say: the same series and window, as of the same instant. Nothing is judged again. Where they cannot be read,
the pages say why, and everything else is there.

--gx writes the newest runs of the same source as a Great Expectations Data Docs site, too.

Examples:
  dq docs build
  dq docs build --run 4f1c
  dq docs build postgresql://reader@localhost/market --output /srv/www/dq --open
  dq docs build bars.parquet --gx gx-docs

Exit status: 0 written, 2 the question was wrong or no run is recorded, 3 the history cannot be read, 130 interrupted.
"""


@click.group
def command() -> None:
    pass


@command.command("build", help=as_help(BUILD), short_help="Write the pages of a recorded run again.")
@click.argument("source", required=False)
@click.option("--run", "identity", metavar="ID", help="Of the run, or how its id begins; the newest otherwise.")
@click.option(
    "--output",
    type=Place(),
    default="dq-docs",
    show_default=True,
    help="The folder to write into.",
)
@click.option("--gx", type=Place(), help="Write Great Expectations' Data Docs into this folder, too.")
@click.option("--open", "shown", is_flag=True, help="Open the first page in a browser.")
@click.option(
    "--deadline", type=Duration(), help="Give up reading bars after that long; 30s of a database, none of files."
)
@log_level
def build(**options: Any) -> None:
    from dq.cli.building import answer

    answer(**options)
