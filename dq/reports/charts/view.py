"""What one chart of a series shows: which bars, from when to when, and where time is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dq.model import SEVERITIES, Byte, Finding, Int, Market, OrderedBars
from dq.reports.charts.condense import Candles, candles
from dq.reports.charts.holes import Hole, holes
from dq.reports.clocks import FAR
from dq.reports.coverage import HOLES

AROUND = 60  # bars drawn before and after what a chart is about
_DEEP = 60  # slots drawn at either end of a hole: the middle of a longer one is left out
_KNOWN = 100_000  # slots of a hole that are laid out without a market
_MOST_BREAKS = 120  # stretches left out of one chart, the longest ones
OF_COLLECTOR = ("failed_cycle", "slow_cycle", "slow_upsert", "excessive_retry", "excessive_memory")
WHOLE = ("low_completeness", "uncovered_level", *OF_COLLECTOR)  # what they say has no place among the bars


@dataclass(frozen=True, eq=False)
class View:
    """The candles and holes of one chart.

    Attributes:
        start, end: microseconds UTC, the first and the last place on the axis.
        gaps: int64, shape (gaps, 2): the places before and after each stretch in which no bar is owed, and none is.
        deep: the same, of the middle of long holes.
    """

    candles: Candles
    holes: Sequence[Hole]
    start: int
    end: int
    gaps: Int
    deep: Int


def severities(bars: OrderedBars, findings: Sequence[Finding]) -> Byte:
    """The worst that findings say of each bar: 0 nothing, 1 info, 2 warning, 3 critical.

    Of a stretch in which not all bars are meant, its ends are taken: which others are is not known.
    """
    worst = np.zeros(len(bars), np.uint8)
    told = sorted((one for one in findings if one.check not in (*HOLES, *WHOLE)), key=_rank)
    first = np.searchsorted(bars.timestamp, [one.start for one in told]).tolist()
    stop = np.searchsorted(bars.timestamp, [one.end for one in told], side="right").tolist()
    for one, begin, end in zip(told, first, stop, strict=True):
        if begin < end:
            worst[begin : end if one.count >= end - begin else begin + 1] = _rank(one)
            worst[end - 1] = _rank(one)
    return worst


def _rank(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity) + 1


def view_of(
    bars: OrderedBars,
    market: Market | None,
    findings: Sequence[Finding],
    interval: int,
    around: tuple[int, int] | None,
    margin: int,
) -> View:
    """The view of the whole window, or of what lies around a stretch of it."""
    rows = _rows(bars, market, interval, around, margin)
    part = bars.rows(rows.start, rows.stop)
    drawn = candles(part, severities(part, findings), interval, market)
    stamps = part.timestamp.tolist()
    first, last = _span(stamps, market, findings, around)
    lacking = holes(bars, market, findings, first, last)
    edges = [*stamps[:1], *stamps[-1:], *(at for one in lacking for at in (one.start, one.end))] or [first, last]
    if around is not None:  # a hole that goes on for ever must not push the bars together
        reach = 2 * _DEEP * interval
        edges = [min(max(at, first - reach), last + reach) for at in edges]
    start, end = drawn.place(np.array([min(edges), max(edges)])).tolist()
    taken, deep = _taken(drawn, market, lacking, min(edges), max(edges), folded=around is not None)
    return View(drawn, lacking, start, end, _gaps(taken, drawn), deep)


def _rows(
    bars: OrderedBars, market: Market | None, interval: int, around: tuple[int, int] | None, margin: int
) -> range:
    """The rows shown; those with stamps of no calendar never are."""
    stamps = bars.timestamp
    least, most = np.searchsorted(stamps, [-FAR, FAR]).tolist()
    if around is not None:
        first, stop = np.searchsorted(stamps, [around[0], around[1] + 1]).tolist()
        return range(max(first - margin, least), max(min(stop + margin, most), least))
    if market is None:
        return range(least, most)
    reach = market.window.end + margin * interval  # bars of the far future would squash all others
    first, stop = np.searchsorted(stamps, [market.window.start, reach]).tolist()
    context = min(max(margin, (stop - first) // 4), 500)
    return range(max(first - context, least), max(min(stop, most), least))


def _span(
    stamps: Sequence[int], market: Market | None, findings: Sequence[Finding], around: tuple[int, int] | None
) -> tuple[int, int]:
    """From when to when holes are sought."""
    ends = list(stamps[:1]) + list(stamps[-1:])
    if around is not None:
        ends += around
    elif market is None:
        ends += [at for one in findings if one.check in HOLES for at in (one.start, one.end)]
    else:
        ends += [max(one, -FAR) for one in (market.window.start, min(market.window.end, market.as_of) - 1)]
    known = [one for one in ends if -FAR <= one <= FAR]
    return (min(known), max(known)) if known else (0, 0)


def _taken(
    drawn: Candles, market: Market | None, lacking: Sequence[Hole], first: int, last: int, *, folded: bool
) -> tuple[Int, Int]:
    """The places where a candle stands or is owed, ascending; and the ends of what is folded out of long holes."""
    if market is None or not len(market.slots):
        spans = [np.arange(one.start, one.end + 1, drawn.step) for one in lacking if one.count < _KNOWN]
        owed = np.concatenate([np.zeros(0, np.int64), *spans])
    else:
        begin, stop = market.slots.number(np.array([first, last])).tolist()
        owed = market.slots.timestamps(np.arange(max(begin, 0), max(stop, -1) + 1))
        owed = owed[(owed >= first) & (owed <= last)]
    folds = []
    for one in lacking if folded else ():
        begin, stop = np.searchsorted(owed, [one.start, one.end + 1]).tolist()
        if stop - begin > 2 * _DEEP:
            folds.append((owed[begin + _DEEP - 1], owed[stop - _DEEP]))
    for begin, end in folds:
        owed = owed[(owed <= begin) | (owed >= end)]
    deep = np.array(folds, np.int64).reshape(-1, 2)
    return np.unique(np.concatenate([drawn.at, drawn.place(np.sort(owed))])), deep


def _gaps(taken: Int, drawn: Candles) -> Int:
    """The stretches between those places that are longer than a candle; only the longest, should there be too many."""
    long = np.flatnonzero(np.diff(taken) > 1.5 * drawn.step)
    if len(long) > _MOST_BREAKS:
        long = np.sort(long[np.argsort(np.diff(taken)[long], kind="stable")[-_MOST_BREAKS:]])
    return np.column_stack([taken[long], taken[long + 1]])
