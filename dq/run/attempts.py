"""Work on an open source, begun anew where the connection was lost: from a fresh snapshot, never in the middle."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from dq.run.asked import Asked
from dq.settings import masked
from dq.sources import Source, open_source
from dq.sources.retrying import retried

Result = TypeVar("Result")

LEAST = 0.5  # seconds to connect, however long those before have tried


def attempted(asked: Asked, work: Callable[[Source], Result]) -> Result:
    """What the work makes of the source, opened for it; up to `asked.access.retries` further attempts.

    All attempts to connect share `connect_seconds`; where one succeeded and the connection was lost later, they start
    anew.

    Raises:
        DqError: of the last attempt, or what another attempt would not change.
    """
    access = asked.access
    since: float | None = None

    def attempt() -> Result:
        nonlocal since
        now = time.perf_counter()
        since = now if since is None else since
        left = access.connect_seconds - (now - since)
        with open_source(replace(access, connect_seconds=max(left, LEAST))) as source:
            try:
                return work(source)
            finally:
                since = None

    return retried(attempt, access.retries, f"reading {masked(access.url)}")
