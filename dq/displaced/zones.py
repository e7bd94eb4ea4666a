"""Time zones as arithmetic: when the clocks of a place are set, and how far they are from UTC.

The rules of the places where most markets are, since 1987; no file of zones is read, so that checks stay pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from dq.model import DAY, HOUR, MINUTE, Int, Mask

YEARS = (1987, 2100)
LAST = -1  # the last Sunday of a month
_THURSDAY = 3  # 1970-01-01, with Monday as 0
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Rule:
    """On which Sundays clocks are set: (month, which Sunday) forward and back, and both before the year `since`."""

    forward: tuple[int, int]
    back: tuple[int, int]
    since: int = 0
    forward_before: tuple[int, int] = (3, LAST)
    back_before: tuple[int, int] = (10, LAST)

    def days(self, years: Int, *, forward: bool) -> Int:
        """Days since 1970-01-01 on which clocks are set forward, or back, one per year."""
        now, before = (self.forward, self.forward_before) if forward else (self.back, self.back_before)
        return np.where(years >= self.since, _sundays(years, *now), _sundays(years, *before))


US = Rule((3, 2), (11, 1), 2007, (4, 1), (10, LAST))
EU = Rule((3, LAST), (10, LAST), 1996, (3, LAST), (9, LAST))
AU = Rule((10, 1), (4, 1), 2008, (10, LAST), (3, LAST))


@dataclass(frozen=True, slots=True)
class Zone:
    """A place, and what its clocks show.

    Attributes:
        names: IANA names of zones that keep this time.
        standard: microseconds ahead of UTC outside summer time.
        rule: None where clocks are never set.
        skipped, repeated: hour of the wall clock that is left out when clocks are set forward, and that comes twice
            when they are set back.
    """

    place: str
    names: tuple[str, ...]
    standard: int
    rule: Rule | None = None
    skipped: int = 2
    repeated: int = 1

    def offset(self, instants: Int) -> Int:
        """Microseconds by which clocks there are ahead of UTC at each instant, to the day at switches."""
        if self.rule is None:
            return np.full(len(instants), self.standard)
        days = (instants + self.standard) // DAY
        years = _years(days)
        forward, back = self.rule.days(years, forward=True), self.rule.days(years, forward=False)
        north = (forward <= days) & (days < back)
        south = (days < back) | (forward <= days)
        return np.where(np.where(forward < back, north, south), self.standard + HOUR, self.standard)


ZONES = (
    Zone("New York", ("America/New_York", "America/Toronto", "America/Detroit"), -5 * HOUR, US),
    Zone("Chicago", ("America/Chicago",), -6 * HOUR, US),
    Zone("London", ("Europe/London", "Europe/Dublin", "Europe/Lisbon"), 0, EU, 1, 1),
    Zone(
        "central Europe",
        tuple(
            f"Europe/{city}"
            for city in ("Berlin", "Paris", "Amsterdam", "Brussels", "Rome", "Madrid", "Zurich", "Vienna", "Stockholm")
        )
        + tuple(f"Europe/{city}" for city in ("Oslo", "Copenhagen", "Warsaw", "Prague", "Budapest")),
        HOUR,
        EU,
        2,
        2,
    ),
    Zone("Sydney", ("Australia/Sydney", "Australia/ACT", "Australia/Melbourne"), 10 * HOUR, AU, 2, 2),
    Zone("Tokyo", ("Asia/Tokyo", "Asia/Seoul"), 9 * HOUR),
    Zone("Hong Kong", ("Asia/Hong_Kong", "Asia/Shanghai", "Asia/Singapore", "Asia/Taipei"), 8 * HOUR),
    Zone("India", ("Asia/Kolkata", "Asia/Calcutta"), 5 * HOUR + 30 * MINUTE),
    Zone("eastern Europe", ("Europe/Helsinki", "Europe/Athens", "Europe/Tallinn", "Europe/Riga"), 2 * HOUR, EU, 3, 3),
    Zone("Los Angeles", ("America/Los_Angeles",), -8 * HOUR, US),
)
PLACES = tuple(zone.place for zone in ZONES)
NOWHERE = -1


def zone_of(name: str) -> int:
    """Position in ZONES of the zone with that IANA name, or NOWHERE."""
    return next((at for at, zone in enumerate(ZONES) if name in zone.names), NOWHERE)


def apart(instants: Int) -> Mask:
    """Whether clocks in New York and London are an hour closer or further apart than usual."""
    new_york, london = ZONES[0], ZONES[2]
    return np.asarray(london.offset(instants) - new_york.offset(instants) != 5 * HOUR)


@cache
def wall_hours(skipped: bool) -> tuple[Int, Int]:
    """The hours of the wall clock that are skipped, or repeated, in the years for which the rules hold, read as UTC.

    Returns:
        Their beginnings, ascending, and the position in ZONES of a place where clocks do so, the first of several.
    """
    years, found = np.arange(*YEARS), {}
    for at, zone in reversed(list(enumerate(ZONES))):
        if zone.rule is not None:
            days = zone.rule.days(years, forward=skipped)
            found.update(dict.fromkeys((days * DAY + (zone.skipped if skipped else zone.repeated) * HOUR).tolist(), at))
    begin = np.array(sorted(found), np.int64)
    return begin, np.array([found[one] for one in begin.tolist()], np.int64)


def year_of(instant: int) -> int:
    """The year of an instant in UTC."""
    return int(_years(np.array([instant // DAY]))[0])


def _years(days: Int) -> Int:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def _sundays(years: Int, month: int, which: int) -> Int:
    """Day of that Sunday of the month in each year."""
    months = (years - 1970) * 12 + month - 1
    first, following = (
        at.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) for at in (months, months + 1)
    )
    if which == LAST:
        last = following - 1
        return np.asarray(last - (last + _THURSDAY - _SUNDAY) % 7)
    return np.asarray(first + (_SUNDAY - (first + _THURSDAY)) % 7 + 7 * (which - 1))
