"""Reports: what a run prints, one file per output format: a file with a `render` is a format."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the help of a command lists the formats, and NumPy takes longer than the help
    from dq.model import Run
    from dq.reports.lines import Spark


def formats() -> list[str]:
    """The names of the formats, in alphabetical order: read off the files, so that none is imported to be listed."""
    files = Path(__file__).parent.glob("[!_]*.py")
    return sorted(path.stem for path in files if "\ndef render(" in path.read_text("utf-8"))


def render(
    name: str,
    run: Run,
    *,
    width: int,
    coloured: bool,
    fail_on: str = "warning",
    sparks: Mapping[str, Spark] | None = None,
) -> str:
    """The run in the format of that name.

    Args:
        width: characters of a line, for formats that people read.
        coloured: whether colours can be shown.
        fail_on: the lowest severity that gave the run exit status 1, or never.
        sparks: the series whose completeness is drawn, by name.
    """
    known = {"width": width, "coloured": coloured, "fail_on": fail_on, "sparks": sparks}
    text: str = import_module(f"{__name__}.{name}").render(run, **known)
    return text
