"""One connection: requests one after the other, each read and answered within a time."""

from __future__ import annotations

import io
import logging
import os
import socket
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from dq.serving.answers import ALWAYS, Answer, told
from dq.serving.files import Opened

if TYPE_CHECKING:
    from dq.serving.connections import Connections

ASKING = 10.0  # seconds for a request to arrive whole, the pause before it included
ANSWERING = 120.0  # seconds for an answer to be taken
PIECE = 1 << 16

log = logging.getLogger("dq.serving")


class _Timed(io.RawIOBase):
    """What a socket receives until an instant, however slowly it trickles in."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.until = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, place: Any) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("no whole request in time")
        self._connection.settimeout(left)
        return self._connection.recv_into(place)


class Visit(BaseHTTPRequestHandler):
    """Reads requests and has them answered."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # the end of an answer does not wait for its beginning to be acknowledged
    server: Connections

    def setup(self) -> None:
        super().setup()
        self._timed = _Timed(self.connection)
        self.rfile = io.BufferedReader(self._timed)

    def handle_one_request(self) -> None:
        self._timed.until = time.monotonic() + ASKING
        self.server.turned(self.connection, answering=False)
        super().handle_one_request()

    def do_GET(self) -> None:
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # its body is not read, and must not be taken for the next request
        self.server.turned(self.connection, answering=True)
        known, accepted = self.headers.get("If-None-Match", ""), " ".join(self.headers.get("Accept", "").split())
        try:
            made = self.server.answer(self.path, accepted, known)
        except Exception:  # a fault of ours: told in the log, and never the end of the watch
            log.exception("%s could not be answered", self.path)
            made = told(500, "dq could not answer; its log says why.")
        self._send(made)

    do_HEAD = do_GET  # noqa: N815

    def _send(self, made: Answer) -> None:
        until = time.monotonic() + ANSWERING
        self.connection.settimeout(ANSWERING)
        try:
            self.send_response(made.status)
            for name, value in {**ALWAYS, **made.headers}.items():
                self.send_header(name, value)
            if made.status != HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(made.size))
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD" and made.status != HTTPStatus.NOT_MODIFIED:
                self._send_body(made.body, until)
        finally:
            if isinstance(made.body, Opened):
                os.close(made.body.descriptor)

    def _send_body(self, body: bytes | Opened, until: float) -> None:
        if isinstance(body, bytes):
            self.wfile.write(body)
            return
        left = body.size
        while left > 0 and (piece := os.read(body.descriptor, min(PIECE, left))):
            self.connection.settimeout(max(until - time.monotonic(), 0.001))
            self.wfile.write(piece)
            left -= len(piece)
        self.close_connection = self.close_connection or left > 0  # it shrank: what was promised cannot be kept

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        self.close_connection = True
        if code == HTTPStatus.NOT_IMPLEMENTED:
            self._send(told(405, "Only GET and HEAD are answered.", Allow="GET, HEAD"))
        else:
            self._send(told(code, HTTPStatus(code).phrase))

    def version_string(self) -> str:
        return "dq"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  named by http.server
        log.debug("%s %s", self.address_string(), format % args)
