"""What is answered to which path."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dq.serving.files import Opened, opened

PLAIN, JSON, HTML = "text/plain; charset=utf-8", "application/json", "text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NO_SITE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10"><title>dq watch</title></head>
<body><h1>dq watch</h1><p>There are no pages yet: the first run writes them. This page looks again every ten seconds.</p>
<ul><li><a href="/healthz">/healthz</a>: does the watch turn?</li>
<li><a href="/readyz">/readyz</a>: could it tell of late?</li>
<li><a href="/metrics">/metrics</a>: its numbers</li></ul></body></html>
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a status, its headers, and the bytes of the body or the file that holds them."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Opened = b""

    @property
    def size(self) -> int:
        return len(self.body) if isinstance(self.body, bytes) else self.body.size


def told(status: int, sentence: str, **headers: str) -> Answer:
    """An answer of one sentence."""
    return Answer(status, {"Content-Type": PLAIN, "Cache-Control": "no-store", **headers}, f"{sentence}\n".encode())


class Desk:
    """Answers questions about the watch.

    Args:
        pages: the folder of the site; it need not be there yet.
        alive, ready: whether all is well, and the document that says so.
        metrics: the text in the format that is accepted, and its content type.
    """

    def __init__(
        self,
        pages: Path,
        alive: Callable[[], tuple[bool, dict[str, Any]]],
        ready: Callable[[], tuple[bool, dict[str, Any]]],
        metrics: Callable[[str], tuple[bytes, str]],
    ) -> None:
        self._pages, self._metrics = pages, metrics
        self._documents = {"/healthz": alive, "/readyz": ready}

    def answer(self, asked: str, accepted: str, known: str) -> Answer:
        """The answer to a path.

        Args:
            asked: the target of the request.
            accepted: its Accept; known: its If-None-Match, or "".
        """
        path = asked.partition("?")[0].partition("#")[0]
        if path in self._documents:
            well, document = self._documents[path]()
            body = json.dumps(document, indent=1).encode() + b"\n"
            return Answer(200 if well else 503, {"Content-Type": JSON, "Cache-Control": "no-store"}, body)
        if path == "/metrics":
            text, kind = self._metrics(accepted)
            return Answer(200, {"Content-Type": kind, "Cache-Control": "no-store"}, text)
        return self._page(path, known)

    def _page(self, path: str, known: str) -> Answer:
        found = opened(self._pages, path) if path.startswith("/") else None
        if found is None and path == "/":
            return Answer(200, {"Content-Type": HTML, "Cache-Control": "no-store"}, NO_SITE.encode())
        if found is None:
            return told(404, "There is no such page.")
        if isinstance(found, str):
            return told(301, "It is a folder.", Location=found)
        headers = {"Content-Type": found.kind, "Cache-Control": "no-cache", "ETag": found.tag}
        return Answer(200 if known != found.tag else 304, headers, found)
