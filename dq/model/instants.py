"""Instants and intervals as integers of microseconds, and as people write them."""

import re
from functools import lru_cache

import numpy as np

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
CENTURY = 36_525 * DAY

UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": WEEK}
NO_INSTANT = int(np.iinfo(np.int64).min)  # the place of a timestamp that could not be read (NumPy's own NaT)

_DURATION = re.compile(r"([1-9][0-9]{0,10})([smhdw])")


def parse_duration(text: str) -> int:
    """Microseconds of `90s`, `1m`, `4h`, `1d`, `1w`.

    Raises:
        ValueError: the text is not a positive whole number and one of s, m, h, d, w, or more than a century.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        wanted = "a whole number above 0 and one of s, m, h, d, w, as in 90s, 1m, 4h, 1d"
        raise ValueError(f"{text!r} is not a duration: {wanted}")
    length = int(match[1]) * UNITS[match[2]]
    if length > CENTURY:
        raise ValueError(f"{text.strip()!r} is longer than a century: no bars reach that far")
    return length


@lru_cache(maxsize=100, typed=True)  # a run has a few intervals, and names its series after them again and again
def duration_text(microseconds: int) -> str:
    """The shortest exact form: 60,000,000 is `1m`, 5,400,000,000 is `90m`; below a second `0.25s`."""
    for unit in ("w", "d", "h", "m", "s"):
        if microseconds and microseconds % UNITS[unit] == 0:
            return f"{microseconds // UNITS[unit]}{unit}"
    return f"{microseconds / SECOND:g}s"


@lru_cache(maxsize=10_000)  # a report names the same instants on many pages
def instant_text(microseconds: int) -> str:
    """UTC, ISO 8601 with Z, to the second where that is exact: `2026-03-08T07:00:00Z`."""
    unit = "s" if microseconds % SECOND == 0 else "us"
    return f"{np.datetime64(microseconds, 'us').astype(f'datetime64[{unit}]')}Z"


def minute_text(microseconds: int) -> str:
    """The minute in which an instant falls, as sentences name it: `2026-03-08 07:00 UTC`."""
    return f"{instant_text(microseconds)[:16].replace('T', ' ')} UTC"
