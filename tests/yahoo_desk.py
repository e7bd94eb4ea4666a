"""How tests ask the real `dq` about Yahoo: in this process and in one of its own, with a server in Yahoo's place."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from curl_cffi.requests import Session
from validate_support import Desk
from yahoo_dq import redirected
from yahoo_server import Yahoo

from dq.model import SECOND

NOW = int(time.time()) // 60 * 60
AT = NOW * SECOND
LAUNCHER = Path(__file__).parent / "yahoo_dq.py"


class YahooDesk(Desk):
    """A desk at which Yahoo is a server of our own."""

    def start(self, *words, **environment):
        return subprocess.Popen(
            [sys.executable, LAUNCHER, "validate", *map(str, words)],
            cwd=self.folder,
            env=self.environment | environment,
            **dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE),
        )


@pytest.fixture
def yahoo(monkeypatch):
    with Yahoo(NOW) as server:
        monkeypatch.setenv("YAHOO_AT", server.url)
        ask = redirected(server.url)
        yield server
        Session.request = ask


@pytest.fixture
def shell(shell, yahoo):
    """A folder to work in, where every question is a process of its own: a second for yfinance's import alone."""
    yahoo.now = int(time.time()) // 60 * 60
    return YahooDesk(shell.folder, shell.cache)


@pytest.fixture
def desk(desk, yahoo, monkeypatch):
    """The same, where `dq` runs in this process, and makes its further attempts at once."""
    monkeypatch.setattr("dq.sources.retrying.FIRST_PAUSE", 0.01)
    yahoo.now = int(time.time()) // 60 * 60
    return desk
