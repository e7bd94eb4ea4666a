"""The listening socket and its connections: a bounded number, none of which can keep others out."""

from __future__ import annotations

import logging
import selectors
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from dq.serving.answers import Answer
from dq.serving.visit import Visit

MOST = 32  # connections at once, each with a thread
PATIENCE = 0.02  # seconds for one of them to end by itself
log = logging.getLogger("dq.serving")


class Connections(socketserver.ThreadingTCPServer):
    """Gives each connection a thread; where there are MOST, one is closed for the new one.

    It is the one that has been silent for longest; where all are being answered, the one that has been so for longest. So
    whoever opens connections and says nothing, or reads without end, keeps nobody out for longer than it takes to
    connect.

    Args:
        answer: path, Accept and If-None-Match -> the answer.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], answer: Callable[[str, str, str], Answer]) -> None:
        self.answer = answer
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._room = threading.Condition()
        self._since: dict[socket.socket, tuple[bool, float]] = {}  # whether it is being answered, and since when
        super().__init__(address, Visit)
        self.socket.settimeout(0)  # a connection that was there a moment ago is not waited for
        self._ending, self._end = socket.socketpair()

    def keep(self) -> None:
        """Take connections, in this thread, until `close_all`; nothing is done while nobody asks."""
        with selectors.DefaultSelector() as readable:
            readable.register(self, selectors.EVENT_READ)
            readable.register(self._ending, selectors.EVENT_READ)
            while not any(key.fileobj is self._ending for key, _ in readable.select()):
                self.handle_request()

    def turned(self, connection: socket.socket, *, answering: bool) -> None:
        """That connection is being answered from now on, or its next request is waited for."""
        with self._room:
            if connection in self._since:
                self._since[connection] = answering, time.monotonic()

    def get_request(self) -> tuple[socket.socket, Any]:
        try:
            connection, address = super().get_request()
        except OSError:
            time.sleep(0.1)  # no descriptor is left: asking again at once would take a whole processor
            raise
        with self._room:
            room = self._room.wait_for(lambda: len(self._since) < MOST, PATIENCE)
            oldest = None if room else min(self._since, key=self._since.__getitem__)
            if oldest is not None:
                del self._since[oldest]
            self._since[connection] = False, time.monotonic()
        if oldest is not None:
            _shut(oldest)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._room:
            self._since.pop(request, None)
            self._room.notify()
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up, or takes too long, is no trouble of ours."""
        log.debug("a connection ended early: %r", sys.exception())

    def close_all(self, keeper: threading.Thread) -> None:
        """Listen no more, and end every connection; twice does no harm.

        Args:
            keeper: the thread that takes connections.
        """
        with suppress(OSError):  # closed already
            self._end.send(b"\0")
        keeper.join()
        with self._room:
            ending, self._since = list(self._since), {}
        for one in ending:
            _shut(one)
        for one in (self._end, self._ending):
            one.close()
        self.server_close()


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # it has ended already
        connection.shutdown(socket.SHUT_RDWR)
