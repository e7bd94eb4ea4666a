"""Whether to show how far a command is: on a terminal that somebody looks at, and nowhere else."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SAID_NO = ("", "0", "false")


@contextmanager
def progress_shown(wanted: bool | None = None) -> Iterator[bool]:
    """Show on stderr what is done within, once it takes more than a second; it is gone before anything else is printed.

    Args:
        wanted: what `--progress` says; None where nobody said.

    Yields:
        Whether it is shown.
    """
    if not _looked_at(wanted):
        yield False
        return
    from dq.progress import TerminalFace, shown

    with shown(TerminalFace()):
        yield True


def _looked_at(wanted: bool | None) -> bool:
    """A terminal that can move its cursor; not that of a CI server, nor one full of debug messages, unless one insists."""
    if wanted is False or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return False
    in_ci = os.environ.get("CI", "").lower() not in SAID_NO
    return bool(wanted) or not (in_ci or logging.getLogger().isEnabledFor(logging.DEBUG))
