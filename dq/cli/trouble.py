"""From whatever went wrong to a sentence on stderr and an exit status. No traceback, unless asked for."""

from __future__ import annotations

import logging
import os
from contextlib import suppress

import click

from dq.cli import interrupted
from dq.cli.secrets import discreet, trace_text
from dq.cli.streams import UnwritableError, discard
from dq.model import DqError

WRONG_QUESTION = 2
CANNOT_TELL = 3


def explained(trouble: BaseException) -> int:
    """Tell people about the trouble and return the exit status."""
    if isinstance(trouble, click.Abort):
        return interrupted()
    if isinstance(trouble, click.exceptions.NoArgsIsHelpError):
        trouble.show()
        return WRONG_QUESTION
    if isinstance(trouble, click.ClickException):
        context = getattr(trouble, "ctx", None)
        _tell(trouble.format_message(), f"See `{context.command_path if context else 'dq'} --help`.")
        return WRONG_QUESTION
    if isinstance(trouble, UnwritableError):
        discard()
        _tell(f"standard output cannot be written: {trouble.reason}.", "")
        return CANNOT_TELL
    if _debugging():
        click.echo(trace_text(trouble), err=True, nl=False)
    _write_down(trouble)
    if isinstance(trouble, DqError):
        _tell(f"{trouble.series}: {trouble.message}" if trouble.series else trouble.message, trouble.hint)
        return trouble.exit_status
    _tell(
        f"dq itself failed: {type(trouble).__name__}: {trouble}", "Set DQ_DEBUG=1 to see where, and please report it."
    )
    return CANNOT_TELL


def _tell(message: str, hint: str) -> None:
    with suppress(OSError):  # of stderr: the exit status is what is left to say
        click.echo(discreet(f"dq: {message}" + (f"\n    {hint}" if hint else "")), err=True)


def _write_down(trouble: BaseException) -> None:
    """For those who read the log alone; where it happened only if it is our own fault."""
    from dq.logbook import entry

    ours = not isinstance(trouble, DqError)
    said = f"{type(trouble).__name__}: {trouble}" if ours else str(trouble)
    level = logging.CRITICAL if ours else logging.ERROR
    entry(logging.getLogger("dq"), "command", said, status="failed", level=level, trace=trouble if ours else None)


def _debugging() -> bool:
    return bool(os.environ.get("DQ_DEBUG")) or logging.getLogger("dq").isEnabledFor(logging.DEBUG)
