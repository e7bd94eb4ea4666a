"""How long a trouble was: the stretch of bars that it concerns, not the time for which runs went on seeing it."""

from __future__ import annotations

from dq.model import NO_INSTANT, OWN, Life

# Incidents of these are one stretch of time, from the first bar to the last; those of other checks are single bars,
# of which several with an hour between them are no trouble of an hour.
STRETCHES = frozenset(
    {
        "stale_series",
        "missing_bar",
        "low_completeness",
        "stuck_price",
        "zero_volume_run",
        "dst_shift",
        "failed_cycle",
        "uncovered_level",
    }
)


def length_of(life: Life) -> int:
    """Microseconds from the first to the last instant that it concerns; 0 where single bars are bad.

    Incidents of dq itself concern no bars: from the first run that saw it to the last, or the one that resolved it.
    """
    if life.check in OWN:
        return (life.last_seen if life.resolved is None else life.resolved) - life.first_seen
    known = life.check in STRETCHES and NO_INSTANT not in (life.start, life.end)
    return life.end - life.start if known else 0
