"""Writes of the collector that take too long, by its own metrics or log.

What it finds
    A 95th percentile of the time that an upsert takes above `above`: one write in twenty took longer.

Why it matters
    A database that slows down is seen here first: a lock, a missing index, a disk that is nearly full. Next cycles
    overlap, then bars are lost.

How
    As `slow_cycle` does, of the operation or the metric whose name says upsert; where none does, insert, write, store,
    save or persist.

Parameters
    above: duration. A longer 95th percentile is a suspect.

Not flagged
    A single slow write among twenty. Without metrics and log, or where neither tells how long writes take: not
    checked, with that reason.

Source
    Ours; the percentile of a histogram as Prometheus' histogram_quantile has it.
"""

from dq.measured import exceeding, seconds_text, unknown
from dq.model import SECOND, Cycles, Figures, Suspects, parse_duration

MESSAGES = {"": "One in twenty of {all} took {measured} or longer{edge}; {limit} is allowed. So says {place}, {since}."}


def not_checked(figures: Figures, cycles: Cycles) -> str | None:
    return unknown(figures, "upsert")


def slow_upsert(figures: Figures, cycles: Cycles, *, above: str = "2s") -> Suspects:
    limit, value = parse_duration(above) / SECOND, figures.known["upsert"].value
    words = {"measured": seconds_text(value), "allowed": seconds_text(limit)}
    return exceeding(figures, cycles, "upsert", limit, noun="upsert", **words)
