"""Requests go out through supabase-py and answers come in; whatever fails on the way is told in our words."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dq.logbook import entry
from dq.model import SourceError
from dq.sources.access import Access
from dq.sources.retrying import retried
from dq.sources.supabase import trouble
from dq.sources.supabase.address import Address, Key

if TYPE_CHECKING:
    import httpx

Params = Sequence[tuple[str, str]]
CSV = "text/csv"
JSON = "application/json"
COUNTED = re.compile(r"(?:(\d{1,18})-(\d{1,18})|\*)/(?:(\d{1,18})|\*)")  # what an int64 holds
BROKEN = "If it happens again, something between dq and the project rewrites answers; ask a colleague who runs that."
CONNECTIONS = 4
LOUD = ("httpx", "httpcore", "hpack")  # they log every step; dq.sources logs every request

log = logging.getLogger("dq.sources.supabase")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server gave.

    Attributes:
        rows: how many rows it says these are; None where it does not.
        total: how many match; None where that was not asked or not said.
    """

    content: bytes
    rows: int | None
    total: int | None


class Asking:
    """Reads tables of one project. Threads may share it.

    Nothing has been sent when it has been made. Until the project has answered once, all attempts share
    `access.connect_seconds`; from then on each request has `access.call_seconds`.
    """

    def __init__(self, access: Access, address: Address, key: Key) -> None:
        begun = time.monotonic()
        import httpx
        import supabase

        from dq.sources.supabase.transport import Transport

        for name in LOUD:
            logging.getLogger(name).setLevel(max(logging.getLogger(name).level, logging.WARNING))
        self.server = address.label
        self.key = key
        self._access = access
        self._first_by: float | None = begun + access.connect_seconds
        self._closed = False
        self._transport = Transport(address.url, CONNECTIONS)
        self._http = httpx.Client(transport=self._transport, timeout=None, follow_redirects=False, trust_env=False)  # noqa: S113  transport.ending limits all of a call
        options = supabase.ClientOptions(
            schema=access.schema or "public",
            httpx_client=self._http,
            auto_refresh_token=False,
            persist_session=False,
            postgrest_client_retry=False,  # retried() knows what may be asked again, and how often
        )
        self._tables = supabase.create_client(address.url, key.text, options)

    def get(self, table: str, params: Params, doing: str, *, accept: str = CSV, counted: bool = False) -> Answer:
        """The server's answer.

        Args:
            doing: as sentences go on: "reading bars of ES".
            counted: ask how many rows match in all, whatever the answer holds of them.

        Raises:
            SourceError: unreachable, silent, refuses us, or the answer is no answer.
            BarsError: what was asked for is not there.
        """
        return retried(lambda: self._once(table, params, doing, accept, counted), self._access.retries, doing)

    def close(self) -> None:
        """Let go of the connections, whoever still waits for an answer."""
        self._closed = True
        self._http.close()

    def _once(self, table: str, params: Params, doing: str, accept: str, counted: bool) -> Answer:
        if self._closed:
            raise SourceError(f"{self.server} was let go before {doing}")
        begun = time.monotonic()
        response = self._sent(table, params, doing, accept, counted)
        self._first_by = None
        seconds, code, size = time.monotonic() - begun, response.status_code, len(response.content)
        said = f"{doing}: {code}, {size} bytes, {seconds:.3f} s"
        entry(log, "request", said, seconds=seconds, level=logging.DEBUG, http_status=code, bytes=size)
        try:
            told = trouble.of_response(response, accept, self.server, doing, self.key)
        except Exception as error:  # headers and bodies are foreign text: whatever they break is their sender's fault
            raise SourceError(f"{self.server} answered with what cannot be read while {doing}", hint=BROKEN) from error
        if told is not None:
            raise told
        return self._counted(response, doing)

    def _counted(self, response: httpx.Response, doing: str) -> Answer:
        """The answer with what its Content-Range says, unless that contradicts itself: its rows end behind the last."""
        span = COUNTED.fullmatch(response.headers.get("content-range", ""))
        if span is None:
            return Answer(response.content, None, None)
        first, last, total = (None if part is None else int(part) for part in span.groups())
        if last is not None and total is not None and total <= last:
            raise SourceError(
                f"{self.server} said while {doing} that it sends rows {first:,} to {last:,} of {total:,}",
                hint=BROKEN,
                passing=True,  # a server that counts apart from reading may have lost rows in between
            )
        rows = 0 if first is None or last is None else last - first + 1
        return Answer(response.content, rows, total)

    def _sent(self, table: str, params: Params, doing: str, accept: str, counted: bool) -> httpx.Response:
        import httpcore
        import httpx
        from postgrest import CountMethod

        from dq.sources.supabase.transport import ending

        builder = self._tables.table(table).select(count=CountMethod.exact if counted else None)
        builder.request.params = httpx.QueryParams(list(params))
        builder.request.headers["Accept"] = accept
        first = self._first_by
        try:
            with ending(first or time.monotonic() + self._access.call_seconds):
                return builder.request.send(httpx.Headers())
        except httpcore.TimeoutException as error:
            seconds = self._access.call_seconds if first is None else self._access.connect_seconds
            raise trouble.of_silence(self.server, doing, seconds, first=first is not None) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, httpx.HTTPError, OSError) as error:
            if self._closed:
                raise SourceError(f"{self.server} was let go while {doing}") from error
            raise trouble.of_connection(error, self.server, doing, answered=first is None) from error
