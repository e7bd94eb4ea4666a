"""Standard streams that others may have closed, filled or cut off before or while we write."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class UnwritableError(OSError):
    """Standard output cannot be written: no fault of dq, nor of any file that it reads."""

    @property
    def reason(self) -> str:
        """In the words of the system: "no space left on device"."""
        return "it is closed" if self.errno == errno.EBADF else str(self.strerror).lower()


class _Output(io.FileIO):
    """Standard output, whose troubles are to be told from those of all other files."""

    def write(self, content: ReadableBuffer, /) -> int:
        try:
            return super().write(content)
        except BrokenPipeError:  # the reader has had enough, and nobody has to be told
            raise
        except OSError as wrong:
            raise UnwritableError(wrong.errno, wrong.strerror) from None


def prepare() -> None:
    """Make all three be there, show escapes where a terminal lacks a sign, and stdout fail as what it is."""
    _open_what_is_closed()
    if sys.stdout is sys.__stdout__ and isinstance(sys.stdout, io.TextIOWrapper):
        out = sys.stdout
        lines = out.line_buffering or out.write_through
        buffer = io.BufferedWriter(_Output(out.fileno(), "w", closefd=False))
        sys.stdout = io.TextIOWrapper(buffer, out.encoding, out.errors, line_buffering=lines)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def discard() -> None:
    """Let standard output lead nowhere: what could not be written would fail once more when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def let_go() -> None:
    """Let stderr lead nowhere if it is full or cut off: Python would end with 120 for what it still holds."""
    try:
        sys.stderr.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _open_what_is_closed() -> None:
    """After `dq checks >&-` stdout fails when it is written; a stdin that is closed is empty.

    No file that is opened later gets their numbers, and is written by mistake.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            way = os.O_WRONLY if name == "stderr" else os.O_RDONLY
            stream = open(os.open(os.devnull, way), mode, encoding="utf-8", closefd=False)  # noqa: SIM115  open as long as we live
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
