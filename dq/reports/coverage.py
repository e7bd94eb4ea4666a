"""How much of what was owed is there, stretch by stretch of time: what heat maps and sparklines show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from dq.model import DAY, HOUR, MINUTE, NO_INSTANT, WEEK, Finding, Int, Market, OrderedBars, Window

HOLES = ("missing_bar", "stale_series")
STEPS = ("minute", "5 minutes", "hour", "day", "week", "month")
LENGTHS = {"minute": MINUTE, "5 minutes": 5 * MINUTE, "hour": HOUR}  # microseconds of those that no calendar names
UNTOLD = "unknown"  # the cause of a missing slot that no finding speaks of
_MONDAY = 4 * DAY  # 1970-01-05


@dataclass(frozen=True, eq=False)
class Coverage:
    """What one series owed and has, stretch by stretch.

    Attributes:
        starts: int64, microseconds UTC, ascending: minutes or hours, or midnights of the dates that name sessions,
            weeks (Mondays) or months. Stretches in which nothing fell due are left out.
        owed: int64, slots that fell due in each.
        present: int64, those of them that have a bar.
        missing: cause -> int64, those that have none.
    """

    starts: Int
    owed: Int
    present: Int
    missing: Mapping[str, Int]


def step_of(window: Window, least: int = HOUR) -> str:
    """The name of the stretch that suits a window: at most about a hundred of them fill it.

    Args:
        least: microseconds; stretches of minutes are chosen only where they are no shorter, so that bars fill them.
    """
    length = window.end - window.start
    for step, most in (("minute", 2 * HOUR), ("5 minutes", 8 * HOUR)):
        if length <= most and least <= LENGTHS[step]:
            return step
    for step, most in (("hour", 3 * DAY), ("day", 110 * DAY), ("week", 110 * WEEK)):
        if length <= most:
            return step
    return "month"


def coverage(market: Market, bars: OrderedBars, findings: Iterable[Finding], step: str) -> Coverage:
    """What the market owed in the window, and what of it is there.

    Args:
        bars: those of the series; others than those of the window change nothing.
        findings: those of the series; the causes of what is missing come from them.
        step: one of STEPS.
    """
    first, last = market.first_slot, max(market.last_slot, market.first_slot)
    numbers = np.arange(first, last)
    held, present = market.slots.numbered(bars.timestamp)
    there = np.zeros(last - first, np.bool_)
    there[held[present & (held >= first) & (held < last)] - first] = True
    starts, place = np.unique(_starts(market, numbers, step), return_inverse=True)

    def count(chosen: np.ndarray) -> Int:
        return np.bincount(place[chosen], minlength=len(starts)).astype(np.int64)

    causes = _causes(market, findings, there)
    missing = {name: count(~there & (causes == number)) for number, name in enumerate(_names(findings))}
    told = {name: counts for name, counts in missing.items() if counts.any()}
    return Coverage(starts, np.bincount(place, minlength=len(starts)).astype(np.int64), count(there), told)


def _names(findings: Iterable[Finding]) -> list[str]:
    causes = {one.cause or UNTOLD for one in findings if one.check in HOLES}
    return [UNTOLD, *sorted(causes - {UNTOLD})]


def _causes(market: Market, findings: Iterable[Finding], there: np.ndarray) -> Int:
    """The number of each slot's cause among `_names`; a shorter hole is told more exactly than one around it."""
    names = {name: number for number, name in enumerate(_names(findings))}
    holes = [one for one in findings if one.check in HOLES and one.start != NO_INSTANT]
    causes = np.zeros(len(there), np.int64)
    holes.sort(key=lambda one: one.start - one.end)
    spans = np.array([(one.start, one.end) for one in holes], np.int64).reshape(-1)
    for hole, (first, last) in zip(holes, market.slots.number(spans).reshape(-1, 2).tolist(), strict=True):
        begin, end = max(first - market.first_slot, 0), last - market.first_slot + 1
        causes[begin : max(end, begin)] = names[hole.cause or UNTOLD]
    return causes


def _starts(market: Market, numbers: Int, step: str) -> Int:
    """The beginning of the stretch that each slot of those numbers belongs to."""
    slots = market.slots
    stamps = slots.timestamps(numbers)
    if step in LENGTHS:
        return stamps // LENGTHS[step] * LENGTHS[step]
    days = session_dates(market, stamps)
    if step == "day":
        return days
    if step == "week":
        return (days - _MONDAY) // WEEK * WEEK + _MONDAY
    months = days.astype("datetime64[us]").astype("datetime64[M]")
    return months.astype("datetime64[us]").astype(np.int64)


def session_dates(market: Market, stamps: Int) -> Int:
    """Midnight of the date of the session that each timestamp belongs to, or else of the next one."""
    known = market.sessions
    if market.series.daily or len(known) == 0:
        return stamps // DAY * DAY
    at = np.searchsorted(known.closes, stamps - market.slots.offset, side="right")
    return known.day[np.minimum(at, len(known) - 1)] * DAY
