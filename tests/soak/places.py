"""What disks do: full, read-only, slow, and logs that grow."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from soak.desk import ended, opened, until
from soak.rows import Row

SOUND = ("validate", "--window", "1h")
HOLDING = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
while True:
    held.execute("BEGIN IMMEDIATE"); time.sleep(1.0); held.execute("COMMIT"); time.sleep(0.1)
"""


def run(scale):
    with opened(scale, series=3) as desk:
        desk.run(*SOUND)
        yield from _file_limit(desk)
        yield from _full_disk(desk)
        yield from _read_only(desk)
        yield _slow(desk, 4 if scale.short else 20)
        yield from _logs(desk, 3 if scale.short else 15)


def _file_limit(desk):
    """No file may be written beyond 4 KiB: what a quota does, where nothing can be mounted."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))  # noqa: E731
    yield from _told("disk: files may not grow", desk, desk.run(*SOUND, limit=limit))


def _full_disk(desk):
    """A history on a file system of 2 MB that is full."""
    folder = desk.folder / "full"
    with _mounted(folder, "size=2m") as there:
        if not there:
            yield Row(
                "disk: full",
                "mounted",
                "nothing may be mounted here (the row above stands for it)",
                ok=None,
            )
            return
        history = folder / "history.sqlite"
        desk.run(*SOUND, DQ_HISTORY=str(history))
        filler = folder / "filler"
        descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT)
        with suppress(OSError):
            while True:
                os.write(descriptor, b"0" * 4096)
        os.close(descriptor)
        yield from _told("disk: full", desk, desk.run(*SOUND, DQ_HISTORY=str(history)), history, filler.unlink)


def _told(name, desk, answer, history=None, mend=lambda: None):
    """The verdict must be there all the same; afterwards the history must be whole, and be written again."""
    history = history or desk.history
    status, said = answer
    fine = status == 3 and "clean" in said.lower() and "not recorded" in said and "Traceback" not in said
    told = f"exit {status}, verdict {'printed' if 'clean' in said.lower() else 'MISSING'}, {_first(said)}"
    yield Row(
        name,
        "the verdict, and that it is not recorded (exit 3)",
        told if not fine else f"exit {status}, both said",
        fine,
    )
    mend()
    status, said = desk.run(*SOUND, DQ_HISTORY=str(history))
    with closing(sqlite3.connect(history)) as opened_:
        whole = opened_.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    told = f"exit {status}, history {'intact' if whole else 'BROKEN'}"
    yield Row(f"{name}, afterwards", "exit 0, history intact", told, status == 0 and whole)


def _read_only(desk):
    """A folder in which nobody may write; root is kept from it by dropping the right to override."""
    folder = desk.folder / "shut"
    folder.mkdir()
    history = folder / "history.sqlite"
    shutil.copy(desk.history, history)
    folder.chmod(0o555)
    history.chmod(0o444)
    before = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner") if os.geteuid() == 0 else ()
    if before and shutil.which("setpriv") is None:
        yield Row("disk: read-only", "", "root may write everywhere, and there is no setpriv", ok=None)
        return
    status, said = desk.run(*SOUND, before=before, DQ_HISTORY=str(history))
    fine = status == 3 and "clean" in said.lower() and "not recorded" in said and "Traceback" not in said
    told = f"exit {status}, both said" if fine else f"exit {status}: {_first(said)}"
    yield Row("disk: read-only", "the verdict, and that it is not recorded (exit 3)", told, fine)


def _slow(desk, runs):
    """Another process holds the history for a second, again and again, as a disk does that is slow to write."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDING, str(desk.history)])
    try:
        before = desk.runs()
        program = desk.start("watch", "--every", "1s", "--times", str(runs))
        status = ended(program, 30 + 6 * runs)
    finally:
        holder.kill()
        holder.wait()
    recorded = desk.runs() - before
    told = f"{recorded} of {runs} recorded, exit {status}"
    return Row("disk: slow (held 1 s of 1.1 s)", f"{runs} runs, all recorded", told, recorded == runs and status == 0)


def _logs(desk, seconds):
    """Everything is logged; the file may not grow beyond its limit, and stderr is full."""
    log = desk.folder / "dq.log"
    limits = ['file = "dq.log"', 'format = "json"', 'level = "debug"', "max_bytes = 20000", "backups = 2"]
    desk.settings("[log]", *limits)
    before = desk.runs()
    with Path("/dev/full").open("wb") as full:
        program = subprocess.Popen(
            [sys.executable, "-m", "dq", "watch", "--every", "1s", "--log-level", "debug"],
            cwd=desk.folder, env=desk.environment, stdout=subprocess.DEVNULL, stderr=full,
        )  # fmt: skip
    until(lambda: desk.runs() >= before + seconds, 20 + 3 * seconds)
    alive = program.poll() is None
    program.send_signal(signal.SIGTERM)
    status, made = ended(program), desk.runs() - before
    size = sum(path.stat().st_size for path in log.parent.glob("dq.log*"))
    (desk.folder / "dq.toml").unlink()
    told = f"{made} runs, exit {status}, logs of {size:,} bytes"
    yield Row(
        "log: stderr full, file limited",
        "runs go on, ≤ 60,000 bytes",
        told,
        alive and status == 0 and made >= seconds and 0 < size <= 66_000,
    )


@contextmanager
def _mounted(folder, options):
    """A file system in memory at that folder; whether it could be made."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    there = shutil.which("mount") and subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield bool(there)
    finally:
        if there:
            time.sleep(0.1)
            subprocess.run(["umount", "-l", str(folder)], check=False)


def _first(said):
    lines = [line for line in said.splitlines() if line.startswith("dq:")] or said.splitlines()[-1:] or [""]
    return lines[0][:120]
