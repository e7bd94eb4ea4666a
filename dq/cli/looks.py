"""Flags of how an answer looks and what is logged besides, alike for every command that has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


log_level = click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="warning",
    show_default=True,
    help="What is logged on stderr.",
)


def looks(command: Decorated) -> Decorated:
    """Add `--color/--no-color`, kept by click's context, and `--progress/--no-progress`: None where nobody said."""
    coloured = click.option(
        "--color/--no-color",
        default=None,
        expose_value=False,
        callback=_keep,
        help="Colours or none; unless you say, on a terminal alone, or as NO_COLOR and FORCE_COLOR say.",
    )
    progress = click.option(
        "--progress/--no-progress",
        default=None,
        help="Show on stderr how far it is, after the first second; unless you say, on a terminal alone, and not in CI.",
    )
    return coloured(progress(command))


def _keep(context: click.Context, _parameter: click.Parameter, value: bool | None) -> None:
    if value is not None:
        context.color = value
