"""Instants on a page: UTC in the text, the market's own clock beside it, so that a reader can switch between them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from dq.model import DAY, NO_INSTANT, Series, instant_text
from dq.reports.clocks import local_span_text, local_text, span_text, stamps_text, utc_text

if TYPE_CHECKING:
    from markupsafe import Markup

_YEARS = 10_000 * 365 * DAY  # from year 0 to 9999 an instant can be written for machines


def at(instant: int, zone: str = "UTC") -> Markup:
    """One instant: `<time class="at" datetime="…" data-utc="…" data-local="…">2026-03-12 14:00 UTC</time>`."""
    return timed(instant, utc_text(instant), local_text(instant, zone))


def span(start: int, end: int, zone: str = "UTC") -> Markup:
    """From one instant to another, both included."""
    return timed(start, span_text(start, end), local_span_text(start, end, zone))


def stamps(series: Series | None, start: int, end: int, zone: str = "UTC") -> Markup:
    """The timestamps of a finding; those of daily bars are dates."""
    return timed(start, *stamps_text(series, start, end, zone))


def timed(instant: int, utc: str, local: str) -> Markup:
    """An element of those two texts; without the second where it would say nothing more."""
    from markupsafe import Markup

    other = f' data-local="{escape(local)}" title="{escape(local)}"' if local else ""
    known = instant != NO_INSTANT and 0 <= instant < _YEARS - 1970 * 366 * DAY
    machine = f' datetime="{instant_text(instant)}"' if known else ""
    name = "time" if known else "span"
    return Markup(f'<{name} class="at"{machine} data-utc="{escape(utc)}"{other}>{escape(utc)}</{name}>')  # noqa: S704
