"""A bar from the future: a clock that runs ahead, or a local time taken for UTC."""

from dq.faults.injected import Injected
from dq.faults.rows import inserted, stretch
from dq.faults.site import Site
from dq.model import DAY, WEEK, Bars, Market


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


def not_applicable(bars: Bars, market: Market) -> str | None:
    if (bars.timestamp > market.as_of).any():
        return "there are bars of the future already"
    if market.live or market.as_of > market.window.end:
        return None
    return "without --at a file ends with its last bar, so none lies beyond it"


def sized(site: Site) -> dict[str, int]:
    """A week or more after the instant of the run, on the grid of the bars."""
    step = max(site.market.series.interval, DAY)
    late = max(site.market.as_of - int(site.bars.timestamp.max()), 0)
    return {"ahead": (late // step + site.turn + 1) * step + WEEK}
