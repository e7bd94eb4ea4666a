"""A ping after each run, so that somebody notices when none comes any more: a dead man's switch."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from queue import Empty, Full, Queue
from urllib.parse import urlsplit, urlunsplit

from dq.logbook import about
from dq.settings import masked, masked_text
from dq.settings.scrubbing import secrets_in
from dq.watch.rounds import Round

LIMIT = 5.0  # seconds of one request
PAUSE = 1.0  # seconds before it is tried once more
log = logging.getLogger("dq.watch")


class Heartbeat:
    """Requests an address after each run, in a thread of its own: no run waits for it, none fails with it.

    After a run that could tell, the address itself; after one that could not, the same with `/fail` at the end of its
    path. While a request is under way one more is kept, the newest.

    Args:
        url: the address, a secret; None: nobody wants to know.

    Attributes:
        failures: pings that did not arrive so far.
        up: whether the last one arrived; None where none was tried.
    """

    def __init__(self, url: str | None) -> None:
        self.url = url
        self.failures = 0
        self.up: bool | None = None
        self._waiting: Queue[str | None] = Queue(maxsize=1)
        self._thread: threading.Thread | None = None

    def told(self, done: Round) -> None:
        """Ping for that round."""
        if self.url is not None:
            self._put(self.url if done.outcome.run.exit_code != 3 else failed(self.url))

    def close(self, seconds: float) -> None:
        """Wait so long for pings that are under way."""
        if self._thread is not None:
            try:
                self._waiting.put(None, timeout=seconds)
            except Full:
                return
            self._thread.join(seconds)

    def _put(self, url: str) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="dq-heartbeat", daemon=True)
            self._thread.start()
        with suppress(Empty):
            self._waiting.get_nowait()
        self._waiting.put_nowait(url)  # of two that wait the newer one says more

    def _work(self) -> None:
        while (url := self._waiting.get()) is not None:
            try:
                _request(url)
            except Exception as wrong:  # noqa: BLE001  whatever keeps a ping from arriving is the same to us
                self._failed(url, wrong)
            else:
                if self.up is False:
                    log.warning("the heartbeat arrives again", extra=about("heartbeat"))
                self.up = True

    def _failed(self, url: str, wrong: Exception) -> None:
        self.failures += 1
        if self.up is not False:
            said = masked_text(f"{type(wrong).__name__}: {wrong}", [url, *secrets_in(url)])
            failed = about("heartbeat", status="failed")
            log.warning("the heartbeat does not arrive at %s: %s", masked(url), said, extra=failed)
        self.up = False


def failed(url: str) -> str:
    """Where a run that could not tell is reported: `/fail` at the end of the path, before any query."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))


def _request(url: str) -> None:
    from urllib.request import Request, urlopen

    from tenacity import retry, stop_after_attempt, wait_fixed

    @retry(stop=stop_after_attempt(2), wait=wait_fixed(PAUSE), reraise=True)
    def attempt() -> None:
        with urlopen(Request(url, headers={"User-Agent": "dq"}), timeout=LIMIT) as answer:  # noqa: S310  settings admit http and https alone
            answer.read(1024)

    attempt()
