"""A real kernel, as a notebook has one: cells are run, interrupted, and looked at."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty
from typing import Any

from jupyter_client import KernelManager
from jupyter_client.blocking import BlockingKernelClient

PATIENCE = 60.0  # seconds in which a cell must end
AGAIN = 3.0  # seconds to the next interrupt: one that falls into code that may not raise is lost, as in any Python


@dataclass
class Cell:
    """What a cell said: its printed text, the displays it left as their types to contents, and its error's name."""

    text: str = ""
    error: str = ""
    shown: list[dict[str, str]] = field(default_factory=list)
    updated: list[dict[str, str]] = field(default_factory=list)

    def heard(self, kind: str, content: dict[str, Any]) -> bool:
        """Take a message in; whether it was the last one."""
        if kind == "stream":
            self.text += content["text"]
        elif kind == "error":
            self.error = content["ename"]
        elif kind in {"display_data", "execute_result"}:
            self.shown.append(content["data"])
        elif kind == "update_display_data":
            self.updated.append(content["data"])
        return kind == "status" and content["execution_state"] == "idle"


@dataclass
class Kernel:
    """A running kernel."""

    manager: KernelManager
    client: BlockingKernelClient

    def run(self, code: str, *, interrupted_by: str = "", after: float = 0.0) -> Cell:
        """What a cell of that code says; interrupted so many seconds after it printed a text, as often as it takes."""
        asked = self.client.execute(code)
        cell, last = Cell(), time.monotonic() + PATIENCE
        interrupt: float | None = None
        while True:
            if interrupt is not None and time.monotonic() > interrupt:
                self.manager.interrupt_kernel()
                interrupt = time.monotonic() + AGAIN
            try:
                message = self.client.get_iopub_msg(timeout=0.1)
            except Empty:
                assert time.monotonic() < last, f"{code!r} does not end; so far: {cell}"
                continue
            if message["parent_header"].get("msg_id") != asked:
                continue
            if cell.heard(message["msg_type"], message["content"]):
                return cell
            if interrupted_by and interrupted_by in cell.text and interrupt is None:
                interrupt = time.monotonic() + after


@contextmanager
def kernel(folder, cache) -> Iterator[Kernel]:
    """A kernel that works in that folder, until the block ends."""
    manager = KernelManager(kernel_name="python3", transport="ipc", ip=str(folder / "kernel"))
    ours = {name: text for name, text in os.environ.items() if not name.startswith(("DQ_", "PG", "SUPABASE_"))}
    manager.start_kernel(cwd=str(folder), env=ours | {"DQ_CACHE_DIR": str(cache), "HOME": str(folder)})
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
