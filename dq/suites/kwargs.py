"""What the kwargs of an entry may be: the three filters of every expectation, and parameters like their defaults."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from dq.model import CAUSES, parse_duration

_HUGE = 1e300  # beyond it an integer is no float any more


def nearest(word: str, allowed: Iterable[str]) -> str:
    """` (did you mean …?)`, or nothing where no allowed word is near."""
    near = get_close_matches(word, list(allowed), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def like(default: object, value: object, choices: Sequence[str] = ()) -> object:
    """The value, if it is of the default's kind: a flag, a number, a duration as text, or other text.

    Args:
        choices: the only words that are allowed; empty: any.

    Raises:
        ValueError: it is not; the message says what is allowed.
    """
    if isinstance(default, bool):
        return _must(isinstance(value, bool), value, "true or false")
    if isinstance(default, int):
        return _must(isinstance(value, int) and not isinstance(value, bool), value, f"a whole number, as in {default}")
    if isinstance(default, float):
        number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _HUGE
        return float(_must(number, value, f"a number, as in {default:g}"))
    if isinstance(default, str):
        _must(isinstance(value, str), value, f'text, as in "{default}"')
        if _is_duration(default):
            _duration(value)
        if choices and value not in choices:
            meant = nearest(str(value), choices)
            raise ValueError(f"{shown(value)} is not allowed{meant}; {one_of(choices)}")
    return value


def _must(holds: bool, value: Any, allowed: str) -> Any:
    if not holds:
        raise ValueError(f"{shown(value)} is not allowed; it must be {allowed}")
    return value


def _is_duration(text: str) -> bool:
    try:
        return parse_duration(text) > 0
    except ValueError:
        return False


def _duration(value: object) -> int:
    return parse_duration(_must(isinstance(value, str), value, 'a duration in quotes, as in "120s"'))


def _bars(value: object) -> int:
    good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return int(_must(good, value, "a number of bars, 0 or more"))


def _causes(value: object) -> tuple[str, ...]:
    known = [cause for cause in CAUSES if cause]
    if not isinstance(value, list) or not value:
        raise ValueError(f'{shown(value)} is not allowed; it must be a list of causes, as in ["quiet"]')
    for one in value:
        if one not in known:
            meant = nearest(one, known) if isinstance(one, str) else ""
            raise ValueError(f"{shown(one)} is no cause{meant}; {one_of(known)}")
    return tuple(dict.fromkeys(value))


FILTERS: Mapping[str, Callable[[object], object]] = {"cause": _causes, "longer_than": _duration, "bars": _bars}


def one_of(allowed: Iterable[str]) -> str:
    return f"allowed: {', '.join(allowed)}"


def shown(value: object) -> str:
    whole = json.dumps(value, ensure_ascii=False)
    return whole if len(whole) <= 60 else f"{whole[:57]}..."
