"""A bar from the future: a clock that runs ahead, or a local time taken for UTC."""

from dq.faults.injected import Injected
from dq.faults.rows import inserted, stretch
from dq.model import DAY, WEEK, Bars


def future_bar(bars: Bars, row: int, *, ahead: int = WEEK) -> tuple[Bars, tuple[Injected, ...]]:
    """Append a copy of the bar at `row`, stamped `ahead` microseconds after the last bar.

    Raises:
        ValueError: `ahead` is less than a day, which might still lie before the run's `as_of`.
    """
    if ahead < DAY:
        raise ValueError(f"a bar only {ahead} microseconds ahead may not be in the future of the run")
    stretch(bars, row, 1)
    stamp = int(bars.timestamp.max()) + ahead
    values = {name: float(bars.column(name)[row]) for name in ("open", "high", "low", "close", "volume")}
    return inserted(bars, len(bars), {**values, "timestamp": stamp}), (Injected("future_bar", stamp, stamp, 1),)
