"""A web server that alerts are sent to: it keeps every message, and may refuse, hang or fail as it is told."""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from local_server import served


@dataclass
class Sink:
    """What has arrived.

    Attributes:
        got: the fields of each message, in the order of arrival.
        status: what is answered; pause: seconds before.
    """

    port: int
    got: list = field(default_factory=list)
    status: int = 200
    pause: float = 0.0

    @property
    def url(self):
        return f"json://127.0.0.1:{self.port}/"

    def count(self, what):
        return sum(one["what"] == what for one in self.got)

    def doubled(self):
        """Ids that arrived more than once."""
        return {name: times for name, times in Counter(one["id"] for one in self.got).items() if times > 1}


@contextmanager
def listening():
    """A sink on a port of 127.0.0.1."""
    with served(_Desk) as server:
        server.sink = sink = Sink(server.server_address[1])
        yield sink


class _Desk(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sink = self.server.sink
        time.sleep(sink.pause)
        if sink.status < 300:
            sink.got.append(body | {"came": time.time()})
        self.send_response(sink.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass
