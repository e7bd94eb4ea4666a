"""Clocks of a zone and the instants at which they show a time."""

from __future__ import annotations

import numpy as np

from dq.model import SECOND, Int


def instants_at(days: Int, minute: int, zone: str) -> Int:
    """Microseconds UTC at which clocks of a zone show a minute of each day; the first of two where they go back.

    Args:
        days: days since 1970-01-01.
        minute: of the local day; negative before its midnight.
    """
    from datetime import UTC, datetime, timedelta
    from zoneinfo import ZoneInfo

    place = ZoneInfo(zone)
    midnight = datetime(1970, 1, 1, tzinfo=place)  # arithmetic on it is that of the wall clock
    seconds = [int((midnight + timedelta(days=int(day), minutes=minute)).astimezone(UTC).timestamp()) for day in days]
    return np.array(seconds, np.int64) * SECOND
