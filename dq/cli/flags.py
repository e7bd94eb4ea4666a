"""Options whose faults are told together, and together with those of the settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dq.model import DqError


class Question(click.Command):
    """A command that asks something of a source: every wrong value of its options is told at once."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it; where a value is wrong, the others and the settings are looked at too.

        Raises:
            click.BadParameter: the only fault that there is.
            SettingsError: several, of options and of settings.
        """
        try:
            return super().parse_args(ctx, list(args))
        except click.BadParameter:
            from dq.model import SettingsError, together

            wrong = list(self._wrong(ctx, args))
            others = _others(ctx)
            if len(wrong) + len(others) < 2:
                raise
            raise together([*(SettingsError(fault.format_message()) for fault in wrong), *others]) from None

    def _wrong(self, ctx: click.Context, args: list[str]) -> Iterator[click.BadParameter]:
        given, rest, _ = self.make_parser(ctx).parse_args(list(args))
        for parameter in self.get_params(ctx):
            try:
                parameter.handle_parse_result(ctx, given, rest)
            except click.BadParameter as wrong:
                yield wrong


def _others(ctx: click.Context) -> list[DqError]:
    """What is wrong besides: the settings, the names that the options bring, and the places to write to."""
    from dq.cli.places import wrong_places
    from dq.cli.questions import wrong_of
    from dq.settings import settings_and_faults

    said = {name: value for name, value in ctx.params.items() if isinstance(value, str)}  # else nothing was said
    settings, faults = settings_and_faults(os.environ, Path.cwd())
    output, docs = (value if isinstance(value, Path) else None for value in map(ctx.params.get, ("output", "docs")))
    places = wrong_places(output, docs)
    return [*wrong_of(faults, settings, said, Path.cwd()), *places]
