"""Whether a source that was down answers again, asked every few seconds without asking anything of it."""

from __future__ import annotations

import time
from contextlib import closing
from urllib.parse import SplitResult, urlsplit

PAUSE = 3.0  # seconds between two knocks at a source that is down
LIMIT = 2  # seconds for its answer, from each of its hosts
DATABASES = ("postgresql://", "postgres://")
SCHEMES = ("https", "http")
TOO_MANY, BROKEN = 429, 500  # what a web server answers that is not to be asked yet, or that fails


class Knocking:
    """Knocks at a source that could not be reached, so that it is found again within seconds, not at the next run."""

    def __init__(self) -> None:
        self._answered = False
        self._next = 0.0

    def came_back(self, url: str, *, down: bool) -> bool:
        """Whether it answers, for the first time since it was down: once for each time that it goes and comes.

        Args:
            down: whether the last run could not reach it; else nobody knocks.
        """
        if not down:
            self._answered = False
        if not down or time.monotonic() < self._next:
            return False
        before, self._answered = self._answered, answers(url)
        self._next = time.monotonic() + PAUSE
        return self._answered and not before


def answers(url: str) -> bool:
    """Whether somebody answers there; False where nobody can say, as of a file.

    Of a PostgreSQL server, whether it admits anybody at all; no password is sent.
    """
    if url.startswith(DATABASES):
        from psycopg.conninfo import make_conninfo
        from psycopg.pq import PGconn, Ping

        return bool(PGconn.ping(make_conninfo(url, connect_timeout=LIMIT).encode()) == Ping.OK)
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        return False
    return _welcomes(parts)


def _welcomes(parts: SplitResult) -> bool:
    """Whether a web server answers anything but that it is asked too much, or that it cannot; no key is sent."""
    from http.client import HTTPConnection, HTTPException, HTTPSConnection

    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    with closing(kind(parts.hostname or "", parts.port, timeout=LIMIT)) as connection:
        try:
            connection.request("GET", parts.path or "/")
            status = connection.getresponse().status
        except (OSError, HTTPException):
            return False
    return status != TOO_MANY and status < BROKEN
