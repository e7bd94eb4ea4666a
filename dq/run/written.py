"""A run that is done enters the history and the log."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dq.logbook import entry, timed
from dq.model import Run, instant_text
from dq.run.asked import Asked
from dq.run.record import recorded
from dq.settings import masked

if TYPE_CHECKING:
    from dq.history.profiles import ProfileRecord

LEVELS = {"pass": logging.INFO, "fail": logging.WARNING, "unknown": logging.ERROR}
log = logging.getLogger("dq.run")


def written(run: Run, asked: Asked, profiles: Sequence[ProfileRecord] = ()) -> Run:
    """The run as it was recorded; what it found and how long it took stand in the log.

    Args:
        profiles: what the run learned of its series, kept for the next ones.
    """
    if asked.record:
        with timed(log, "record", "recording the run", history=masked(str(asked.settings.history))) as found:
            before, run = len(run.errors), recorded(run, asked, profiles)
            if len(run.errors) > before:
                found |= {"status": "failed", "error": run.errors[-1].message}
    level = logging.ERROR if run.exit_code == 3 else LEVELS[run.verdict]
    if log.isEnabledFor(level):
        entry(log, "run", _sentence(run), status=run.verdict, seconds=run.seconds, level=level, **_fields(run))
    return run


def _sentence(run: Run) -> str:
    said = f"{run.verdict}: {len(run.series):,} series of {run.source}, {len(run.findings):,} findings"
    return f"{said}; {run.errors[0].message}" if run.errors else said


def _fields(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "source": run.source,
        "suite": run.suite,
        "as_of": instant_text(run.as_of),
        "window_start": instant_text(run.window.start),
        "window_end": instant_text(run.window.end),
        "exit_code": run.exit_code,
        "series": len(run.series),
        "findings": len(run.findings),
        **Counter(f"{one.severity}_findings" for one in run.findings),
        "incidents": len(run.incidents),
        "errors": [one.message for one in run.errors],
    }
