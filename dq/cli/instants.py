"""Instants, durations and other values as people type them on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click


def now() -> int:
    """The clock of this machine in microseconds UTC, to the second: read here and nowhere else."""
    return int(datetime.now(UTC).timestamp()) * 1_000_000


class Instant(click.ParamType[int]):
    """An instant on the command line."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Microseconds UTC, or a usage error."""
        from dq.settings.instants import parse_instant

        if isinstance(value, int):
            return value
        try:
            return parse_instant(value)
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)


class Duration(click.ParamType[int]):
    """A length of time on the command line."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Microseconds, or a usage error."""
        from dq.model import parse_duration

        if isinstance(value, int):
            return value
        try:
            return parse_duration(value)
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)
