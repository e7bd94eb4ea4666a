"""Counts, lists of names and lengths of time, as people write them; reports and commands use these too."""

from __future__ import annotations

from collections.abc import Sequence

from dq.model import MINUTE, SECOND

_WITHOUT_PLURAL = ("series", "due")


def counted(number: int, noun: str) -> str:
    """`1 bar`, `12 bars`, `1,240 bars`, `5 series`."""
    plural = noun if number == 1 or noun in _WITHOUT_PLURAL else f"{noun}s"
    return f"{number:,} {plural}"


def listed(names: Sequence[str], most: int = 4) -> str:
    """`a`, `a and b`, `a, b and c`; beyond `most` names `a, b, c and 9 more`."""
    shown = list(names)
    if len(shown) > most:
        shown = [*shown[: most - 1], f"{len(names) - most + 1:,} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def length_text(microseconds: int) -> str:
    """A length of time in its two largest units: `45 s`, `14 min`, `2 h 05 min`, `3 d 4 h`."""
    if microseconds < MINUTE:
        return f"{microseconds / SECOND:g} s"
    minutes, seconds = divmod(microseconds // SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days:,} d {hours} h" if hours else f"{days:,} d"
    if hours:
        return f"{hours} h {minutes:02} min" if minutes else f"{hours} h"
    return f"{minutes} min {seconds:02} s" if seconds else f"{minutes} min"
