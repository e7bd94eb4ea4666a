"""The line to Yahoo: yfinance's own requests with their cookies and crumbs, bounded in time, silent, without files."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from dq.sources.access import Access

PATH = "/v8/finance/chart/"
SIDE_SHARE = 4  # cookie and crumb get a quarter each of the time to connect: Yahoo's charts do without them
LEAST = 1.0  # seconds that the chart itself is waited for, however long cookie and crumb took
SILENCED = logging.CRITICAL + 1

log = logging.getLogger("dq.sources")


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
            TimeoutError: there is none within `call_seconds`; what curl and yfinance raise where there is no answer.
        """
        from urllib.parse import quote

        self._open()
        self._session.limits = Limits(self._access)
        path = PATH + quote(symbol, safe="=")
        call = Call(partial(_get, self._session, self._asking, path, parameters), self._session.close)
        thread = threading.Thread(target=call.run, name="dq-yahoo", daemon=True)
        thread.start()
        try:
            thread.join(self._access.call_seconds)
        finally:
            if call.left():
                self._session = self._asking = None  # they are the thread's now
        if call.error is not None:
            raise call.error
        if call.reply is None:
            raise TimeoutError("no answer")
        return call.reply

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


@dataclass
class Call:
    """A request in a thread of its own, which may be left alone; whoever is left closes the session himself."""

    get: Callable[[], Reply]
    close: Callable[[], None]
    reply: Reply | None = None
    error: Exception | None = None
    _ended: bool = False
    _left: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Ask; to be called in a thread of its own."""
        try:
            self.reply = self.get()
        except Exception as error:  # noqa: BLE001  whatever it is, it belongs to whoever waits
            self.error = error
        with self._lock:
            self._ended = True
            left = self._left
        if left:
            self.close()

    def left(self) -> bool:
        """Whether it has not ended; from now on nobody waits for it."""
        with self._lock:
            self._left = not self._ended
            return self._left


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
