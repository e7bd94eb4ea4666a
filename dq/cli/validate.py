"""Judge bars: say whether they can be traded on; if not, which, since when, why, and what to do.

SOURCE is postgresql://…, https://… of Supabase, yahoo:NQ=F, a .csv, .csv.gz or .parquet file, a folder of them, or -
for CSV on standard input. Without it, DATABASE_URL, SUPABASE_URL or [source] in dq.toml says where the bars are.

Examples:
  dq validate --window 1h
  dq validate --window 1h --at 2026-03-08T07:00Z --instrument NQ=F
  dq validate bars.parquet --interval 5m --calendar CME_Equity --docs dq-docs
  dq validate --from 2026-11-01T00:00Z --to 2026-11-08T00:00Z --format json --output run.json
  dq validate yahoo:NQ=F,ES=F --window 1d --interval 5m
  dq validate --window 1h --reference yahoo:
  dq validate --window 1h --alert
  cat bars.csv | dq validate - --instrument BTC-USD --fail-on critical
  dq validate --window 1h --format junit --output dq.xml

Exit status: 0 clean, 1 findings at or above --fail-on, 2 the question was wrong, 3 could not tell, 130 interrupted.
"""

from __future__ import annotations

from typing import Any

import click

from dq.cli import offers
from dq.cli.flags import Question
from dq.cli.instants import Duration, Instant
from dq.cli.looks import logged, looks
from dq.cli.names import Name, Place
from dq.reports import formats

SEVERITIES = ("info", "warning", "critical", "never")


@click.command(cls=Question)
@click.argument("source", required=False)
@click.option("--window", type=Duration(), help="Look back that far from --at: 90s, 15m, 1h, 30d.")
@click.option("--from", "begin", type=Instant(), help="Look from this instant on: 2026-03-08T07:00Z.")
@click.option("--to", "end", type=Instant(), help="Look up to this instant, itself left out.")
@click.option("--at", type=Instant(), help="The instant the run pretends it is; the clock's otherwise.")
@click.option("--suite", shell_complete=offers.suites, help="A suite's name (see dq suites) or file.")
@click.option(
    "--instrument", "instruments", type=Name(), multiple=True, help="Judge this series alone; may be repeated."
)
@click.option("--interval", type=Duration(), help="Of the bars, where they do not say: 1m, 1h, 1d.")
@click.option(
    "--calendar",
    shell_complete=offers.calendars,
    help="Of the market, where its name does not say: XNYS, CME_Equity, FX, 24/7; auto: learned from the bars.",
)
@click.option("--reference", help="Compare with these bars: yahoo: (the same symbols), yahoo:NQ=F, or another source.")
@click.option(
    "--format",
    "style",
    type=click.Choice(formats()),
    default="text",
    show_default=True,
    help="text for people, json for programs, junit for any CI server, github for GitHub Actions.",
)
@click.option("--output", type=Place(), help="Write the result to this file.")
@click.option("--docs", type=Place(), help="Write the run as HTML pages into this folder.")
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="warning",
    show_default=True,
    help="The lowest severity of a finding that makes the exit status 1.",
)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Judge that many series at once.")
@click.option("--no-history", is_flag=True, help="Do not record this run.")
@click.option("--alert", is_flag=True, help="Tell the channels of dq.toml what opens, worsens or is over.")
@click.option("--deadline", type=Duration(), help="Give up after that long; 30s for a window, none for files.")
@click.option("--allow-empty", is_flag=True, help="A source without bars is fine.")
@logged
@looks
def command(**options: Any) -> None:
    from dq.cli.validation import answer

    click.get_current_context().exit(answer(**options))
