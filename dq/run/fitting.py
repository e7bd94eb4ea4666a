"""Which known calendar has the hours that a series keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dq.calendars import sessions
from dq.kernels import distinct
from dq.model import DAY, Halt, Int, Series, Sessions
from dq.run.inference import market_time, off_session

FITS = 0.99  # share of the bars that a calendar that fits has in its sessions
WIDER = 1.1  # times the hours that were learned, or fewer: around the clock is no fit for a stock
HALF_A_YEAR = 120  # daily bars: holidays are all that tells calendars apart
NEW_YORK = (("XNYS", False), ("XNYS", True), ("CME_Equity", False), ("FX", False), ("24/5", False))
EUROPE = (("XLON", False), ("XETR", False), ("XPAR", False))  # an hour apart on clocks, at one time
OF_ZONE = {
    "America/New_York": (*NEW_YORK, ("CMEGlobex_Metals", False)),
    "America/Chicago": (("CME_Equity", False), ("CMEGlobex_Grains", False)),
    "Europe/London": EUROPE,
    "Europe/Berlin": EUROPE,
    "America/Sao_Paulo": (("BVMF", False),),
    "Asia/Jerusalem": (("XTAE", False),),
    "Asia/Tokyo": (("XTKS", False),),
    "Asia/Hong_Kong": (("XHKG", False), ("XSHG", False)),
    "Asia/Kolkata": (("XNSE", False),),
    "Australia/Sydney": (("XASX", False),),
    "Pacific/Auckland": (("XNZE", False),),
}
ANYWHERE = (*NEW_YORK, ("24/7", False))


@dataclass(frozen=True, eq=False)
class Fit:
    """A known calendar that fits, and its sessions."""

    calendar: str
    extended_hours: bool
    sessions: Sessions

    @property
    def setting(self) -> str:
        """What to write into dq.toml."""
        return f'calendar = "{self.calendar}"' + (" and extended_hours = true" if self.extended_hours else "")

    @property
    def flag(self) -> str:
        """The same as a flag of the command, where there is one."""
        return "" if self.extended_hours else f"--calendar {self.calendar}, or "


def closest(series: Series, stamps: Int, cache: Path | None, learned: Sessions | None = None) -> Fit | None:
    """The known calendar with the fewest hours of those that hold nearly all bars.

    Args:
        stamps: ascending, not empty.
        learned: sessions learned from them; calendars with far more hours do not fit then.
    """
    if learned is not None and series.daily and (series.interval > DAY or len(stamps) < HALF_A_YEAR):
        return None
    zone = learned.zone if learned is not None and not series.daily else "UTC"
    first, last = int(stamps[0]), int(stamps[-1])
    start, end = (first, last) if learned is None else (min(first, learned.start), max(last, learned.end))
    since = start if learned is None else max(first, learned.start)
    best, least = None, np.inf if learned is None else WIDER * market_time(learned, since, last)
    for calendar, wide in OF_ZONE.get(zone, ANYWHERE):
        known = sessions(calendar, start - DAY, end + DAY, extended_hours=wide, cache=cache)
        hours = market_time(known, since, last)
        if hours < least and _fits(series, stamps, known, other_days=learned is None):
            best, least = Fit(calendar, wide, known), hours
    return best


def _fits(series: Series, stamps: Int, known: Sessions, *, other_days: bool) -> bool:
    """Whether nearly all bars lie in the sessions and, unless other days do not matter, nearly all its days have bars.

    Markets of one zone often keep the same hours; their holidays tell them apart.
    """
    if 1 - off_session(series, stamps, known).mean() <= FITS:
        return False
    inside = slice(np.searchsorted(known.opens, stamps[0]), np.searchsorted(known.closes, stamps[-1]))
    days = distinct(known.day[inside])[0]
    seen = known.day[np.maximum(np.searchsorted(known.opens, stamps, side="right") - 1, 0)]
    if series.daily:
        seen = stamps // DAY
    return other_days or bool(np.isin(days, seen).mean() > FITS) or len(days) == 0


def with_holidays(learned: Sessions, fit: Fit, daily: bool) -> Sessions:
    """Learned sessions, and what the calendar that fits knows besides: days and hours it calls closed, and halts."""
    doubts = _closed_days(learned, fit) if daily else _closed_stretches(learned, fit)
    doubts = tuple(sorted(doubts + fit.sessions.doubts, key=lambda doubt: doubt.start))
    return replace(learned, doubts=doubts, halts=fit.sessions.halts)


def _closed_days(learned: Sessions, fit: Fit) -> tuple[Halt, ...]:
    closed = np.flatnonzero(~np.isin(learned.day, fit.sessions.day))
    edges = zip(learned.opens[closed].tolist(), learned.closes[closed].tolist(), strict=True)
    return tuple(Halt(start, end, _closed(fit)) for start, end in edges)


def _closed_stretches(learned: Sessions, fit: Fit) -> tuple[Halt, ...]:
    known = fit.sessions
    shut, reopened = np.append(known.start, known.closes), np.append(known.opens, known.end)
    first = np.searchsorted(reopened, learned.opens, side="right")
    count = np.maximum(np.searchsorted(shut, learned.closes) - first, 0)
    session = np.repeat(np.arange(len(learned)), count)
    at = first[session] + np.arange(len(session)) - np.repeat(np.cumsum(count) - count, count)
    start, end = np.maximum(shut[at], learned.opens[session]), np.minimum(reopened[at], learned.closes[session])
    both = np.flatnonzero(end > start)
    return tuple(
        Halt(low, high, _closed(fit)) for low, high in zip(start[both].tolist(), end[both].tolist(), strict=True)
    )


def _closed(fit: Fit) -> str:
    return f"{fit.calendar} is closed"
