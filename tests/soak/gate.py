"""A gate before a port: it passes what comes, or cuts it, or says nothing, as it is told at any moment."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress


class Gate:
    """Attributes:
    port: where it listens; way: `pass`, `cut` (connections end at once, those that stand too) or `silent`.
    """

    def __init__(self, target):
        self.way = "pass"
        self._target = target
        self._ends = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def turn(self, way):
        self.way = way
        for end in self._ends if way == "cut" else ():
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        if way == "cut":
            self._ends.clear()

    def close(self):
        self.turn("cut")
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self):
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                if self.way == "cut":
                    client.close()
                    continue
                upstream = socket.create_connection(("127.0.0.1", self._target))
                self._ends += [client, upstream]
                for one, other in ((client, upstream), (upstream, client)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one, other):
        with suppress(OSError):
            while block := one.recv(65536):
                if self.way == "silent":
                    continue  # swallowed, now and for good
                other.sendall(block)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def gate(target):
    made = Gate(target)
    try:
        yield made
    finally:
        made.close()
