"""What Great Expectations only logs while it draws: heard here, and raised."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from dq.model import DqError

_WHAT = re.compile(r"\b([A-Za-z]+: \"(?:[^\n]|\n(?!Traceback))*?\")\.  Traceback:")  # as GX words it, above a traceback


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@contextmanager
def heard() -> Iterator[None]:
    """While this lasts, an error that GX logs is kept from the log and raised at the end.

    Raises:
        DqError: something was not drawn.
    """
    logger, ear = logging.getLogger("great_expectations"), _Ear()
    before = logger.propagate
    logger.addHandler(ear)
    logger.propagate = False
    try:
        yield
    except DqError:
        raise
    except Exception as wrong:
        if ear.heard:  # what came of the trouble that was logged
            raise _told(ear.heard[0]) from wrong
        raise
    finally:
        logger.removeHandler(ear)
        logger.propagate = before
    if ear.heard:
        raise _told(ear.heard[0])


def _told(logged: str) -> DqError:
    found = _WHAT.search(logged)
    return DqError(
        f"Great Expectations could not draw a page: {found[1] if found else logged.strip()[:300]}",
        hint="Install the release of great-expectations that dq asks for, and tell us if it persists.",
    )
