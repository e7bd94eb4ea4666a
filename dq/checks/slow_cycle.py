"""Cycles of the collector that take too long, by its own metrics or log.

What it finds
    A 95th percentile of the time that a cycle takes above `above`: one cycle in twenty took longer.

Why it matters
    Bars come late before they do not come at all: a cycle that takes as long as the pause to the next one makes the
    collector skip, and nothing in the bars tells yet.

How
    From the log that [collector] log names: the durations of the cycles in the window. Else from the metrics that
    [collector] metrics names: the percentile of a histogram, interpolated in its bucket, counted since the earlier
    look that covers the window, or since the collector started; one that a summary or a gauge has as it is. Where the
    percentile lies beyond the last bucket nobody knows how long it is, and that is a suspect whatever `above` says.

Parameters
    above: duration. A longer 95th percentile is a suspect.

Not flagged
    A single slow cycle among twenty. Without metrics and log, or where neither tells how long cycles take: not
    checked, with that reason.

Source
    Ours; the percentile of a histogram as Prometheus' histogram_quantile has it.
"""

from dq.measured import exceeding, seconds_text, unknown
from dq.model import SECOND, Cycles, Figures, Suspects, parse_duration

MESSAGES = {"": "One in twenty of {all} took {measured} or longer{edge}; {limit} is allowed. So says {place}, {since}."}


def not_checked(figures: Figures, cycles: Cycles) -> str | None:
    return unknown(figures, "cycle")


def slow_cycle(figures: Figures, cycles: Cycles, *, above: str = "8s") -> Suspects:
    limit, value = parse_duration(above) / SECOND, figures.known["cycle"].value
    words = {"measured": seconds_text(value), "allowed": seconds_text(limit)}
    return exceeding(figures, cycles, "cycle", limit, noun="cycle", **words)
