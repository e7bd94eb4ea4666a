"""Instants as people read them: UTC, and the clocks of the market beside it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dq.model import DAY, NO_INSTANT, Series, instant_text

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FAR = 600_000 * DAY  # beyond it (years 327 to 3612) no calendar of clocks says anything


def utc_text(instant: int) -> str:
    """`2026-03-08 07:00 UTC`; seconds only where there are some; NO_INSTANT is `no readable time`."""
    return "no readable time" if instant == NO_INSTANT else f"{_short(instant)} UTC"


def local_text(instant: int, zone: str) -> str:
    """`2026-03-08 02:00 Chicago (CST)`; empty where clocks there show UTC, and where the zone is not known here."""
    there = _there(instant, zone)
    if there is None:
        return ""
    return f"{_clock(there)} {_place(there, zone)}"


def span_text(start: int, end: int) -> str:
    """Both ends, the last bar's own stamp included: `2026-03-08 07:00 – 07:14 UTC`; one time where they are equal."""
    if start == end or NO_INSTANT in (start, end):
        return utc_text(start)
    first, last = _short(start), _short(end)
    return f"{first} – {last[11:] if first[:10] == last[:10] else last} UTC"


def local_span_text(start: int, end: int, zone: str) -> str:
    """The same on the clocks of a zone: `2026-03-08 01:50 (CST) – 03:05 (CDT) Chicago`; empty as in `local_text`."""
    first, last = _there(start, zone), _there(end, zone)
    if first is None or last is None or start == end:
        return local_text(start, zone)
    tail = _clock(last)
    tail = tail[11:] if first.date() == last.date() else tail
    if first.utcoffset() != last.utcoffset():
        return f"{_clock(first)} ({first.tzname()}) – {tail} ({last.tzname()}) {city(zone)}"
    return f"{_clock(first)} – {tail} {_place(last, zone)}"


def stamps_text(series: Series | None, start: int, end: int, zone: str) -> tuple[str, str]:
    """A stretch of a series' own timestamps, in UTC and on the clocks of its market (empty where that adds nothing).

    Bars of days and longer that are stamped at 00:00Z mean dates, which are the same everywhere.
    """
    if series and series.daily and start % DAY == 0 and end % DAY == 0 and NO_INSTANT not in (start, end):
        first, last = instant_text(start)[:10], instant_text(end)[:10]
        return (first if start == end else f"{first} – {last}"), ""
    return span_text(start, end), local_span_text(start, end, zone)


def hour_text(instant: int, zone: str = "UTC") -> str:
    """Hour and minute on the clocks of a zone: `07:00`; empty as in `local_text`, but never for UTC."""
    there = _short(instant) if zone == "UTC" else ""
    known = _there(instant, zone)
    return (_clock(known) if known else there)[11:]


def day_text(instant: int) -> str:
    """The UTC day, short: `8 Mar`."""
    year_month_day = instant_text(instant).partition("T")[0]
    _, month, day = year_month_day.rsplit("-", 2)
    return f"{int(day)} {_MONTHS[int(month) - 1]}"


def city(zone: str) -> str:
    """The place that a zone is named after: `New York`."""
    return zone.rpartition("/")[2].replace("_", " ")


def _short(instant: int) -> str:
    """The shortest exact form of an instant, without the zone."""
    text = instant_text(instant).rstrip("Z").replace("T", " ")
    return text.removesuffix(":00") if text.count(":") > 1 and "." not in text else text


def _clock(there: datetime) -> str:
    return there.strftime("%Y-%m-%d %H:%M" + (":%S" if there.second or there.microsecond else ""))


def _place(there: datetime, zone: str) -> str:
    name = there.tzname() or ""
    return f"{city(zone)} ({name})" if name.isalpha() and name != city(zone) else city(zone)


@cache
def _zone(name: str) -> ZoneInfo | None:
    """The zone of that name; None where this machine has no such zone: people then read UTC, which is right too."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _there(instant: int, zone: str) -> datetime | None:
    """The instant on the clocks of a zone; None where they show UTC, or the instant is beyond any calendar."""
    from datetime import UTC, datetime, timedelta

    known = None if zone == "UTC" or instant == NO_INSTANT else _zone(zone)
    if known is None or not -FAR < instant < FAR:
        return None
    there = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)).astimezone(known)
    return there if there.utcoffset() else None
