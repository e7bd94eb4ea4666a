"""Bars that differ from a second source.

What it finds
    Bars with a price that is further from the reference's than a few ticks and a small share of the price. `extra`
    where the reference has no bar although trades are reported here, `invented` where there are none here either.

Why it matters
    Two sources that saw the same market agree. Where they do not, one of them is wrong, and nothing inside a single
    table can show a price that is plausible and false.

How
    Bars of the same slot are compared, column by column: open, high, low, close. Both limits have to be exceeded,
    because the ticks of a cheap instrument are coarse and those of an expensive one are fine. Neighbours are told as
    one range, with the worst of its bars.

Parameters
    ticks: float, ticks. Prices no further apart are equal; of a series without a tick nothing is known of them.
    percent: float, percent of the reference's price. Prices no further apart are equal.

Not flagged
    The newest bar of either side, which may still be forming; bars that are not due; anything before the first or
    after the last bar of the reference, whose quotes may be late; volume, which every source counts in its own way.
    Bars that the reference alone has are told by `missing_bar` and `stale_series`, which say that it has them.

Source
    Ours.
"""

import numpy as np

from dq.model import (
    PRICES,
    Bars,
    Float,
    Int,
    Market,
    Mask,
    OrderedBars,
    Suspects,
    at_rows,
    cause,
    column_bits,
    concatenated,
    no_suspects,
)

TRADED = 0.5  # share of the bars with a volume above zero from which on a bar without any says something
MESSAGES = {
    "": "{Bars} with another {columns} than the reference: {observed:.12g}, where it has {expected:.12g}; {share} apart.",
    "extra": "{Bars} that the reference does not have.",
    "invented": "{Bars} without any trade that the reference does not have.",
}


def not_checked(bars: Bars, market: Market) -> str | None:
    return market.no_reference if market.reference is None else None


def reference_mismatch(bars: OrderedBars, market: Market, *, ticks: float = 2.0, percent: float = 0.02) -> Suspects:
    theirs = market.reference
    if theirs is None or len(bars) == 0 or len(theirs) < 3:
        return no_suspects()
    rows, their_rows, there = _pairs(bars, theirs, market)
    found = _differing(bars, theirs, rows[there], their_rows[there], market, (ticks, percent))
    lone = rows[~there]
    if len(lone) == 0:
        return found
    idle = (market.habits.turnover.traded > TRADED) & ~(bars.volume[lone] > 0)
    alone = at_rows(bars, lone, cause=np.where(idle, cause("invented"), cause("extra")))
    whole = concatenated([found, alone] if len(found) else [alone])
    return whole.take(np.argsort(whole["row"], kind="stable"))


def _pairs(bars: OrderedBars, theirs: OrderedBars, market: Market) -> tuple[Int, Int, Mask]:
    """The rows that can be compared, the row of the reference in the same slot, and whether there is one."""
    numbers, held = market.slots.numbered(bars.timestamp)
    known, at = _slots_of(theirs, market)
    last = min(int(known[-1]) if len(known) else -1, market.last_slot)
    settled = held & (numbers > (known[0] if len(known) else last)) & (numbers < last)
    if bars.ends:
        settled[-1] = False
    rows = np.flatnonzero(settled)
    place = np.minimum(np.searchsorted(known, numbers[rows]), len(known) - 1)
    return rows, at[place], known[place] == numbers[rows]


def _slots_of(theirs: OrderedBars, market: Market) -> tuple[Int, Int]:
    """Numbers of the slots that the reference fills, ascending, and the row of each; found once for all blocks."""
    if "slots" not in theirs.known:
        numbers, held = market.slots.numbered(theirs.timestamp)
        rows = np.flatnonzero(held)
        fresh = np.append(True, numbers[rows][1:] != numbers[rows][:-1])[: len(rows)]
        theirs.known["slots"] = numbers[rows[fresh]], rows[fresh]
    found: tuple[Int, Int] = theirs.known["slots"]
    return found


def _differing(
    bars: OrderedBars, theirs: OrderedBars, rows: Int, their_rows: Int, market: Market, limits: tuple[float, float]
) -> Suspects:
    ours: Float = np.array([bars.column(name)[rows] for name in PRICES])
    expected: Float = np.array([theirs.column(name)[their_rows] for name in PRICES])
    apart, size = np.abs(ours - expected), np.abs(expected)
    wide = apart > np.maximum(limits[0] * market.tick, limits[1] / 100 * size)
    hit = np.flatnonzero(wide.any(axis=0))
    if len(hit) == 0:
        return no_suspects()
    worst = np.where(wide, apart, 0.0)[:, hit].argmax(axis=0), hit
    bits = np.array([column_bits(name) for name in PRICES], np.uint8)
    share = apart[worst] / size[worst]
    return at_rows(
        bars,
        rows[hit],
        columns=(wide[:, hit] * bits[:, None]).sum(axis=0),
        observed=ours[worst],
        expected=expected[worst],
        sigmas=share / market.habits.sigma,
        ticks=apart[worst] / market.tick if market.tick else np.nan,
        percent=100 * share,
    )
