"""A web server that stands in front of another one and fails as it is told."""

from __future__ import annotations

import http.client
import json
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit


@dataclass
class Proxy:
    """The server in front.

    Attributes:
        plan: what to do with the request of that number (from 0) and path; None: pass it on as it is.
        seen: the paths of all requests.
    """

    port: int
    upstream: int
    plan: object = None
    seen: list = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def in_front_of(upstream, plan=None):
    """A proxy of a port of 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Desk)
    server.daemon_threads = True
    server.proxy = proxy = Proxy(server.server_address[1], upstream, plan)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.over.set()
        server.shutdown()
        server.server_close()


class _Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each body waits 40 ms until the client has acknowledged the headers

    def do_GET(self):
        proxy = self.server.proxy
        parts = urlsplit(self.path)  # whole addresses, if it is asked as a forward proxy
        self.path = parts.path + (f"?{parts.query}" if parts.query else "")
        number = len(proxy.seen)
        proxy.seen.append(self.path)
        fault = proxy.plan(number, self.path) if proxy.plan else None
        with suppress(BrokenPipeError, ConnectionResetError):
            (fault or passed)(self)

    def log_message(self, *words):
        pass

    def fetched(self, path=None):
        """The real answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.proxy.upstream, timeout=60)
        names = ("apikey", "authorization", "accept", "accept-profile", "prefer")
        connection.request("GET", path or self.path, headers={n: self.headers[n] for n in names if n in self.headers})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        kept = {name: value for name, value in answer.getheaders() if name.lower() in {"content-type", "content-range"}}
        return answer.status, kept, body

    def give(self, status, headers, body, length=None):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)


def passed(desk):
    desk.give(*desk.fetched())


def answer(status, body=b"", **headers):
    """That status; a body that is no text is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return lambda desk: desk.give(status, named, content)


def changed(change):
    """The real answer with its body, or its headers, changed: `change(headers, body)` gives both."""

    def give(desk):
        status, headers, body = desk.fetched()
        desk.give(status, *change(headers, body))

    return give


def cut(after):
    """The real answer, of which only that many bytes of the body come before the connection ends."""

    def give(desk):
        status, headers, body = desk.fetched()
        desk.give(status, headers, body[:after], len(body) + 1)
        desk.close_connection = True

    return give


def hung_up(desk):
    """No answer at all."""
    desk.close_connection = True


def silent(desk):
    """Nothing, and the connection stays open."""
    desk.server.proxy.over.wait(120)
    desk.close_connection = True


def dripping(seconds):
    """The real answer, a byte at a time."""

    def give(desk):
        status, headers, body = desk.fetched()
        desk.give(status, headers, b"", len(body))
        for at in range(len(body)):
            if desk.server.proxy.over.wait(seconds):
                break
            desk.wfile.write(body[at : at + 1])
            desk.wfile.flush()
        desk.close_connection = True

    return give


def capped(rows):
    """The real server, had it been told to give so many rows at most."""

    def give(desk):
        parts = urlsplit(desk.path)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        others = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "limit"]
        limit = min(int(asked.get("limit", rows)), rows)
        desk.give(*desk.fetched(f"{parts.path}?{urlencode([*others, ('limit', limit)])}"))

    return give


def after(seconds, fault=passed):
    def give(desk):
        time.sleep(seconds)
        fault(desk)

    return give
