"""Flags of how an answer looks and what is logged besides, alike for every command that has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from dq.cli.names import Place

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


log_level = click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="warning",
    show_default=True,
    help="What is logged on stderr.",
)


def logged(command: Decorated) -> Decorated:
    """Add `--log-format` and `--log-file`, which `dq.cli.logs` reads, and `--log-level`."""
    style = click.option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        help="On stderr, and in --log-file, the log for people, or a JSON document a line; as [log] says where that names no file.",
    )
    file = click.option("--log-file", type=Place(), help="Log into this file too, from info on; it is rotated.")
    return log_level(style(file(command)))


def colours(command: Decorated) -> Decorated:
    """Add `--color/--no-color`, kept by click's context: None where nobody said."""
    return click.option(
        "--color/--no-color",
        default=None,
        expose_value=False,
        callback=_keep,
        help="Colours or none; unless you say, on a terminal alone, or as NO_COLOR and FORCE_COLOR say.",
    )(command)


def looks(command: Decorated) -> Decorated:
    """Add `--color/--no-color`, kept by click's context, and `--progress/--no-progress`: None where nobody said."""
    progress = click.option(
        "--progress/--no-progress",
        default=None,
        help="Show on stderr how far it is, after the first second; unless you say, on a terminal alone, and not in CI.",
    )
    return colours(progress(command))


def _keep(context: click.Context, _parameter: click.Parameter, value: bool | None) -> None:
    if value is not None:
        context.color = value
