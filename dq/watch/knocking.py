"""Whether a source that was down is there again, asked every few seconds without asking much of it."""

from __future__ import annotations

import logging
import time
from contextlib import closing
from dataclasses import replace
from urllib.parse import SplitResult, urlsplit

from dq.logbook import about
from dq.model import DqError, SourceError
from dq.sources import Access, open_source

TURN = 1.0  # seconds after which a watch is to ask, while the source is down, whether it is time for one of these
PAUSE = 3.0  # seconds between two knocks at a source that is down
LIMIT = 2  # seconds for its answer, from each of its hosts
LOOK, LATER = 5.0, 8.0  # seconds between two looks at one that answers and that runs do not reach: at first, and then
EARLY = 300.0  # seconds of being down
DATABASES = ("postgresql://", "postgres://")
SCHEMES = ("https", "http")
TOO_MANY, BROKEN = 429, 500  # what a web server answers that is not to be asked yet, or that fails

log = logging.getLogger("dq.watch")


class Knocking:
    """Knocks at a source that could not be reached, so that it is found again within seconds, not at the next run.

    One that answers and still fails runs (it admits nobody, something on the way cuts its answers) is looked at: it is
    opened as a run opens it, and where that works the run is made.
    """

    def __init__(self) -> None:
        self._answered = False
        self._next = 0.0
        self._since: float | None = None

    def came_back(self, access: Access, *, down: bool) -> bool:
        """Whether a run is to be made at once: it answers for the first time since it was down, or a look at it works.

        Args:
            down: whether the last run could not reach it; else nobody knocks.
        """
        now = time.monotonic()
        if not down:
            self._answered, self._since = False, None
            return False
        self._since = now if self._since is None else self._since
        if now < self._next:
            return False
        web = access.url.startswith(tuple(f"{scheme}://" for scheme in SCHEMES))
        before = self._answered
        if not (web and before):  # a web server is sent a look in the place of a knock, never both
            self._answered = answers(access.url)
        well = self._answered and (not before or _opens(access))
        long = LOOK if now - self._since < EARLY else LATER
        self._next = time.monotonic() + (long if self._answered or web else PAUSE)
        return well


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


def _opens(access: Access) -> bool:
    """Whether it can be opened, without another attempt; what is wrong besides that it is down, a run tells."""
    try:
        open_source(replace(access, retries=0, connect_seconds=LIMIT, call_seconds=LIMIT)).close()
    except SourceError as wrong:
        log.info("the source answers, and cannot be read yet: %s", wrong.message, extra=about("knock"))
        return not wrong.unreached
    except DqError:
        return True
    return True
