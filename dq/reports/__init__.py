"""Reports: what a run prints, one file per output format: a file with a `render` is a format."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the help of a command lists the formats, and NumPy takes longer than the help
    from dq.model import Run


def formats() -> list[str]:
    """The names of the formats, in alphabetical order: read off the files, so that none is imported to be listed."""
    files = Path(__file__).parent.glob("[!_]*.py")
    return sorted(path.stem for path in files if "\ndef render(" in path.read_text("utf-8"))


def render(name: str, run: Run, *, width: int, coloured: bool) -> str:
    """The run in the format of that name.

    Args:
        width: characters of a line, for formats that people read.
        coloured: whether colours can be shown.
    """
    text: str = import_module(f"{__name__}.{name}").render(run, width=width, coloured=coloured)
    return text
