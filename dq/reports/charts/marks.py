"""Where the signs of findings stand in a chart: at the bars that they speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from dq.model import NO_INSTANT, SEVERITIES, Finding, OrderedBars
from dq.reports.charts.view import WHOLE, View
from dq.reports.coverage import HOLES
from dq.reports.words import number_text

MOST = 200  # signs of one chart, the worst first
_EDGE, _FOOT = 0.965, 0.035  # places on the overlaid axis of 0 to 1: at the upper edge of the prices, and at the lower
_IN_VOLUME = 0.86  # the same over the volumes


@dataclass(slots=True)
class Mark:
    """One sign.

    Attributes:
        x: microseconds UTC.
        y: a price, or a share of the height, as `axis` says: y, y3 or (over the volumes) y4.
        side: 1 above its bar, -1 below it, 0 at its own place.
        text: written beside it.
        findings: positions of the findings it stands for, among those that were given.
    """

    x: float
    y: float
    axis: str
    side: int = 0
    text: str = ""
    findings: list[int] = field(default_factory=list)


def marks(
    view: View, bars: OrderedBars, findings: Sequence[Finding], span: tuple[float, float] | None
) -> dict[str, list[Mark]]:
    """The signs of a view, by check; those of one check at one place are one."""
    found: dict[tuple[str, float, str, int], Mark] = {}
    worst = sorted(range(len(findings)), key=lambda at: -SEVERITIES.index(findings[at].severity))
    by_hole: dict[int, list[Mark]] = defaultdict(list)
    for hole in view.holes:
        ends = view.candles.place(np.array([hole.start, hole.end])).tolist()
        by_hole[hole.at].append(Mark(sum(ends) / 2, _FOOT, "y3"))
    placed = _placed(view, bars, findings)
    for at in worst:
        one = findings[at]
        here = by_hole[at] if one.check in HOLES else _of_bars(view, bars, one, *placed[at], span)
        for mark in here:
            key = (one.check, mark.x, mark.axis, mark.side)
            if key in found or len(found) < MOST:
                kept = found.setdefault(key, mark)
                kept.findings += [at] if at not in kept.findings else []
    by_check: dict[str, list[Mark]] = defaultdict(list)
    for (check, *_), mark in found.items():
        by_check[check].append(mark)
    return by_check


def _placed(view: View, bars: OrderedBars, findings: Sequence[Finding]) -> list[tuple[int, int]]:
    """Of each finding the row of its first bar, or -1, and where that stands, or would stand."""
    starts = np.array([one.start for one in findings], np.int64)
    rows = np.searchsorted(bars.timestamp, starts)
    first = np.append(bars.timestamp, NO_INSTANT)[rows]
    there = (rows < len(bars)) & (first <= np.array([one.end for one in findings], np.int64))
    places = view.candles.place(np.where(there, first, starts))
    return list(zip(np.where(there, rows, -1).tolist(), places.tolist(), strict=True))


def _of_bars(
    view: View, bars: OrderedBars, finding: Finding, row: int, at: int, span: tuple[float, float] | None
) -> Iterator[Mark]:
    """The sign of a finding that speaks of bars: at the first of them, or where it would stand."""
    if finding.check in WHOLE or finding.start == NO_INSTANT or not view.start <= at <= view.end:
        return
    if row < 0:
        yield Mark(at, _FOOT, "y3")
    elif finding.columns == ("volume",):
        yield Mark(at, _IN_VOLUME, "y4")
    else:
        yield _at_price(at, bars, row, finding, span)


def _at_price(at: int, bars: OrderedBars, row: int, finding: Finding, span: tuple[float, float] | None) -> Mark:
    prices = [float(bars.column(name)[row]) for name in ("open", "high", "low", "close")]
    known = [one for one in prices if isfinite(one)]
    if not known or span is None:
        return Mark(at, 0.5, "y3")
    low, high = min(known), max(known)
    if high > span[1]:
        return Mark(at, _EDGE, "y3", text=number_text(high))
    if low < span[0]:
        return Mark(at, _FOOT, "y3", text=number_text(low))
    below = finding.columns == ("low",)
    return Mark(at, low if below else high, "y", -1 if below else 1)
