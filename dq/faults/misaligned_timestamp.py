"""A timestamp off the grid: the time of collection instead of the bar's own."""

from dq.faults.injected import Injected
from dq.faults.rows import stretch, written
from dq.faults.site import Site
from dq.model import MINUTE, SECOND, Bars


def misaligned_timestamp(bars: Bars, row: int, *, offset: int = 17 * SECOND) -> tuple[Bars, tuple[Injected, ...]]:
    """Move the timestamp at `row` by `offset` microseconds; keep it below one interval, so that the slot is filled."""
    stretch(bars, row, 1)
    stamp = int(bars.timestamp[row]) + offset
    return written(bars, row, row + 1, timestamp=stamp), (Injected("misaligned_timestamp", stamp, stamp, 1),)


def sized(site: Site) -> dict[str, int]:
    """Some odd seconds, less than one interval."""
    step = site.market.series.interval
    return {"offset": (11 + 7 * site.turn % 40) * SECOND if step >= MINUTE else step * 3 // 8}
