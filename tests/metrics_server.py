"""A real web server that answers with metrics, or with whatever else it is told."""

import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler

from local_server import served


class Desk:
    """What to answer: `text` with `status` under every path, but for those that say how they fail."""

    def __init__(self, port):
        self.port = port
        self.over = threading.Event()
        self.seen = []
        self.answer("")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def answer(self, text, status=200, **headers):
        self.text, self.status, self.headers = text, status, headers


@contextmanager
def serving():
    """A server on a free port of 127.0.0.1."""
    with served(_Window) as server:
        server.desk = desk = Desk(server.server_address[1])
        try:
            yield desk
        finally:
            desk.over.set()


class _Window(BaseHTTPRequestHandler):
    def do_GET(self):
        desk = self.server.desk
        desk.seen.append(dict(self.headers))
        with suppress(OSError):
            if self.path == "/hang":
                desk.over.wait(30)
            elif self.path == "/drip":
                self._drip(desk)
            elif self.path == "/huge":
                self._head(200, {})
                for _ in range(20):
                    self.wfile.write(b"a_total 1\n" * 100_000)
            else:
                self._head(desk.status, desk.headers)
                self.wfile.write(desk.text.encode())

    def _drip(self, desk):
        self._head(200, {})
        while not desk.over.is_set():
            self.wfile.write(b"a_total 1\n")
            time.sleep(0.05)

    def _head(self, status, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        pass
