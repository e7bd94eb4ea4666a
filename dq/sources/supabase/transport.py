"""HTTP whose every call ends: one time limit for all of it, from the look-up of the name to the last byte.

httpx's own time limits begin anew with each byte, and none holds while a name is looked up. Imported only by those who
are about to connect: httpx and what stands behind it cost a quarter of a second.
"""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

import httpcore
import httpx

from dq.sources.attempt import Attempt, close

KEPT_ALIVE = 4.0  # seconds: gateways hang up after 5 and more
_call = threading.local()  # .end: when the call of this thread has to be over, by the monotonic clock


@contextmanager
def ending(at: float) -> Iterator[None]:
    """What this thread sends and reads within is over by then, or raises httpcore.TimeoutException."""
    _call.end = at
    try:
        yield
    finally:
        del _call.end


def _left() -> float:
    left: float = _call.end - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left


class Wire(httpcore.NetworkStream):
    """A connection."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left())

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Wire:
        return Wire(self._stream.start_tls(ssl_context, server_hostname, _left()))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()

    def cut(self) -> None:
        """End whatever another thread waits for on it."""
        with suppress(OSError, ValueError):
            self.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


class Network(httpcore.NetworkBackend):
    """Makes connections, and can cut them all."""

    def __init__(self) -> None:
        self._wires: WeakSet[Wire] = WeakSet()
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Wire:
        seconds = _left()
        attempt = Attempt(lambda: self._plain.connect_tcp(host, port, seconds), "dq-connect", close)
        try:
            wire = Wire(attempt.made(seconds))
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        self._wires.add(wire)
        return wire

    def cut(self) -> None:
        for wire in list(self._wires):
            wire.cut()


class Transport(httpx.BaseTransport):
    """Requests over a few connections, through the proxy that the environment names, if it does."""

    def __init__(self, url: str, connections: int) -> None:
        self.network = Network()
        parts = httpx.URL(url)
        known = urllib.request.getproxies()
        proxy = None if urllib.request.proxy_bypass(parts.host) else known.get(parts.scheme) or known.get("all")
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context() if parts.scheme == "https" else None,
            proxy=_proxy(proxy) if proxy else None,
            max_connections=connections,
            keepalive_expiry=KEPT_ALIVE,
            network_backend=self.network,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=b"",
            )
        )
        stream = answer.stream
        try:
            content = b"".join(stream)  # type: ignore[arg-type]  # of a synchronous pool it is iterable
        finally:
            answer.close()
        return httpx.Response(answer.status, headers=answer.headers, stream=httpx.ByteStream(content))

    def close(self) -> None:
        self.network.cut()
        self._pool.close()


def _proxy(address: str) -> httpcore.Proxy:
    url = httpx.URL(address if "://" in address else f"http://{address}")
    auth = (url.username, url.password) if url.username else None
    place = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port or 80, target=b"/")
    return httpcore.Proxy(place, auth=auth)
