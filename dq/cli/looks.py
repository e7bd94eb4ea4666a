"""Flags of how an answer looks, alike for every command that has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def looks(command: Decorated) -> Decorated:
    """Add `--color/--no-color`, kept by click's context, and `--progress/--no-progress`: None where nobody said."""
    coloured = click.option(
        "--color/--no-color",
        default=None,
        expose_value=False,
        callback=_keep,
        help="Show colours; unless said on a terminal alone, or as NO_COLOR and FORCE_COLOR say.",
    )
    progress = click.option(
        "--progress/--no-progress",
        default=None,
        help="Show on stderr how far it is after the first second; unless said on a terminal alone, and not in CI.",
    )
    return coloured(progress(command))


def _keep(context: click.Context, _parameter: click.Parameter, value: bool | None) -> None:
    if value is not None:
        context.color = value
