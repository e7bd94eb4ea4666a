"""What goes wrong between dq and a server that speaks Yahoo's chart API; nothing reaches the network."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trouble_leaks import Leak, leak_of, question
from trouble_rows import Command, Faults
from yahoo_server import Yahoo

from dq.model import SECOND

PROGRAM = (str(Path(__file__).with_name("yahoo_dq.py")),)
BTC = ("yahoo:BTC-USD", "--window", "1h")

fault = Faults("Yahoo", slack=3.0)


@contextmanager
def servers(_folder: Path) -> Iterator[Yahoo]:
    with Yahoo(now=int(time.time())) as yahoo:
        yield yahoo


def leaks(folder: Path, runs: int) -> Iterator[Leak]:
    """Runs that can tell, and runs that Yahoo does not answer; all in this process, so its requests are turned away here."""
    from curl_cffi.requests import Session
    from yahoo_dq import redirected

    with servers(folder) as yahoo:
        ask = redirected(yahoo.url)
        try:
            whole = question("yahoo:BTC-USD", folder, yahoo.now * SECOND, retries=0)
            yield leak_of("Yahoo, bars judged", whole, runs, 0, lambda: 0)
            yahoo.faults[""] = ["broken off"]
            yield leak_of("Yahoo, lost in mid-read", whole, runs, 3, lambda: 0)
        finally:
            Session.request = ask


def asked(yahoo: Yahoo, *what: str, settings: str = "", words=BTC) -> Iterator[Command]:
    """The question while those faults are met, one by each request, the last one by all that follow."""
    yahoo.faults[""] = list(what)
    try:
        yield Command(words, settings, {"YAHOO_AT": yahoo.url}, PROGRAM)
    finally:
        yahoo.faults.clear()


@fault("no answer in time", 3, "did not answer", soon=12)
def _(yahoo):
    yahoo.pause = 30
    yield from asked(yahoo, "silent", settings='[source]\ncall_timeout = "2s"\nretries = 0\n')


@fault("an answer that drips", 3, "did not answer", soon=12)
def _(yahoo):
    yield from asked(yahoo, "drips", settings='[source]\ncall_timeout = "2s"\nretries = 0\n')


@fault("429: too many requests", 3, "Too Many requests", soon=15)
def _(yahoo):
    yield from asked(yahoo, "limited")


@fault("429 once, then an answer", 0, "bars, pass", soon=8)
def _(yahoo):
    yield from asked(yahoo, "limited", "")


@fault("503", 3, "HTTP 503", soon=15)
def _(yahoo):
    yield from asked(yahoo, "down")


@fault("403", 3, "HTTP 403", soon=8)
def _(yahoo):
    yield from asked(yahoo, "refused")


@fault("a page instead of an answer", 3, "no chart", soon=15)
def _(yahoo):
    yield from asked(yahoo, "page")


@fault("cut in the middle", 3, "no chart", soon=15)
def _(yahoo):
    yield from asked(yahoo, "cut")


@fault("the connection is lost in the middle", 3, "broke off", soon=15)
def _(yahoo):
    yield from asked(yahoo, "broken off")


@fault("columns of different lengths", 3, "not whole", soon=15)
def _(yahoo):
    yield from asked(yahoo, "uneven")


@fault("a price that is no number", 3, "no number", soon=15)
def _(yahoo):
    yield from asked(yahoo, "wordy")


@fault("bars of another interval than was asked for", 3, "where 1m were asked for", soon=15)
def _(yahoo):
    yield from asked(yahoo, "hourly")


@fault("an empty body", 3, "no chart", soon=15)
def _(yahoo):
    yield from asked(yahoo, "nothing")


@fault("an answer without a result", 3, "empty", soon=15)
def _(yahoo):
    yield from asked(yahoo, "empty")


@fault("a symbol that is delisted", 3, "delisted", soon=8)
def _(yahoo):
    yield from asked(yahoo, "", words=("yahoo:TWTR", "--window", "1h"))


@fault("nothing goes wrong", 0, "bars, pass", soon=8)
def _(yahoo):
    yield from asked(yahoo, "")
