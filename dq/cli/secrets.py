"""The secrets that this process was given, so that no log and no sentence shows them, whoever wrote it."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from pathlib import Path

from dq.settings import masked_text, settings_and_faults
from dq.settings.dotenv import read_dotenv
from dq.settings.scrubbing import names_in, secrets_in, secrets_of


def discreet(text: str) -> str:
    """The text without anything that is, or looks like, a secret of this process."""
    return masked_text(text, known_secrets())


def known_secrets() -> frozenset[str]:
    """Those of the environment, `.env`, `dq.toml` and the command line, found wrong or right."""
    folder = Path()  # its name is not asked for: it may have been deleted
    assigned = read_dotenv(folder / ".env", os.environ)
    lines = {name: one.value for name, one in assigned.items()} if isinstance(assigned, dict) else {}
    settings, _ = settings_and_faults(os.environ, folder)
    addresses = [settings.source.url, settings.reference, settings.collector.metrics, str(settings.history)]
    addresses += [*(alert.url for alert in settings.alerts), *sys.argv[1:], settings.heartbeat]
    found = {*secrets_of(os.environ), *secrets_of(lines), *_pinged(settings.heartbeat or "")}
    found = found.union(*(secrets_in(one) for one in addresses if one))
    return frozenset(found.difference(*(names_in(one) for one in addresses if one)))


def _pinged(heartbeat: str) -> list[str]:
    """What is secret of an address that has its key in its path: parts that are no words."""
    path = heartbeat.partition("://")[2].partition("?")[0].partition("#")[0]
    return [part for part in path.split("/")[1:] if len(part) >= 8 and any(sign.isdigit() for sign in part)]


def trace_text(trouble: BaseException) -> str:
    """Where it happened, as Python tells it, without secrets."""
    return discreet("".join(traceback.format_exception(trouble)))


class Discreet(logging.Formatter):
    """Formats the records of dq and of the libraries below it; known secrets are looked up at the first one."""

    def __init__(self, layout: str) -> None:
        super().__init__(layout)
        self._secrets: frozenset[str] | None = None

    def format(self, record: logging.LogRecord) -> str:
        """The line, traceback and all."""
        if self._secrets is None:
            self._secrets = known_secrets()
        return masked_text(super().format(record), self._secrets)
