"""A real pgbouncer before a real PostgreSQL."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import free_port

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin")
PATIENCE = 10  # seconds until it listens
SECRET = "s3cret/@:word"


@dataclass(frozen=True)
class Pooler:
    """A pgbouncer at work.

    Attributes:
        port: where it listens on 127.0.0.1.
        program: its process.
    """

    port: int
    program: subprocess.Popen[bytes]

    def url(self, name="postgres", user="reader", password=SECRET, more=""):
        """The URL of a role through the pooler."""
        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{name}{more}"


@contextmanager
def pooled(server, mode="transaction", **settings):
    """A pgbouncer before that server, until the block ends; the test skips where none is installed.

    Args:
        settings: of pgbouncer's own file. Text that begins with -----BEGIN becomes a file that the setting names.
    """
    if PROGRAM is None:
        pytest.skip("needs pgbouncer (Debian: apt install pgbouncer)")
    folder = Path(tempfile.mkdtemp(prefix="dq-pooler-"))
    port = free_port()
    for name, text in settings.items():
        if str(text).startswith("-----BEGIN"):
            (folder / name).write_text(text)
            settings[name] = folder / name
    ours = {"listen_addr": "127.0.0.1", "listen_port": port, "unix_socket_dir": "", "auth_type": "scram-sha-256"}
    ours |= {"auth_file": folder / "users", "pool_mode": mode, "logfile": folder / "log"} | settings
    (folder / "users").write_text(f'"reader" "{SECRET}"\n')
    lines = ["[databases]", f"postgres = host=127.0.0.1 port={server.port} dbname=postgres", "[pgbouncer]"]
    (folder / "ini").write_text("\n".join([*lines, *(f"{name} = {value}" for name, value in ours.items())]))
    identity = {}
    if os.geteuid() == 0:  # it refuses to run as root
        identity = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, "nobody", "nogroup")
    program = subprocess.Popen([PROGRAM, "-q", folder / "ini"], cwd=folder, **identity)
    try:
        _wait_for(folder / "log", program)
        yield Pooler(port, program)
    finally:
        program.kill()
        program.wait()
        shutil.rmtree(folder)


def _wait_for(log, program):
    until = time.monotonic() + PATIENCE
    while not (log.exists() and "process up" in log.read_text()):
        assert program.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
