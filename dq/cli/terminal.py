"""What the terminal at the other end can show."""

import logging
import os
import shutil
import sys
import time
from collections.abc import Callable
from typing import TextIO

import click

from dq.cli.log_repeats import Counting

STDERR = "dq: stderr"  # how our lines are found again among all that listens to loggers


def columns() -> int:
    """Its width in characters: COLUMNS if set, the terminal's own, else 80."""
    return shutil.get_terminal_size((80, 24)).columns


def coloured() -> bool:
    """Whether to colour what goes to stdout: as `--color`, NO_COLOR or FORCE_COLOR say, else a terminal that can."""
    context = click.get_current_context(silent=True)
    if context is not None and context.color is not None:
        return context.color
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def signs(blocks: str, digits: str) -> str:
    """The blocks where stdout can write them, else the digits."""
    try:
        blocks.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return digits
    return blocks


def progress(sentence: str, seconds: float) -> Callable[[int, int], None]:
    """Tells on stderr how far it is, each time that so many seconds have passed since the last.

    Args:
        sentence: with `{done:,}` and `{total:,}`.
    """
    told = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told > seconds and done < total:
            told = time.monotonic()
            click.echo(sentence.format(done=done, total=total), err=True)

    return tell


class Lines(Counting, logging.StreamHandler[TextIO]):
    """Lines on what stderr is when they come: a display of progress takes its place, and keeps them off its own line.

    Args:
        plain: they are read by people, whom the command itself tells of its troubles: what `dq.logbook` writes of them
            is for `info` and below.
    """

    def __init__(self, level: int, *, plain: bool = True) -> None:
        super().__init__()
        self.setLevel(level)
        self._plain = plain
        self.count()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is for people: what they are told anyway comes at `info` only."""
        told = self._plain and getattr(record, "told", False) and self.level > logging.INFO
        return not told and bool(super().filter(record))

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  as logging calls it
        """Nothing: a stderr that cannot be written is no reason to end, and there is nobody to tell."""


def log_from(level: str) -> None:
    """Log what is of that level (`debug`, `info`, …) or above to stderr, without secrets."""
    from dq.cli.secrets import Discreet

    lines = Lines(logging.getLevelNamesMapping()[level.upper()])
    lines.set_name(STDERR)
    lines.setFormatter(Discreet("dq: %(levelname)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[lines])
