"""How far long work is: a line in a terminal or a bar in a notebook, gone when the work is done.

Nothing shows in the first second. A thread draws, so that waiting for a server shows too; it ends with the work,
however that ends.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import replace
from html import escape
from importlib import import_module
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Protocol

from dq.sources.doing import Doing, told_to

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0  # seconds before anything shows
EVERY = 0.2  # seconds from picture to picture
BAR, BESIDE = 20, 29  # characters of the bar, and of all that stands beside what is being done


class Face(Protocol):
    """Where progress shows."""

    def draw(self, doing: Doing) -> None:
        """Show that this is being done, in place of what was shown before."""
        ...

    def end(self) -> None:
        """Take away what was shown."""
        ...


@contextmanager
def shown(face: Face | None) -> Iterator[None]:
    """Show what is noted within (see `dq.sources.doing`) on that face; nothing where there is none."""
    if face is None:
        yield
        return
    latest, over = [Doing("beginning", time.perf_counter())], Event()

    def hear(doing: Doing) -> None:
        latest[0] = doing

    thread = Thread(target=copy_context().run, args=(_drawn, face, latest, over), name="dq progress", daemon=True)
    try:
        thread.start()  # within: an interrupt may fall into it when the thread runs already
        with told_to(hear):
            yield
    finally:
        over.set()
        if thread.is_alive():
            thread.join()


def _drawn(face: Face, latest: list[Doing], over: Event) -> None:
    if over.wait(PATIENCE):
        return
    try:
        face.draw(latest[0])
        while not over.wait(EVERY):
            face.draw(latest[0])
    finally:
        face.end()


def face_of(wanted: bool | None) -> Face | None:
    """A notebook's where one is running, else the terminal's; none where nobody looks.

    Args:
        wanted: True shows it wherever this is, False nowhere, None where somebody looks.
    """
    if wanted is False:
        return None
    if in_notebook():
        return NotebookFace()
    looked_at = sys.stderr is not None and sys.stderr.isatty()
    return TerminalFace() if wanted or looked_at else None


def in_notebook() -> bool:
    """Whether this code runs in a kernel, which shows HTML."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


class TerminalFace:
    """One line on stderr, drawn by rich."""

    def __init__(self) -> None:
        self._line: Progress | None = None

    def draw(self, doing: Doing) -> None:
        """The line with a bar, what is being done as far as it fits, and the time since it began."""
        from rich.text import Text

        if self._line is None:
            self._line = self._begun()
        room = self._line.console.width - BESIDE - len(_told(replace(doing, what="")))
        what = Text(_printable(doing.what))
        what.truncate(max(room, 1), overflow="ellipsis")
        told = _told(replace(doing, what=what.plain))
        self._line.update(
            self._line.task_ids[0], description=told, completed=doing.done, total=doing.total or None, refresh=True
        )

    def _begun(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (BarColumn(BAR), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        line = Progress(
            *columns,
            console=Console(stderr=True),
            transient=True,
            auto_refresh=False,
            redirect_stdout=False,  # what goes to stderr meanwhile stands above the line
        )
        line.add_task("…", total=None)
        line.tasks[0].start_time = line.get_time() - PATIENCE
        line.start()
        line.console.show_cursor()  # a signal that ends us would leave the terminal without one
        return line

    def end(self) -> None:
        """Wipe the line away."""
        if self._line is not None:
            self._line.stop()


class NotebookFace:
    """A bar in the output of the cell; needs no widgets."""

    def __init__(self) -> None:
        self._shown: Any = None

    def draw(self, doing: Doing) -> None:
        """The bar, in the place of the one before."""
        counted = f' value="{doing.done}" max="{doing.total}"' if doing.total else ""
        bar = f'<progress style="vertical-align:middle"{counted}></progress> <small>{escape(_told(doing))}</small>'
        if self._shown is None:
            self._shown = _ipython().display(_ipython().HTML(bar), display_id=True)
        else:
            self._shown.update(_ipython().HTML(bar))

    def end(self) -> None:
        """Leave the place empty."""
        if self._shown is not None:
            self._shown.update(_ipython().HTML(""))


def _ipython() -> Any:
    """What shows things in the output of a cell; it is there where a kernel is, and no dependency of ours."""
    return import_module("IPython.display")


def _told(doing: Doing) -> str:
    """`judging 12 series: 3 of 12`, on one line."""
    what = _printable(doing.what)
    return f"{what}: {doing.done:,} of {doing.total:,}" if doing.total else what


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
