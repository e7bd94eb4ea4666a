"""Instants and lengths of time as people write them and as Python has them, in microseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dq.model import parse_duration

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ALLOWED = "an instant such as 2026-03-08T07:00Z, or a datetime with a time zone"


def parse_instant(text: str) -> int:
    """Microseconds UTC of an ISO 8601 instant with Z or an offset.

    Raises:
        ValueError: it is no such instant; the message says what one looks like.
    """
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not an instant: write one like 2026-03-08T07:00Z") from None
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone: add Z for UTC, or an offset such as -05:00")
    return since_epoch(instant)


def since_epoch(instant: datetime) -> int:
    """Microseconds from 1970-01-01T00:00Z to an instant that knows its zone."""
    since = instant - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def instant_of(value: object) -> int:
    """Microseconds UTC of a text, of a datetime (pandas' too) with a zone, or of NumPy's datetime64, which has UTC.

    Raises:
        ValueError: it is none of these, or has no zone.
    """
    if isinstance(value, str):
        return parse_instant(value)
    if _is_scalar(value, "datetime64"):
        return _of_numpy(value, f"{value} is not an instant: it must be {ALLOWED}")
    if not isinstance(value, datetime) or value != value:  # NaT is a datetime that equals nothing  # noqa: PLR0124
        raise ValueError(f"{value!r} is not an instant: it must be {ALLOWED}")
    if value.tzinfo is None:
        raise ValueError(f'{value} has no time zone: give it one, as in .replace(tzinfo=UTC) or .tz_localize("UTC")')
    return since_epoch(value.to_pydatetime(warn=False) if hasattr(value, "to_pydatetime") else value)


def duration_of(value: object) -> int:
    """Microseconds of a text such as 90s or 1h, of a timedelta (pandas' too) or of NumPy's timedelta64, above 0.

    Raises:
        ValueError: it is none of these, or not above 0.
    """
    wrong = f"{value!r} is not a length of time: it must be above 0, a timedelta or a text such as 90s, 15m, 1h, 30d"
    if isinstance(value, str):
        return parse_duration(value)
    if _is_scalar(value, "timedelta64"):
        length = _of_numpy(value, wrong)
    elif isinstance(value, timedelta) and value == value:  # noqa: PLR0124  as above
        length = (value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds
    else:
        raise ValueError(wrong)
    if length <= 0:
        raise ValueError(wrong)
    return length


def _is_scalar(value: object, kind: str) -> bool:
    import numpy as np

    return isinstance(value, getattr(np, kind))


def _of_numpy(value: Any, wrong: str) -> int:
    import numpy as np

    if np.isnat(value):
        raise ValueError(wrong)
    unit = "datetime64[us]" if isinstance(value, np.datetime64) else "timedelta64[us]"
    return int(value.astype(unit).astype(np.int64))
