"""What was done, how long it took and how it ended: the one way in which dq writes down its own work.

A record has a sentence for people and fields for programs. Where nobody asked for a log it costs a look at a level.

    log = logging.getLogger("dq.watch")
    entry(log, "reload", "the settings are read anew", config=str(path))
    with timed(log, "heartbeat", "pinging the heartbeat") as found:
        found["answer"] = ping()
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any


def entry(
    log: logging.Logger,
    operation: str,
    event: str,
    *,
    status: str = "ok",
    seconds: float | None = None,
    level: int = logging.INFO,
    trace: BaseException | None = None,
    **fields: object,
) -> None:
    """Write one thing down, if anybody listens.

    Whoever runs a command is told of its troubles by the command itself, so on a text log's stderr an entry of any
    level counts as information; files and JSON keep the level.

    Args:
        operation: one of a few words that programs count: "run", "read", "record", "deliver", "reload".
        event: the sentence.
        status: "ok", "failed", or a verdict.
        seconds: how long it took; None where it took no time.
        trace: what was raised, to show where.
        fields: numbers, texts, lists of both.
    """
    if log.isEnabledFor(level) and log.hasHandlers():  # else Python would print warnings of a program that has no log
        took = None if seconds is None else round(seconds * 1_000, 3)
        more = {"operation": operation, "duration_ms": took, "status": status, **fields}
        log.log(level, "%s", event, exc_info=trace, extra={"fields": more, "told": True})


def about(operation: str, *, status: str = "ok", **fields: object) -> dict[str, object]:
    """The `extra` of a logger's own call, where people are to hear of it at its level: `log.warning(…, extra=about(…))`."""
    return {"fields": {"operation": operation, "status": status, **fields}}


@contextmanager
def timed(log: logging.Logger, operation: str, event: str, **fields: object) -> Iterator[dict[str, Any]]:
    """Write down what is done within, when it is done; where it raises, as failed, and the error goes on.

    Yields:
        The fields: what is learned within may be added, "status" and "event" too.
    """
    began = time.perf_counter()
    found: dict[str, Any] = {**fields}
    try:
        yield found
    except BaseException as wrong:
        told = found | {"event": f"{event}: {type(wrong).__name__}", "status": "failed", "error": str(wrong)}
        _end(log, operation, event, time.perf_counter() - began, told, logging.WARNING)
        raise
    _end(log, operation, event, time.perf_counter() - began, found, logging.INFO)


def _end(log: logging.Logger, operation: str, event: str, seconds: float, found: Mapping[str, Any], level: int) -> None:
    rest = {name: value for name, value in found.items() if name not in {"event", "status"}}
    said, status = str(found.get("event", event)), str(found.get("status", "ok"))
    entry(log, operation, said, status=status, seconds=seconds, level=level, **rest)
