"""A package below dq that cannot be imported: told in one sentence, whatever was to be done. It imports nothing itself."""

import os
import sys
from types import FrameType

CANNOT_TELL = 3
HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep  # noqa: PTH100, PTH120  pathlib may be what is broken


def said_of(trouble: BaseException) -> str:
    """Which package could not be imported, and why; "" where that is not the trouble.

    Whatever a package raises while it is imported counts: those that are compiled fail in many ways.
    """
    frames = _frames(trouble)
    ours = max((number for number, frame in enumerate(frames) if frame.f_code.co_filename.startswith(HERE)), default=-1)
    bodies = [frame.f_globals.get("__name__", "") for frame in frames[ours + 1 :] if frame.f_code.co_name == "<module>"]
    named = (trouble.name or "") if isinstance(trouble, ImportError) else ""
    package = (bodies or [named])[0].partition(".")[0]
    if package in {"", "dq"}:
        return ""
    return (
        f"dq: {package} cannot be imported: {_cause(trouble)}\n"
        f'    `{sys.executable} -c "import {package}"` shows where; install it again: pip install --force-reinstall {package}\n'
    )


def _frames(trouble: BaseException) -> list[FrameType]:
    frames, trace = [], trouble.__traceback__
    while trace is not None:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    return frames


def _cause(trouble: BaseException) -> str:
    """What began it, in a line: packages wrap it into pages of advice."""
    while trouble.__cause__ is not None:
        trouble = trouble.__cause__
    lines = [line.strip() for line in str(trouble).splitlines() if line.strip()]
    return f"{type(trouble).__name__}: {lines[0]}" if lines else type(trouble).__name__
