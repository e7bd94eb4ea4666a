"""One request for the metrics of the collector, over within seconds whatever answers; imported by those who send it."""

from __future__ import annotations

import http.client
import socket
import time
import urllib.error
import urllib.request
from base64 import b64encode
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from dq.settings.masking import masked
from dq.sources.attempt import Attempt
from dq.sources.said import said_by

SECONDS = 5.0  # for all of it
LARGEST = 16 << 20  # bytes of an answer
PIECE = 1 << 16
ACCEPT = "text/plain;version=0.0.4"
SILENT = f"does not answer within {SECONDS:g} s"


class UnreadableError(Exception):
    """There is no answer that can be used; the message says why, in a clause that begins with the address."""


class _Staying(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: the address may hold a password."""

    def redirect_request(self, *_: Any) -> None:
        return None


def fetched(url: str) -> str:
    """What answers at that address.

    Raises:
        UnreadableError: nothing does within 5 s, or it answers with an error, with too much, or from elsewhere.
    """
    place = masked(url)
    try:
        return Attempt(lambda: _get(url), "dq-metrics").made(SECONDS)
    except urllib.error.HTTPError as wrong:
        elsewhere = " and sends us elsewhere" if 300 <= wrong.code < 400 else ""
        raise UnreadableError(f"{place} answers with status {wrong.code}{elsewhere}") from None
    except TimeoutError:
        raise UnreadableError(f"{place} {SILENT}") from None
    except urllib.error.URLError as wrong:
        silent = isinstance(wrong.reason, TimeoutError)
        why = SILENT if silent else f"cannot be reached: {_said(wrong.reason)}"
        raise UnreadableError(f"{place} {why}") from None
    except (OSError, ValueError, http.client.HTTPException) as wrong:
        raise UnreadableError(f"{place} cannot be read: {masked(said_by(wrong))}") from None


def _get(url: str) -> str:
    began = time.monotonic()
    opener = urllib.request.build_opener(_Staying)
    with opener.open(_request(url), timeout=SECONDS) as answer:
        content = bytearray()
        while piece := answer.read1(PIECE):
            content += piece
            if len(content) > LARGEST:
                raise ValueError(f"it is longer than {LARGEST >> 20} MB")
            if time.monotonic() - began > SECONDS:  # it drips: nobody waits for this thread any more
                raise TimeoutError
    return content.decode("utf-8", "replace")


def _request(url: str) -> urllib.request.Request:
    """Who asks stands in a header, not in the address, where urllib would take it for part of the host."""
    parts = urlsplit(url)
    who, at, host = parts.netloc.rpartition("@")
    request = urllib.request.Request(urlunsplit(parts._replace(netloc=host)), headers={"Accept": ACCEPT})  # noqa: S310  settings admit http and https alone
    if at:
        request.add_header("Authorization", f"Basic {b64encode(unquote(who).encode()).decode()}")
    return request


def _said(reason: object) -> str:
    if isinstance(reason, socket.gaierror):
        return "there is no host of that name"
    if isinstance(reason, ConnectionRefusedError):
        return "nobody listens there"
    return masked(said_by(reason)) if isinstance(reason, BaseException) else str(reason)[:200]
