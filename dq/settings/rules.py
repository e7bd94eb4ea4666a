"""One rule per kind of setting: the value as dq uses it, or a ValueError that names it and says what is allowed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from dq.model import SECOND, SEVERITIES, SettingsError, parse_duration
from dq.settings.masking import masked

Rule = Callable[[object], Any]

_HUGE = 1e300  # beyond it an integer is no float any more
_SOURCES = "a PostgreSQL address, https:// of Supabase, yahoo:SYMBOL, or the path of a file or folder"


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
        raise ValueError(f"{_shown(value)} is {_kind(value)}; it must be text in quotes")  # noqa: TRY004  a fault of the file, not of a call
    if not value.strip():
        raise ValueError("it is empty; leave it out, or write something")
    return value.strip()


def file(value: object) -> str:
    """A path; an address is none."""
    path = text(value)
    if "://" in path:
        raise ValueError("it is an address; it must be the path of a file")
    return path


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{_shown(value)} is {_kind(value)}; it must be true or false, without quotes")  # noqa: TRY004  as above
    return value


def above_zero(value: object) -> float:
    """A finite number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _HUGE:
        raise ValueError(f"{_shown(value)} is not allowed; it must be a number above 0, without quotes")
    return float(value)


def duration(value: object) -> int:
    """Microseconds, above 0."""
    if not isinstance(value, str):
        raise ValueError(f'{_shown(value)} is {_kind(value)}; write a duration in quotes, as in "90s", "1m", "4h"')  # noqa: TRY004  as above
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


def database(value: object) -> str:
    """A PostgreSQL address; the driver that SQLAlchemy wants in it is taken out."""
    return _address(text(value), ("postgresql", "postgres"), "it must begin with postgresql://")


def supabase(value: object) -> str:
    """The web address of a Supabase project."""
    return _address(text(value), ("https", "http"), "it must begin with https://")


def source(value: object) -> str:
    """An address or a path from which bars can be read."""
    if not isinstance(value, str):
        raise ValueError(f"it is {_kind(value)}; it must be text in quotes: {_SOURCES}")  # noqa: TRY004  as above
    if "://" not in value:
        return text(value)
    return _address(text(value), ("postgresql", "postgres", "https", "http"), f"it must be {_SOURCES}")


def channel(value: object) -> str:
    """An apprise address, by its shape; whether apprise knows it is asked when something is to be told."""
    if not isinstance(value, str) or "://" not in value or value.startswith("://"):
        raise ValueError("it is not an address; it must be an apprise address in quotes, as in slack://… or mailto://…")
    return value.strip()


def _address(url: str, schemes: tuple[str, ...], allowed: str) -> str:
    scheme, slashes, rest = url.partition("://")
    if not slashes:  # not shown: it may be a key that was put in the wrong place
        raise ValueError(f"it is not an address; {allowed}")
    plain = scheme.lower().partition("+")[0]
    if plain not in schemes:
        raise ValueError(f"{masked(url)!r} is not allowed; {allowed}")
    return plain + slashes + rest


def _shown(value: object) -> str:
    whole = repr(value) if isinstance(value, str | float) else str(value)
    return whole if len(whole) <= 60 else f"{whole[:57]}..."


def _kind(value: object) -> str:
    names = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), "a date or time")
