"""What goes wrong in the question itself: told at once, before anything is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trouble_leaks import Leak
from trouble_rows import Command, Faults

fault = Faults("settings")


@contextmanager
def servers(_folder: Path) -> Iterator[None]:
    """None is needed."""
    yield


def leaks(_folder: Path, _runs: int) -> Iterator[Leak]:
    """Nothing is opened."""
    return iter(())


@fault("no source at all", 2, "nothing to validate", soon=2, quick=True)
def _(_servers):
    yield Command([])


@fault("Supabase's address without a key", 2, "SUPABASE_KEY", soon=2, quick=True)
def _(_servers):
    yield Command(["https://abcdefgh.supabase.co", "--window", "1h"])


@fault("a key that does not exist", 2, "retires", soon=2, quick=True)
def _(_servers):
    yield Command(["--window", "1h"], '[source]\nurl = "postgresql://x@127.0.0.1:1/bars"\nretires = 3\n')


@fault("an interval that cannot be", 2, "-1m", soon=2, quick=True)
def _(_servers):
    yield Command(
        ["--window", "1h"], '[source]\nurl = "postgresql://x@127.0.0.1:1/bars"\n[series."ES"]\ninterval = "-1m"\n'
    )


@fault("a calendar that does not exist", 2, "XNYSE", soon=2, quick=True)
def _(_servers):
    yield Command(["postgresql://x@127.0.0.1:1/bars", "--calendar", "XNYSE"])


@fault("a severity with a typo", 2, "critcal", soon=2, quick=True)
def _(_servers):
    yield Command(["postgresql://x@127.0.0.1:1/bars"], '[[alert]]\nurl = "slack://a/b/c"\nmin_severity = "critcal"\n')


@fault("several of them at once", 2, "3 faults", soon=2, quick=True)
def _(_servers):
    yield Command(
        ["--window", "1h", "--calendar", "XNYSE"],
        '[source]\nurl = "postgresql://x@127.0.0.1:1/b"\nretires = 3\nretries = "a"\n',
    )


@fault("a dq.toml that is no TOML", 2, "dq.toml", soon=2)
def _(_servers):
    yield Command(["--window", "1h"], "[source\n")


@fault("a suite that does not exist", 2, "ohlc_2m", soon=2)
def _(_servers):
    yield Command(["postgresql://x@127.0.0.1:1/bars", "--suite", "ohlc_2m"])
