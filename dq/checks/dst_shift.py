"""A span of bars whose stamps are off by a constant offset: the mark of a wrong time zone.

What it finds
    Bars that stand 15 minutes to 14 hours beside their sessions: they stick out at one end, and are lacking at the
    other. `local_time` where the offset is that of the market's own clocks (local time stored as UTC), `stale_offset`
    otherwise (an offset kept after clocks were set). The hour that clocks skip in spring, missing from a market that
    never closes (`missing_hour`), and the hour that they show twice in autumn, written twice (`repeated_hour`). Bars
    that stand still while clocks show winter time, cut on a fixed hour of UTC and filled forward (`frozen_winter`).
    Daily bars that bear the date of the day before or after their session.

Why it matters
    Every bar is there and every price is right, at the wrong time: joins with other series, session indicators and
    backtests look ahead by the offset. A dozen other alarms are only its shadow; this one names the fault.

How
    Count the bars that each session lacks, and those outside it, under every offset that the bars outside suggest;
    weigh them as odds against what is usual at the edges of this series' sessions; take the likeliest story of where
    an offset begins and ends; the offset of the market's own clocks, which changes where they are set, is one of those
    that are tried. Both ends of a session must speak, with odds of 18 (natural logarithm) in all, and one session at
    least must be as long as the calendar's.

Parameters
    None.

Not flagged
    A late open or an early end alone; a market with shorter hours than its calendar's; bars before or after hours
    beside a complete session; closing prints; half days; markets that move by an hour for someone else's clocks, for
    the calendar moves with them. The holes, bars outside sessions and doubled bars that the offset explains are told
    here once: elsewhere they are notes, with cause `dst`.

Source
    Ours; the dates at which clocks are set are those of the IANA time zone database, for a few places, since 1987.
"""

import numpy as np

from dq.displaced.edges import Span, displaced_spans, spans_of_days
from dq.displaced.naming import displaced_by, named
from dq.displaced.offsets import any_between, gaps_with_bars
from dq.displaced.stretches import stretches
from dq.displaced.switches import Hours, repeated_hours, skipped_hours
from dq.displaced.winters import frozen_winters
from dq.kernels import Int
from dq.model import DAY, HOUR, SECOND, Bars, Market, OrderedBars, Suspects, at_rows, cause, concatenated, no_suspects

MESSAGES = {
    "": "{Bars} stamped {shift}: they stick out of their sessions at one end, and are lacking at the other.",
    "stale_offset": "{Bars} stamped {shift}, as by a UTC offset that no longer held or never did: they stick out of"
    " their sessions at one end, and are lacking at the other.",
    "local_time": "{Bars} stamped {shift}: the local time of {place}, stored as if it were UTC.",
    "missing_hour": "No bar in the hour that clocks skip in {place}: these stamps look like its local time, not UTC.",
    "repeated_hour": "{Bars} written twice in the hour that clocks show twice in {place}: these stamps look like its"
    " local time, not UTC.",
    "frozen_winter": "{Bars} stand still in {winters}, while clocks in {place} show winter time: cut on a fixed hour of"
    " UTC, and filled forward.",
}


def not_checked(bars: Bars, market: Market) -> str | None:
    if HOUR < market.series.interval < DAY or market.series.interval > DAY:
        return "bars longer than an hour show no edge of a session (daily ones do)"
    return None


def dst_shift(bars: OrderedBars, market: Market) -> Suspects:
    """Bars outside sessions and hours at which clocks are set: few, and found without a look at every bar."""
    if len(bars) < 2:
        return no_suspects()
    if market.series.daily:
        return at_rows(bars, np.zeros(1, np.int64))
    stamps, step = bars.timestamp, market.series.interval
    begin = [skipped_hours(bars, step, market.sessions)[0], repeated_hours(bars, step, market.sessions)[0]]
    if any_between(stamps, market.slots):
        known = stretches(market.slots, int(stamps[0]), int(stamps[-1]))
        begin.append(known.closes[gaps_with_bars(stamps, known)])
    rows = np.searchsorted(stamps, np.concatenate(begin))
    return at_rows(bars, np.sort(rows)) if len(rows) else no_suspects()


def whole(candidates: Suspects, bars: OrderedBars, market: Market) -> Suspects:
    if market.series.daily:
        return _daily(bars, market)
    step, sessions = market.series.interval, market.sessions
    spans = named(displaced_spans(bars, market.slots), bars, market)
    pieces = [_displaced(bars, *span) for span in spans]
    pieces.append(_around(bars, skipped_hours(bars, step, sessions)))
    pieces.append(_inside(bars, repeated_hours(bars, step, sessions)))
    return _once(concatenated(pieces))


def _displaced(bars: OrderedBars, span: Span, why: str, place: int) -> Suspects:
    late = displaced_by(span, bars, place)
    rows = span.start + np.flatnonzero(late)
    return at_rows(bars, rows, cause=cause(why), zone=place, observed=late[rows - span.start] / SECOND)


def _daily(bars: OrderedBars, market: Market) -> Suspects:
    """Frozen winters, of which the last row reaches to the next one, so that all of them are told as one."""
    pieces = [
        at_rows(bars, np.arange(span.start, span.stop), observed=span.offset / SECOND)
        for span in spans_of_days(bars, market.slots)
    ]
    winters, place = frozen_winters(bars)
    for number, winter in enumerate(winters):
        rows = np.arange(winter.start, winter.stop)
        found = at_rows(bars, rows, cause=cause("frozen_winter"), zone=place, observed=number + 1, count=1, bars=1)
        if number + 1 < len(winters):
            reach = found["last_row"].copy()
            reach[-1] = winters[number + 1].start - 1 + bars.offset
            found = found.with_column("last_row", reach)
        pieces.append(found)
    return _once(concatenated(pieces))


def _around(bars: OrderedBars, hours: Hours) -> Suspects:
    """The bar before and the bar after each missing hour."""
    begin, place = hours
    after = np.searchsorted(bars.timestamp, begin)
    rows = np.stack([after - 1, after], axis=1).ravel()
    return at_rows(bars, rows, cause=cause("missing_hour"), zone=np.repeat(place, 2), observed=-HOUR / SECOND)


def _inside(bars: OrderedBars, hours: Hours) -> Suspects:
    begin, place = hours
    bounds = np.searchsorted(bars.timestamp, np.stack([begin, begin + HOUR], axis=1)).reshape(-1, 2)
    rows = [np.arange(first, stop) for first, stop in bounds.tolist()]
    everything: Int = np.concatenate([*rows, np.zeros(0, np.int64)])
    places = np.repeat(place, bounds[:, 1] - bounds[:, 0])
    return at_rows(bars, everything, cause=cause("repeated_hour"), zone=places, observed=HOUR / SECOND)


def _once(found: Suspects) -> Suspects:
    """By row, each row once: spans are told before hours."""
    order = np.argsort(found["row"], kind="stable")
    rows = found["row"][order]
    return found.take(order[np.append(True, rows[1:] != rows[:-1])[: len(rows)]])
