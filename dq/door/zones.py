"""From a clock on the wall to UTC."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from dq.model import DAY, Int, Mask, SettingsError

NAIVE_HINT = 'Say in dq.toml on which clock they were written: [source] timezone = "UTC", or "America/New_York", …'


def zone_named(name: str) -> ZoneInfo:
    """The IANA time zone of that name.

    Raises:
        SettingsError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(
            f'[source] timezone = "{name}" is not a time zone',
            hint='Use a name of the IANA database, such as "UTC" or "America/New_York".',
        ) from error


def local_to_utc(local: Int, zone: str) -> tuple[Int, Mask, Mask]:
    """Microseconds UTC of wall-clock stamps of one series, in the order in which its rows stand.

    When clocks are set back, one hour is written twice. Where the rows of that hour run through it once, the earlier
    of the two instants is meant; where they run through it twice, one after the other, first the earlier, then the
    later. In any other order nothing says which is meant, and the stamps that occur twice are not converted.

    Args:
        local: microseconds since 1970-01-01 00:00 of the zone's own clock.

    Returns:
        microseconds UTC; which stamps never were on that clock (it was set forward); which may mean two instants
        with no order of rows to tell. Stamps of the last two kinds are zero.

    Raises:
        SettingsError: no such zone.
    """
    clock = zone_named(zone)
    days, day = np.unique(local // DAY, return_inverse=True)
    starts = np.array([_offset(clock, int(at) * DAY, 0) for at in days], np.int64)
    ends = np.array([_offset(clock, (int(at) + 1) * DAY, 1) for at in days], np.int64)
    offset = starts[day]
    missing = np.zeros(len(local), np.bool_)
    unsure = np.zeros(len(local), np.bool_)
    for turn in np.flatnonzero(starts != ends):
        rows = np.flatnonzero(day == turn)
        offset[rows], missing[rows], unsure[rows] = _turning_day(local[rows], clock)
    return np.where(missing | unsure, 0, local - offset), missing, unsure


def _offset(clock: ZoneInfo, local: int, fold: int) -> int:
    """Microseconds that the clock is ahead of UTC at a wall-clock time; the nearest that datetime knows beyond it."""
    epoch = datetime(1970, 1, 1, tzinfo=clock)
    try:
        ahead = (epoch + timedelta(microseconds=local)).replace(fold=fold).utcoffset()
    except OverflowError:
        ahead = epoch.utcoffset()
    return round((ahead or timedelta()) / timedelta(microseconds=1))


def _turning_day(local: Int, clock: ZoneInfo) -> tuple[Int, Mask, Mask]:
    """Offsets on a day on which the clock is changed; which stamps do not exist, which remain unsure."""
    stamps, at = np.unique(local, return_inverse=True)
    first = np.array([_offset(clock, int(stamp), 0) for stamp in stamps], np.int64)[at]
    second = np.array([_offset(clock, int(stamp), 1) for stamp in stamps], np.int64)[at]
    twofold = np.flatnonzero(first > second)
    unsure = np.zeros(len(local), np.bool_)
    offset = first.copy()
    steps_back = np.flatnonzero(np.diff(local[twofold]) <= 0) + 1
    if len(steps_back) == 1:
        later = twofold[steps_back[0] :]
        offset[later] = second[later]
    elif len(steps_back):
        unsure[twofold] = np.bincount(at)[at[twofold]] > 1
    return offset, first < second, unsure
