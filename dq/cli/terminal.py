"""What the terminal at the other end can show."""

import logging
import os
import shutil
import sys
import time
from collections.abc import Callable

import click


def columns() -> int:
    """Its width in characters: COLUMNS if set, the terminal's own, else 80."""
    return shutil.get_terminal_size((80, 24)).columns


def coloured() -> bool:
    """Whether to colour what goes to stdout: a terminal that can, and nobody said NO_COLOR."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


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


def log_from(level: str) -> None:
    """Log what is of that level (`debug`, `info`, …) or above to stderr, without secrets."""
    from dq.cli.secrets import Discreet

    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(Discreet("dq: %(levelname)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[lines])
