"""One rule per kind of setting: the value as dq uses it, or a ValueError that names it and says what is allowed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from dq.model import SECOND, SEVERITIES, SettingsError, parse_duration

Rule = Callable[[object], Any]

_HUGE = 1e300  # beyond it an integer is no float any more


def nearest(word: str, allowed: Sequence[str]) -> str:
    """` (did you mean …?)`, or nothing where no allowed word is near."""
    from difflib import get_close_matches

    spelled = {one.lower(): one for one in allowed}
    near = get_close_matches(word.lower(), spelled, n=1)
    return f" (did you mean {spelled[near[0]]!r}?)" if near else ""


def anything(value: object) -> Any:
    """As it is: for tables whose contents are read one by one."""
    return value


def text(value: object) -> str:
    """Text with something in it."""
    if not isinstance(value, str):
        raise ValueError(f"{_shown(value)} is {kind(value)}; it must be text in quotes")  # noqa: TRY004  a fault of the file, not of a call
    if not value.strip():
        raise ValueError("it is empty; leave it out, or write something")
    return value.strip()


def file(value: object) -> str:
    """A path; an address is none."""
    path = text(value)
    if "://" in path:
        raise ValueError("it is an address; it must be the path of a file")
    return path


def name(value: object) -> str:
    """A short name in one line, as lists show it."""
    said = text(value)
    if not said.isprintable() or len(said) > 40:
        raise ValueError(f"{_shown(said)} is not allowed; it must be one line of at most 40 characters")
    return said


def words(value: object) -> tuple[str, ...]:
    """A list of texts, each once."""
    if not isinstance(value, list) or not value:
        raise ValueError(f'{_shown(value)} is not allowed; it must be a list of texts, as in ["NQ=F", "ES=F"]')
    return tuple(dict.fromkeys(map(text, value)))


_UNITS = {"k": 10, "M": 20, "G": 30}


def size(value: object) -> int:
    """Bytes: a whole number, or one with k, M or G (of 1,024, its square, its cube)."""
    found = re.fullmatch(r"([1-9][0-9]{0,8})([kMG])?", str(value))
    if found is None or isinstance(value, bool):
        raise ValueError(f'{_shown(value)} is not allowed; write a number of bytes, as in "64k", "10M"')
    return int(found[1]) << _UNITS.get(found[2], 0)


def table(value: object) -> str:
    """The name of a table, without its schema."""
    name = text(value)
    schema, dot, alone = name.rpartition(".")
    if dot:
        raise ValueError(
            f'{name!r} is a schema and a table; write schema = "{schema}" under [source], and "{alone}" here'
        )
    return name


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{_shown(value)} is {kind(value)}; it must be true or false, without quotes")  # noqa: TRY004  as above
    return value


def above_zero(value: object) -> float:
    """A finite number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _HUGE:
        raise ValueError(f"{_shown(value)} is not allowed; it must be a number above 0, without quotes")
    return float(value)


def whole(value: object) -> int:
    """A whole number, 0 too."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _HUGE:
        raise ValueError(f"{_shown(value)} is not allowed; it must be a whole number from 0 up, without quotes")
    return value


def duration(value: object) -> int:
    """Microseconds, above 0."""
    if not isinstance(value, str):
        raise ValueError(f'{_shown(value)} is {kind(value)}; write a duration in quotes, as in "90s", "1m", "4h"')  # noqa: TRY004  as above
    return parse_duration(value)


def duration_or_zero(value: object) -> int:
    """Microseconds, 0 too: `0s`."""
    return 0 if isinstance(value, str) and re.fullmatch(r"\s*0[smhdw]\s*", value) else duration(value)


def seconds(value: object) -> int:
    """Microseconds of a number of seconds, written as text: what collectors have in their environment."""
    try:
        number = float(str(value))
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{value!r} is not allowed; it must be a number of seconds above 0")
    return round(number * SECOND)


def one_of(*allowed: str) -> Rule:
    """One of those words."""

    def choice(value: object) -> str:
        if value not in allowed:
            meant = nearest(value, allowed) if isinstance(value, str) else ""
            raise ValueError(f"{_shown(value)} is not allowed{meant}; it must be one of {', '.join(allowed)}")
        return str(value)

    return choice


severity = one_of(*SEVERITIES)


def zone(value: object) -> str:
    """The IANA name of a time zone."""
    name = text(value)
    if name == "UTC":
        return name
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        meant = nearest(name, sorted(available_timezones()))
        raise ValueError(
            f"{name!r} is not a time zone{meant}; it must be an IANA name, as in America/Chicago"
        ) from None
    return name


def calendar(value: object) -> str:
    """A calendar that dq.calendars knows, or `auto`: learnt from the bars."""
    name = text(value)
    if name == "auto":
        return name
    from dq.calendars import check_calendar

    try:
        check_calendar(name)
    except SettingsError as unknown:
        raise ValueError(f"{unknown.message} {unknown.hint}".strip()) from None
    return name


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"  # as TOML writes them
    whole = repr(value) if isinstance(value, str | float) else str(value)
    return whole if len(whole) <= 60 else f"{whole[:57]}..."


def kind(value: object) -> str:
    """What sort of value it is, in words."""
    names = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), "a date or time")
