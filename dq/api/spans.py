"""Instants as pandas has them, and stretches between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

    from dq.model import Window


class Span(NamedTuple):
    """A half-open stretch `[start, end)` of time: pandas Timestamps, UTC."""

    start: pd.Timestamp
    end: pd.Timestamp


def span_of(window: Window) -> Span:
    """The same window in Timestamps."""
    return Span(timestamp_of(window.start), timestamp_of(window.end))


def timestamp_of(microseconds: int) -> pd.Timestamp:
    """Microseconds UTC as a Timestamp."""
    import pandas as pd

    return pd.Timestamp(microseconds, unit="us", tz="UTC")
