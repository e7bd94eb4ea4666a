"""What a shell offers for a name that is half typed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a command is declared without it, and only a shell that completes needs it
    import click
    from click.shell_completion import CompletionItem


def suites(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The suites that can be named in this folder."""
    from dq.suites import suite_names

    return _offered(suite_names(Path.cwd()), incomplete)


def calendars(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The calendars, however they are capitalised."""
    from dq.calendars import calendar_names

    return _offered(calendar_names(), incomplete)


def checks(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The checks."""
    from dq.checks import checks as known

    return _offered(known(), incomplete)


def _offered(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.casefold().startswith(incomplete.casefold())]
