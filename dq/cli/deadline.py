"""A limit on the time of a whole command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from dq.run.deadline import within as bounded

Result = TypeVar("Result")

HINT = (
    "Give it longer with --deadline 2m, or deadline in dq.toml; or ask for a smaller window, or name one --instrument."
)


def within(limit: int | None, work: Callable[[], Result]) -> Result:
    """The result of the work, if it is done within that many microseconds.

    Raises:
        SourceError: it was not; what it was waiting for has been interrupted.
    """
    return bounded(limit, work, HINT)
