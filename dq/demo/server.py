"""One server: made in a room of its own, started on 127.0.0.1 behind a password of its own, stopped, removed."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dq.demo.postgres import call, copied, find_programs, reachable, stand_in, undisturbed
from dq.model import SourceError

USER = "dq"
_OPTIONS = "listen_addresses=127.0.0.1", "unix_socket_directories=''", "fsync=off", "timezone=UTC"


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL and where it lives.

    Attributes:
        room: folder with all that belongs to it; nothing of it lies elsewhere.
        programs: folder of its programs.
        port: on 127.0.0.1; sockets in folders have names of 107 letters at most, which a long path exceeds.
    """

    room: Path
    programs: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        """How a client finds it."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/postgres?sslmode=disable"

    @property
    def cluster(self) -> Path:
        """Its data."""
        return self.room / "cluster"


def settle(beside: Path, port: int | None, password: str) -> Server:
    """A server with an empty room; it is not made yet.

    Args:
        beside: where its room is to be; for root it is elsewhere, where the user who stands in for root can enter.
        port: the one to prefer where it is free, or None.
    """
    programs, owner = find_programs(), stand_in()
    if owner is None:
        room = beside / "postgres"
        room.mkdir(mode=0o700)
    else:
        with undisturbed():
            room = Path(tempfile.mkdtemp(prefix="dq-demo-"))
            os.chown(room, owner.user, owner.group)
            programs = programs if reachable(programs) else copied(programs, room, owner)
    return Server(room, programs, port if port and _free(port) else _any_port(), password)


def start(server: Server) -> None:
    """Make the server's cluster and let it run; it answers when this returns.

    Raises:
        SourceError: it does not start, with the last that it said.
    """
    key = server.room / "password"
    key.touch(mode=0o600)
    key.write_text(server.password, "utf-8")
    if (owner := stand_in()) is not None:
        os.chown(key, owner.user, owner.group)
    made = call(
        server.programs / "initdb",
        *("-D", str(server.cluster), "-U", USER, "--pwfile", str(key), "--auth", "scram-sha-256"),
        *("--no-sync", "--encoding", "UTF8", "--locale", "C"),
        owner=owner,
    )
    key.unlink()
    if made != 0 or not resume(server):
        log = server.room / "log"
        said = log.read_text("utf-8", "replace").strip().splitlines() if log.is_file() else []
        raise SourceError(
            f"The demo's PostgreSQL does not start{': ' if said else ''}{said[-1] if said else ''}.",
            hint=f"It was to live in {server.room}: is there room on the disk, and a shared memory that it may use?",
        )


def resume(server: Server) -> bool:
    """Let a server run that was made and does not; whether it does."""
    options = " ".join(f"-c {option}" for option in (*_OPTIONS, f"port={server.port}"))
    return _control(server, "start", "-o", options, "-l", str(server.room / "log")) == 0


def pause(server: Server) -> bool:
    """Stop a server that is to run again: connections are cut, and refused from now on; whether it stands."""
    return _control(server, "stop", "-m", "fast") == 0


def running(server: Server) -> bool:
    """Whether it runs. Files alone do not say so, nor does a process of that number, which may be another's or dead."""
    noted = server.programs.is_dir() and _control(server, "status") == 0
    return noted and _listens(server.port)


def stop(server: Server) -> bool:
    """End it and remove its room; whether it ran.

    Raises:
        SourceError: it does not end.
    """
    with undisturbed():
        ran = running(server)
        if ran and 0 not in (_control(server, "stop", "-m", mode) for mode in ("fast", "immediate")):
            raise SourceError(
                f"The demo's PostgreSQL in {server.room} does not stop.", hint="End its processes by hand."
            )
        shutil.rmtree(server.room, ignore_errors=True)
        return ran


def _control(server: Server, order: str, *arguments: str) -> int:
    program = server.programs / "pg_ctl"
    return call(program, order, "-D", str(server.cluster), "-w", "-t", "30", *arguments, owner=stand_in())


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL does: its own last port is free
        probe.bind(("127.0.0.1", port))
        return True
    return False


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
