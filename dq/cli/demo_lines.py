"""What `dq demo --live` prints: a line for each happening, in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dq.cli.terminal import coloured
from dq.model import instant_text

if TYPE_CHECKING:
    from dq.demo.live import Said

COLOURS = {
    "begins": "red",
    "ends": "yellow",
    "mended": "green",
    "opened": "red",
    "worse": "bright_red",
    "reminder": "red",
    "resolved": "green",
    "pass": "green",
    "fail": "red",
    "unknown": "yellow",
    "fetched": "cyan",
}


def line(at: int, who: str, what: str, words: str) -> None:
    """One happening: when, of whom, what, and in words."""
    shown = click.style(f"{what:9}", fg=COLOURS.get(what)) if coloured() else f"{what:9}"
    click.echo(f"{instant_text(at)[11:16]}  {who:9}  {shown}  {words}".rstrip(), color=coloured())


def told(step: Said) -> None:
    """What goes wrong with the collector, or is mended."""
    names = ", ".join(step.trouble.instruments)
    line(step.at, "collector", step.what, f"{step.trouble.kind}{f' of {names}' if names else ''}: {step.words}")
