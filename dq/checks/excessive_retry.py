"""Requests of the collector that have to be made again too often, by its own metrics or log.

What it finds
    More retries for each request than `above`.

Why it matters
    Retries that succeed lose nothing, and so nobody sees them: they are the last warning before a source refuses for
    good.

How
    From the log that [collector] log names: entries of a second or later attempt, or that speak of a retry, for each
    request. Else from the metrics that [collector] metrics names: a counter of retries by one of requests, since the
    earlier look that covers the window, or since the collector started. Where some of them name Yahoo, those alone
    count.

Parameters
    above: float, retries for each request. More of them are a suspect.

Not flagged
    Retries that come together and stay below the limit in the window. Without metrics and log, or where neither counts
    both: not checked, with that reason. What the table of errors says of retries belongs to `failed_cycle`.

Source
    Ours.
"""

from dq.measured import exceeding, unknown
from dq.model import Cycles, Figures, Suspects

MESSAGES = {"": "{measured} of {all} had to be made again; {limit} are allowed. So says {place}, {since}."}


def not_checked(figures: Figures, cycles: Cycles) -> str | None:
    return unknown(figures, "retries")


def excessive_retry(figures: Figures, cycles: Cycles, *, above: float = 0.2) -> Suspects:
    share = figures.known["retries"].value
    return exceeding(
        figures, cycles, "retries", above, noun="request", measured=_percent(share), allowed=_percent(above)
    )


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"
