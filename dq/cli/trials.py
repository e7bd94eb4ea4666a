"""What `dq selftest` does once its options are read: settings, the trials, the table."""

from __future__ import annotations

from typing import Any

import click

from dq import __version__
from dq.cli.deadline import within
from dq.cli.progress import progress_shown
from dq.cli.questions import UNASKED, asked_by
from dq.cli.terminal import coloured, columns, log_from
from dq.cli.terminal import progress as told_every
from dq.model import MINUTE
from dq.sources.doing import steps
from dq.trials import Outcome, selftest

DEADLINE = 2 * MINUTE
PATIENCE = 3.0  # seconds after which people want to know how far it is


def answer(
    *,
    each: int,
    seed: int,
    verbose: bool,
    style: str,
    log_level: str,
    deadline: int | None,
    progress: bool | None,
    **options: Any,
) -> int:
    """Try, tell, and return the exit status."""
    log_from(log_level)
    asked = asked_by({**UNASKED, **options})
    limit = deadline or (DEADLINE if asked.windowed else None)
    with progress_shown(progress) as seen:
        tell = steps if seen or progress is False else told_every("{done:,} of {total:,} defects tried …", PATIENCE)
        outcome = within(limit, lambda: selftest(asked, __version__, each=each, seed=seed, progress=tell))
    _tell(outcome, style, verbose=verbose)
    return outcome.exit_code


def _tell(outcome: Outcome, style: str, *, verbose: bool) -> None:
    if style == "json":
        from dq.trials.json import render as as_json

        click.echo(as_json(outcome), nl=False)
    else:
        from dq.cli.policy import in_words
        from dq.trials.text import render as as_text

        told = as_text(outcome, in_words, width=columns(), coloured=coloured(), verbose=verbose)
        click.echo(told, nl=False)
