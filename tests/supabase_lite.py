"""A real Supabase for tests: its own small server over the tests' PostgreSQL. `npm ci` in tests/supabase installs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

from postgres_server import Server, free_port

CLI = Path(__file__).parent / "supabase" / "node_modules" / "@supabase" / "lite" / "dist" / "cli" / "index.js"
PUBLISHABLE, SECRET = "sb_publishable_dqtests", "sb_secret_dqtests"
CONFIG = """[db]
driver = "postgres"
url = "postgres://lite:lite@127.0.0.1:{port}/postgres"
[api]
port = {own}
schemas = ["public", "{schema}"]
max_rows = {rows}
[auth]
publishable_key = "{publishable}"
secret_key = "{secret}"
jwt_secret = "for-the-tests-alone-32-letters-and-more"
"""
ROLES = """DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lite') THEN
    CREATE ROLE lite SUPERUSER LOGIN PASSWORD 'lite';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'anon') THEN
    CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE service_role BYPASSRLS;
  END IF;
END $$"""


@dataclass(frozen=True)
class Lite:
    """A running server, and the schema whose tables it shows."""

    url: str
    schema: str
    server: Server

    @property
    def port(self):
        return int(self.url.rpartition(":")[2])


def absent():
    """What is missing to start it, or None."""
    if shutil.which("node") is None:
        return "needs node: the Supabase of the tests runs on it"
    return None if CLI.is_file() else "needs the Supabase of the tests: npm ci --prefix tests/supabase"


@contextmanager
def lite(server, *statements, rows=1_000_000):
    """The server over a schema of its own, in which the statements were run: `{schema}` in them is its name.

    Args:
        rows: the most that one answer holds. Tables made later are not seen.
    """
    if absent() is not None:
        import pytest

        pytest.skip(absent())
    schema = f"rest{uuid4().hex[:12]}"
    server.run(ROLES, f"CREATE SCHEMA {schema}", *(one.replace("{schema}", schema) for one in statements))
    grants = f"GRANT USAGE ON SCHEMA {schema} TO anon, service_role", "GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}"
    server.run(grants[0], grants[1].format(schema, "anon, service_role"))
    folder = Path(tempfile.mkdtemp(prefix="dq-lite-"))
    (folder / "supabase").mkdir()
    own = free_port()
    config = CONFIG.format(port=server.port, own=own, schema=schema, rows=rows, publishable=PUBLISHABLE, secret=SECRET)
    (folder / "supabase" / "config.toml").write_text(config)
    try:
        with _running(folder, own) as url:
            yield Lite(url, schema, server)
    finally:
        server.run(f"DROP SCHEMA {schema} CASCADE")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(folder, port):
    environment = os.environ | {"LITE_TELEMETRY": "0"}
    options = {"cwd": folder, "env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["node", CLI, "migration", "up"], check=True, timeout=60, **options)
    program = subprocess.Popen(["node", CLI, "start", "--no-admin"], **options)
    try:
        _answers(f"http://127.0.0.1:{port}/rest/v1/", program)
        _warmed(f"http://127.0.0.1:{port}/rest/v1/")
        yield f"http://127.0.0.1:{port}"
    finally:
        program.terminate()
        program.wait(10)


def _warmed(url):
    """The first question for rows takes the server seconds on a busy machine: longer than dq waits for a first answer."""
    for key in (PUBLISHABLE, SECRET):
        with suppress(HTTPError):  # it says that there is no such table
            urlopen(Request(f"{url}none?limit=1", headers={"apikey": key}), timeout=60).close()


def _answers(url, program):
    end = time.monotonic() + 60
    while time.monotonic() < end and program.poll() is None:
        try:
            urlopen(url, timeout=5).close()
        except OSError as error:
            if hasattr(error, "code"):  # it answers, if only that it wants a key
                error.close()
                return
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the Supabase of the tests did not start")
