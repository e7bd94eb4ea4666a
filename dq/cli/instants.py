"""Instants, durations and other values as people type them on the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_instant(text: str) -> int:
    """Microseconds UTC of an ISO 8601 instant with Z or an offset.

    Raises:
        ValueError: it is no such instant; the message says what one looks like.
    """
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not an instant: write one like 2026-03-08T07:00Z") from None
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone: add Z for UTC, or an offset such as -05:00")
    since = instant - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def now() -> int:
    """The clock of this machine in microseconds UTC, to the second: read here and nowhere else."""
    since = datetime.now(UTC) - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000


class Instant(click.ParamType[int]):
    """An instant on the command line."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Microseconds UTC, or a usage error."""
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
