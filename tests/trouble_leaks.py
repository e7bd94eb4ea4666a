"""Run after run in one process: are descriptors, threads and connections given back, also where the runs fail?"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dq import __version__
from dq.model import HOUR
from dq.run import Asked, validate
from dq.settings import Settings
from dq.sources import Access

WARM = 5  # runs before the first count: imports, pools and caches are made once


@dataclass(frozen=True)
class Held:
    """What this process holds, and what a server holds for it."""

    descriptors: int
    threads: int
    connections: int


@dataclass(frozen=True)
class Leak:
    """What was held before and after so many runs, and the exit statuses of those."""

    road: str
    runs: int
    before: Held
    after: Held
    statuses: tuple[int, ...]
    expected: int

    @property
    def wrong(self) -> tuple[str, ...]:
        """What is not as it must be."""
        wrong = [f"exit status {status}, must be {self.expected}" for status in set(self.statuses) - {self.expected}]
        for name in ("descriptors", "threads", "connections"):
            before, after = getattr(self.before, name), getattr(self.after, name)
            if after > before:
                wrong.append(f"{name}: {before} before, {after} after")
        return tuple(wrong)


def question(url: str, folder: Path, now: int, **access: Any) -> Asked:
    """The hour before `now`, in microseconds UTC; not recorded, because a history has tests of its own."""
    settings = Settings(history=folder / "history.sqlite", cache=folder / "cache")
    return Asked(Access(url, **access), settings, now, window=HOUR, record=False, folder=folder)


def leak_of(road: str, asked: Asked, runs: int, expected: int, connections: Callable[[], int]) -> Leak:
    """Make the run so many times, and count around them."""
    statuses = [validate(asked, __version__).run.exit_code for _ in range(WARM)]
    before = held(connections)
    statuses += [validate(asked, __version__).run.exit_code for _ in range(runs)]
    after = settled(before, connections)
    return Leak(road, runs, before, after, tuple(statuses), expected)


def settled(before: Held, connections: Callable[[], int]) -> Held:
    """What is held once the other side has noticed that we are gone: a second or two, unless the machine is busy."""
    for _ in range(100):
        now = held(connections)
        if all(getattr(now, name) <= getattr(before, name) for name in ("descriptors", "threads", "connections")):
            break
        time.sleep(0.1)
    return now


def held(connections: Callable[[], int]) -> Held:
    gc.collect()
    return Held(len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), connections())
