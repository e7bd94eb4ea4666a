"""The line to Yahoo: yfinance's own requests with their cookies and crumbs, bounded in time, silent, without files."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from dq.sources.access import Access
from dq.sources.attempt import Attempt

PATH = "/v8/finance/chart/"
SIDE_SHARE = 4  # cookie and crumb get a quarter each of the time to connect: Yahoo's charts do without them
LEAST = 1.0  # seconds that the chart itself is waited for, however long cookie and crumb took
SILENCED = logging.CRITICAL + 1

log = logging.getLogger("dq.sources.yahoo")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: HTTP status, the body, and the pause that is asked for."""

    status: int
    content: bytes
    wait: str | None


@dataclass
class Limits:
    """How long the requests of one call may take."""

    access: Access
    began: float = field(default_factory=time.perf_counter)

    def timeout(self, url: str) -> tuple[float, float]:
        """Seconds to connect, and seconds to answer after that."""
        passed = time.perf_counter() - self.began
        side = self.access.connect_seconds / SIDE_SHARE
        if PATH not in url:
            return side, side
        return max(self.access.connect_seconds - passed, side), max(self.access.call_seconds - passed, LEAST)


class Line:
    """yfinance's way to Yahoo, of our own: whoever else uses yfinance in this process keeps his session.

    A request runs in a thread, because curl answers to no signal: Ctrl-C and `--deadline` end the waiting at once.
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        self._asking: Any = None
        self._session: Any = None

    def chart(self, symbol: str, parameters: Mapping[str, object]) -> Reply:
        """The answer to one question about one symbol, whatever it is.

        Raises:
            TimeoutError: there is none within `call_seconds`.
            Exception: one of `raised()`.
        """
        from urllib.parse import quote

        self._open()
        self._session.limits = Limits(self._access)
        path = PATH + quote(symbol, safe="=")
        session = self._session
        call = Attempt(partial(_get, session, self._asking, path, parameters), "dq-yahoo", lambda _: session.close())
        try:
            return call.made(self._access.call_seconds)
        finally:
            if call.left:
                self._session = self._asking = None  # they are the thread's now

    def close(self) -> None:
        """Let go of the connection."""
        if self._session is not None:
            self._session.close()
        self._session = self._asking = None

    def _open(self) -> None:
        if self._session is None:
            began = time.perf_counter()
            self._session, self._asking = opened()
            log.debug("yfinance is ready after %.2f s", time.perf_counter() - began)


def opened() -> tuple[Any, Any]:
    """A session whose every request has our limits, and yfinance's own way to ask through it, which keeps no files."""
    from curl_cffi.requests import Session
    from yfinance.data import YfData

    class Bounded(Session[Any]):
        limits: Limits
        wait: str | None = None

        def request(self, *method: Any, **named: Any) -> Any:
            answer = super().request(*method, **{**named, "timeout": self.limits.timeout(named["url"])})
            self.wait = answer.headers.get("Retry-After")
            return answer

    class Asking(YfData):  # type: ignore[misc]
        def _load_cookie_curlCffi(self) -> bool:  # noqa: N802  yfinance's own name
            return False

        def _save_cookie_curlCffi(self) -> bool:  # noqa: N802  as above
            return False

    session = Bounded(impersonate="chrome", use_thread_local_curl=False)
    return session, type.__call__(Asking, session)  # YfData itself is one for the whole process


def raised() -> tuple[type[Exception], ...]:
    """What comes of a request without an answer, and what yfinance makes of a page that it cannot take apart."""
    from curl_cffi import CurlError
    from yfinance.exceptions import YFException

    return CurlError, YFException, OSError, ValueError, LookupError, AttributeError, TypeError


def _get(session: Any, asking: Any, path: str, parameters: Mapping[str, object]) -> Reply:
    from yfinance import const
    from yfinance.exceptions import YFRateLimitError

    try:
        with _quiet():
            answer = asking.get(const._BASE_URL_ + path, params=dict(parameters))
    except YFRateLimitError:
        return Reply(429, b"", session.wait)
    return Reply(answer.status_code, answer.content, session.wait)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without yfinance's words on stderr, some of which are cookies: ours tell what matters."""
    logger = logging.getLogger("yfinance")
    level = logger.level
    logger.setLevel(SILENCED)
    try:
        yield
    finally:
        logger.setLevel(level)
