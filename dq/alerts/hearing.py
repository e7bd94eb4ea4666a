"""What apprise says while it works: of a message that it could not send it returns False, and logs why."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Of exceptions the innermost reason is shown, and nothing else: around it stand addresses with all of their secrets.
_REASONS = (
    r"\[Errno -?\d+\] ([^'\")\]]+)",
    r"(certificate verify failed: [^('\"]+)",
    r"\((?:code )?([245]\d\d), b?['\"]([^'\"]+)",  # of an SMTP server
    r"((?:read |connect )?timed? ?out)",
    r"(Name or service not known|Temporary failure in name resolution|Connection aborted|Remote end closed connection)",
)


class Heard(logging.Handler):
    """The lines of one thread: channels are told at once, each in a thread of its own."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._thread = threading.get_ident()
        self._complaints: list[str] = []
        self._causes: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it if it says what went wrong: a warning, or below it the exception that led to it."""
        if record.thread != self._thread:
            return
        text = record.getMessage()
        if record.levelno >= logging.WARNING:
            self._complaints.append(text)
        elif "xception" in text:
            self._causes.append(text)

    def reason(self) -> str:
        """The last complaint, with its cause in brackets where one is known."""
        said = (
            self._complaints[-1].replace(".,", ",")
            if self._complaints
            else "it was not accepted, and apprise does not say why"
        )
        cause = _innermost(self._causes[-1]) if self._causes else ""
        said = said.rstrip(" .:")  # as before a secret or an empty value that is left out
        return f"{said} ({cause})" if cause and cause not in said else said


@contextmanager
def heard() -> Iterator[Heard]:
    """What apprise says in this thread meanwhile; in our own log its lines would stand with addresses and bodies."""
    ours, log = Heard(), logging.getLogger("apprise")
    with _quiet:
        log.setLevel(logging.DEBUG)
        log.propagate = False
        log.addHandler(ours)
    try:
        yield ours
    finally:
        log.removeHandler(ours)


_quiet = threading.Lock()


def _innermost(text: str) -> str:
    for pattern in _REASONS:
        found = re.search(pattern, text, re.IGNORECASE)
        if found:
            return " ".join(part for part in found.groups() if part).strip()
    return ""
