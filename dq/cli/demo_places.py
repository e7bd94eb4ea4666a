"""Where the demo keeps its servers and calendars, and how signals end it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import NoReturn


def state() -> Path:
    """The folder of the demo, beside the history of runs."""
    from dq.settings.places import Places

    return Places(os.environ, Path.cwd()).state() / "demo"


def cache() -> Path:
    """The folder of computed sessions."""
    from dq.settings.places import Places

    return Places(os.environ, Path.cwd()).cache(os.environ.get("DQ_CACHE_DIR"))


def heed_signals() -> None:
    """Let what ends other programs at once end this one as Ctrl-C does."""
    for name in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(name) is not signal.SIG_IGN:  # nohup means it
            signal.signal(name, _leave)


def _leave(number: int, _frame: object) -> NoReturn:
    """End as Ctrl-C does, so that the server is stopped: what a signal ends by itself leaves it behind."""
    raise SystemExit(128 + number)
