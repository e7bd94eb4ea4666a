"""A server that speaks Yahoo's chart API, its cookies and crumbs included, and fails in the ways in which Yahoo fails."""

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np

CHART = "/v8/finance/chart/"
CRUMB, COOKIE = "/query1.finance.yahoo.com/v1/test/getcrumb", "/fc.yahoo.com"
SECONDS = {"1m": 60, "2m": 120, "5m": 300, "15m": 900, "90m": 5400, "1h": 3600, "1d": 86_400, "1wk": 604_800}
BACK = {"1m": 30, "1h": 730, "1d": 40_000, "1wk": 40_000}  # days; 60 of all others
LONGEST = {"1m": 8}  # days that one request may cover
TICK = 0.25
DELISTED = {"code": "Not Found", "description": "No data found, symbol may be delisted"}


def prices(seconds, step):
    """Open, high, low, close and volume of the bars that open then: always the same, each open the close before."""
    at = np.asarray(seconds, np.int64) // step
    mark = lambda k: np.rint((20_000 + 90 * np.sin(k / 211) + 25 * np.sin(k / 13) + _chance(k, 24)) / TICK) * TICK  # noqa: E731
    opens, closes = mark(at), mark(at + 1)
    highs = np.maximum(opens, closes) + _chance(at * 3, 5) * TICK
    lows = np.minimum(opens, closes) - _chance(at * 7, 5) * TICK
    return {"open": opens, "high": highs, "low": lows, "close": closes, "volume": 100 + _chance(at, 900)}


def _chance(numbers, most):
    return (np.asarray(numbers, np.int64) * 2_654_435_761 >> 9) % most


