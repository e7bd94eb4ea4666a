"""Secrets in every place where one may stand, and a look at all that the command leaves behind."""

from __future__ import annotations

import json
import logging
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch
from urllib.parse import quote

from validate_support import called

PASSWORD = "Tr0ub/4dor@:%'&3"  # everything that has to be encoded in an address
ENVIRONMENT = "pgEnv-Passw0rd-77"
QUERY = "quErY-passw0rd-88"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2lnbmF0dXJlLW9mLW91cnM"
KEY = "sb_secret_N7f3kQ9xZz0aB1cD"
PLAIN_KEY = "a-key-of-no-known-form-5150"
HOOK = ("T0HOOKAAA", "B0HOOKBBB", "c0HookCCCsecret")
ALERT = f"slack://{'/'.join(HOOK)}"
UNENCODED = "pa@ss#w0rdTail"  # libpq takes what follows the @ for the host
SECRETS = (PASSWORD, UNENCODED, UNENCODED.partition("@")[2], ENVIRONMENT, QUERY, JWT, KEY, PLAIN_KEY, *HOOK)
INPUTS = {"dq.toml", ".env", "mine.toml"}


def forms(secret):
    """A secret as it may be written, and the telling part of it."""
    written = {secret, quote(secret, safe=""), quote(secret), quote(secret, safe="").lower(), repr(secret)[1:-1]}
    return written | {json.dumps(secret)[1:-1], secret[: len(secret) * 3 // 4]}


@dataclass(frozen=True)
class Case:
    """One command with its surroundings.

    Attributes:
        words: what follows `dq`.
        variables: of the environment.
        files: name to content, in the folder where the command runs.
    """

    words: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def laid_out(self, desk):
        """The same, when its files are where it expects them."""
        for name, content in self.files.items():
            desk.write(name, content)
        return self


def inflated(history):
    """What the history holds deflated, where no search would find a secret."""
    with closing(sqlite3.connect(history)) as connection:
        bodies = connection.execute("SELECT body FROM detail UNION ALL SELECT tally FROM run").fetchall()
    return b"\n".join(zlib.decompress(body) for (body,) in bodies)


def left_behind(desk, case):
    """Run it in this process; the exit status, and every stream and file with its content."""
    with logging_as_in_a_new_program():
        status, out, err = called(desk, *case.laid_out(desk).words, **case.variables)
    return status, all_of(desk, out.encode(), err.encode())


def left_behind_by_a_program(shell, case):
    """The same of a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-m", "dq", *case.laid_out(shell).words],
        cwd=shell.folder,
        env=shell.environment | case.variables,
        capture_output=True,
        timeout=90,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return answer.returncode, all_of(shell, answer.stdout, answer.stderr)


@contextmanager
def logging_as_in_a_new_program():
    """Nobody listens to what is logged but those whom the command itself makes listen."""
    root = logging.getLogger()
    level = root.level
    try:
        with patch.object(root, "handlers", []):
            yield
    finally:
        root.setLevel(level)


def all_of(desk, out, err):
    seen = {"stdout": out, "stderr": err}
    paths = [path for path in desk.folder.rglob("*") if path.is_file() and path.name not in INPUTS]
    seen |= {str(path.relative_to(desk.folder)): path.read_bytes() for path in paths}
    if desk.history in paths:
        seen["the history, inflated"] = inflated(desk.history)
    return seen


def leaks(seen):
    """Where which secret shows."""
    return {
        f"{place}: {form}"
        for place, content in seen.items()
        for secret in SECRETS
        for form in forms(secret)
        if form.encode() in content
    }
