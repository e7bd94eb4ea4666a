"""What Yahoo gives: which intervals, how much of each in one request, how far back, how late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dq.model import DAY, HOUR, MINUTE, WEEK, SettingsError, duration_text

AHEAD = 10 * MINUTE  # beyond our clock, so that the newest bar is there where Yahoo's goes before ours
MARGIN = 5 * MINUTE  # within Yahoo's own limit, which it counts from its clock
FUTURES_LATE, ABROAD_LATE = 10 * MINUTE, 20 * MINUTE


@dataclass(frozen=True, slots=True)
class Reach:
    """What Yahoo gives of one interval.

    Attributes:
        name: of the interval that is asked for, in Yahoo's words.
        request: microseconds that one request may cover.
        back: microseconds before now of which Yahoo has bars; None where it has them from the beginning on.
        joined: how many of the bars that are asked for make one.
    """

    name: str
    request: int
    back: int | None
    joined: int = 1

    def floor(self, now: int) -> int | None:
        """The instant from which Yahoo has bars; None for the beginning."""
        return None if self.back is None else now - self.back + MARGIN

    def chunks(self, now: int, since: int, until: int | None) -> Iterator[tuple[int, int]]:
        """The requests that cover `[since, until)`, newest first: the same stretches whatever is asked for."""
        end, floor = now + AHEAD, self.floor(now)
        while end > since and (floor is None or end > floor):
            start = end - self.request
            if until is None or start < until:
                yield (start if floor is None else max(start, floor)), end
            end = start


REACHES: Mapping[int, Reach] = {
    MINUTE: Reach("1m", 7 * DAY, 30 * DAY),
    2 * MINUTE: Reach("2m", 20 * DAY, 60 * DAY),
    5 * MINUTE: Reach("5m", 20 * DAY, 60 * DAY),
    15 * MINUTE: Reach("15m", 60 * DAY, 60 * DAY),
    30 * MINUTE: Reach("15m", 60 * DAY, 60 * DAY, joined=2),  # asked for 30m, Yahoo has answered with hours
    90 * MINUTE: Reach("90m", 60 * DAY, 60 * DAY),
    HOUR: Reach("1h", 365 * DAY, 730 * DAY),
    DAY: Reach("1d", 3650 * DAY, None),
    WEEK: Reach("1wk", 3650 * DAY, None),
}


def reach_of(interval: int) -> Reach:
    """What Yahoo gives of bars that long, in microseconds.

    Raises:
        SettingsError: it has none.
    """
    if interval not in REACHES:
        known = ", ".join(duration_text(each) for each in sorted(REACHES))
        raise SettingsError(f"Yahoo has no bars of {duration_text(interval)}", hint=f"It has those of {known}.")
    return REACHES[interval]


def usual_delay(symbol: str) -> int:
    """Microseconds by which Yahoo's quotes of that symbol are late: of futures, and of exchanges outside America."""
    if symbol.endswith("=F"):
        return FUTURES_LATE
    return ABROAD_LATE if "." in symbol else 0