@dataclass
class Yahoo:
    """What the server knows, and what it was asked.

    Attributes:
        now: seconds UTC.
        symbols: symbol -> seconds of the bars that it lacks; any other symbol is unknown.
        opens: whether the market is open at those seconds.
        faults: symbol, or "" for all -> the names of what goes wrong, one per request; the last one stays.
        live: the newest bar stands at odd seconds.
        asked: (symbol, interval, start, end, with hours before and after) of each question.
    """

    now: int
    symbols: dict = field(default_factory=lambda: {"BTC-USD": (), "ETH-USD": ()})
    opens: object = None
    faults: dict = field(default_factory=dict)
    live: bool = False
    pause: float = 0.0
    retry_after: str | None = None
    asked: list = field(default_factory=list)
    visits: Counter = field(default_factory=Counter)
    url: str = ""

    def __enter__(self):
        self._server = _Listening(("127.0.0.1", 0), type("Bound", (_Answering,), {"yahoo": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def fault(self, symbol):
        """What goes wrong with this question; "" for nothing."""
        for name in (symbol, ""):
            waiting = self.faults.get(name)
            if waiting:
                return waiting[0] if len(waiting) == 1 else waiting.pop(0)
        return ""

    def chart(self, symbol, interval, start, end):
        """Status and chart, as Yahoo gives them."""
        if symbol not in self.symbols:
            return 404, {"result": None, "error": DELISTED}
        step, reach = SECONDS[interval], BACK.get(interval, 60)
        if start < self.now - reach * 86_400 or end - start > LONGEST.get(interval, 40_000) * 86_400:
            words = (
                f"{interval} data not available for startTime={start} and endTime={end}. The requested range must be"
            )
            return 422, {"result": None, "error": {"code": "Unprocessable Entity", "description": f"{words} within …"}}
        stamps = np.arange(-(-start // step) * step, min(end, self.now), step)
        stamps = stamps[~np.isin(stamps, self.symbols[symbol])]
        if self.opens is not None:
            stamps = stamps[self.opens(stamps)]
        columns = prices(stamps, step)
        if self.live and len(stamps):
            stamps[-1] += step - 7
        meta = {
            "symbol": symbol,
            "currency": "USD",
            "exchangeTimezoneName": "America/New_York",
            "dataGranularity": interval,
        }
        quote = {name: column.tolist() for name, column in columns.items()} if len(stamps) else {}
        result = {"meta": meta, "indicators": {"quote": [quote]}}
        return 200, {"result": [result | ({"timestamp": stamps.tolist()} if len(stamps) else {})], "error": None}


def _uneven(chart):
    chart["result"][0]["indicators"]["quote"][0]["close"].pop()


def _priceless(chart):
    for column in chart["result"][0]["indicators"]["quote"][0].values():
        column[-30:-27] = [None] * 3


def _wordy(chart):
    chart["result"][0]["indicators"]["quote"][0]["close"][3] = "n/a"


def _quoted(chart):
    closes = chart["result"][0]["indicators"]["quote"][0]["close"]
    closes[:] = map(str, closes)


def _true(chart):
    chart["result"][0]["indicators"]["quote"][0]["volume"][3] = True


def _huge(chart):
    chart["result"][0]["indicators"]["quote"][0]["volume"][3] = 10**400


def _far(chart):
    chart["result"][0]["timestamp"][-1] = 10**15


def _hourly(chart):
    chart["result"][0]["meta"]["dataGranularity"] = "1h"


def _stampless(chart):
    del chart["result"][0]["timestamp"]


def _empty(chart):
    chart["result"] = []


SPOILED = {
    "uneven": _uneven,
    "priceless": _priceless,
    "wordy": _wordy,
    "quoted": _quoted,
    "true": _true,
    "huge": _huge,
    "far": _far,
    "hourly": _hourly,
    "stampless": _stampless,
    "empty": _empty,
}
PLAIN = {  # status and body
    "limited": (429, b"Too Many Requests\r\n"),
    "down": (503, b"<html>Service Unavailable</html>"),
    "back soon": (200, b"<html>Will be right back...</html>"),
    "page": (200, b"<html>Please sign in to this network</html>"),
    "refused": (403, b"<html>Forbidden</html>"),
    "nothing": (200, b""),
    "null": (200, b'{"chart": null}'),
    "deep": (200, b"[" * 200_000),
    "no dates": (400, b'{"chart":{"result":null,"error":{"code":"Bad Request","description":"Data doesn\'t exist for startDate = 1, endDate = 2"}}}'),
    "crumb": (401, b'{"chart":{"result":null,"error":{"code":"Unauthorized","description":"Invalid Crumb"}}}'),
}  # fmt: skip


class _Listening(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):  # whoever asked has left
        pass


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each body waits 40 ms until the client has acknowledged the headers
    yahoo: Yahoo

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.do_GET()

    def do_GET(self):
        place = urlsplit(self.path)
        self.yahoo.visits[place.path.split(CHART)[0]] += 1
        if CHART in place.path:
            return self._chart(unquote(place.path.split(CHART)[1]), parse_qs(place.query))
        if place.path == CRUMB:
            return self._send(200, b"crumb.1234")
        if place.path.startswith(COOKIE):
            return self._send(404, b"", {"Set-Cookie": "A3=d=secret; Max-Age=31557600; Domain=127.0.0.1; Path=/"})
        return self._send(404, b"<html>no consent is asked for</html>")

    def _chart(self, symbol, query):
        start, end = (int(query[name][0]) for name in ("period1", "period2"))
        interval = query["interval"][0]
        self.yahoo.asked.append((symbol, interval, start, end, query["includePrePost"] == ["true"]))
        fault = self.yahoo.fault(symbol)
        if fault in PLAIN:
            return self._send(*PLAIN[fault])
        status, chart = self.yahoo.chart(symbol, interval, start, end)
        if fault in SPOILED and chart["result"]:
            SPOILED[fault](chart)
        body = json.dumps({"chart": chart}).encode()
        if fault == "silent":
            time.sleep(self.yahoo.pause)
        if fault == "cut":  # half of the answer, whole by its own account
            body = body[: len(body) // 2]
        if fault == "broken off":
            return self._send(status, body[: len(body) // 2], {"Content-Length": str(len(body))}, ends=True)
        if fault == "drips":
            return self._drip(body)
        return self._send(status, body)

    def _send(self, status, body, headers=None, *, ends=False):
        told = {"Content-Length": str(len(body)), "Content-Type": "application/json"} | (headers or {})
        if status == 429 and self.yahoo.retry_after:
            told["Retry-After"] = self.yahoo.retry_after
        self.send_response(status)
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or ends

    def _drip(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for at in range(0, len(body), 20):
            self.wfile.write(body[at : at + 20])
            self.wfile.flush()
            time.sleep(0.1)
