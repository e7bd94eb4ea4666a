"""A collector that holds too much memory, by its own metrics or log.

What it finds
    Resident memory above `above` megabytes when last read.

Why it matters
    A collector that leaks is killed by the system in the middle of a write, at an hour that nobody chose.

How
    From the log that [collector] log names: the last entry in the window with a field such as `rss_bytes` or
    `memory_mb`. Else from the metrics that [collector] metrics names: `process_resident_memory_bytes`, or a gauge
    whose name says as much.

Parameters
    above: float, megabytes (1,000,000 bytes). More is a suspect.

Not flagged
    A peak between two looks. Without metrics and log, or where neither tells of memory: not checked, with that reason.

Source
    Ours.
"""

from dq.measured import exceeding, unknown
from dq.model import Cycles, Figures, Suspects

MEGABYTE = 1_000_000
MESSAGES = {"": "The collector holds {measured} of memory; {limit} are allowed. So says {place}."}


def not_checked(figures: Figures, cycles: Cycles) -> str | None:
    return unknown(figures, "memory")


def excessive_memory(figures: Figures, cycles: Cycles, *, above: float = 750.0) -> Suspects:
    held = figures.known["memory"].value
    limit = above * MEGABYTE
    return exceeding(
        figures, cycles, "memory", limit, noun="look", measured=_megabytes(held), allowed=_megabytes(limit)
    )


def _megabytes(number: float) -> str:
    return f"{number / MEGABYTE:,.0f} MB"
