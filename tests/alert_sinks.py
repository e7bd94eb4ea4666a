"""Where alerts arrive in tests: a web server and a mail server that can be told to fail, and lives to tell of."""

import email
import json
import threading
from contextlib import contextmanager
from email import policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from postgres_server import free_port

from dq.model import HOUR, MINUTE, Life, Message, Scope
from dq.settings import AlertSettings

NOON = 1_772_971_200_000_000  # 2026-03-08T12:00:00Z
OK, HANG = 200, 0


class WebSink(ThreadingHTTPServer):
    """Keeps what is posted to it; `answers` are the status codes of the next requests, 200 where there are none left."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Posted)
        self.got, self.answers, self.always = [], [], OK
        self.released = threading.Event()

    @property
    def url(self):
        return f"json://127.0.0.1:{self.server_port}/hook"

    def channel(self, name="desk", **more):
        return AlertSettings(self.url, name, **more)

    @property
    def titles(self):
        return [one["title"] for one in self.got]

    @property
    def ids(self):
        return [one["id"] for one in self.got]


class _Posted(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.server.answers.pop(0) if self.server.answers else self.server.always
        if status == HANG:
            self.server.released.wait(30)
            return
        if status == OK:
            self.server.got.append(body | {"path": self.path})
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words):
        pass


@contextmanager
def web_sink():
    sink = WebSink()
    thread = threading.Thread(target=sink.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        sink.released.set()
        sink.shutdown()
        sink.server_close()


class _Mailbox:
    def __init__(self):
        self.got, self.refusal = [], None

    async def take(self, _server, _session, envelope):
        if self.refusal:
            return self.refusal
        self.got.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"

    handle_DATA = take  # noqa: N815  as aiosmtpd calls it


@contextmanager
def mail_sink():
    """A mailbox and the address of the server before it."""
    mailbox = _Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        yield mailbox, f"mailto://127.0.0.1:{server.port}/?from=dq@example.com&to=desk@example.com"
    finally:
        server.stop()


def life(**more):
    """An incident: NQ=F has had no bar since noon."""
    told = {
        "id": "7d0c41aa93be",
        "source": "bars.csv",
        "kind": "stale_series||NQ=F 1m",
        "check": "stale_series",
        "cause": "outage",
        "severity": "critical",
        "worst": "critical",
        "state": "open",
        "first_seen": NOON + 6 * MINUTE,
        "last_seen": NOON + 6 * MINUTE,
        "start": NOON,
        "end": NOON + 4 * MINUTE,
        "series": ("NQ=F",),
        "message": "The series has stopped: 5 bars due and not there, 5 min of market time.",
        "scope": Scope("ohlc_1m", HOUR),
    }
    if "severity" in more:
        more.setdefault("worst", more["severity"])
    return Life(**told | more)


def message(number=1, channel="desk", **more):
    told = {
        "id": f"m{number}-{channel}",
        "source": "bars.csv",
        "incident": "7d0c41aa93be",
        "channel": channel,
        "what": "opened",
        "severity": "critical",
        "title": f"CRITICAL NQ=F: number {number}",
        "body": "The series has stopped: *5* bars <due> & not there.\nWhat to do: look.",
        "link": "",
        "created": NOON + number,
    }
    return Message(**told | more)
