"""Prices off the instrument's tick grid.

What it finds
    Prices that are no multiple of the tick: of the one that was given, or of the step that 99 % of the prices share.
    `other_grid` where nearly every bar of a stretch is off: another contract, another currency, adjusted prices.

Why it matters
    Nothing can trade there, so the price was computed, averaged, rescaled or taken from another instrument. Orders
    at such a price are refused.

How
    A price is on the grid where it is the double nearest to a multiple of the tick, a decimal fraction. What misses
    it by a hair only is arithmetic and belongs to `precision_loss`. A tick that was only inferred is believed less:
    a price off it counts where it is alone among 8 bars on either side, one of two at the most among 256, and the
    sample has next to none.

Parameters
    None.

Not flagged
    Adjusted prices, single precision throughout, and series without a tick: not checked, with that reason. Neither
    are series with prices off the given tick all over: midpoint prints, or a tick that is not theirs. The close of
    daily bars where it is off now and then: exchanges compute settlement prices. With an inferred tick never the
    close of daily bars, and no finer grid that a source used for a while.

Source
    Ours.
"""

import numpy as np

from dq.model import (
    PRICES,
    Bars,
    Int,
    Market,
    OrderedBars,
    Suspects,
    at_rows,
    cause,
    column_bits,
    concatenated,
    no_suspects,
)
from dq.ticks import census, of_settlements, step_of, strays

MISFIT = 0.5  # share of the bars that may be off a tick that was given before it is not believed
RARE = 0.0005  # share of the bars that may be off a tick that was inferred
FEW = 5  # bars off the tick, in all of a small sample
ALONE = ((8, 1), (256, 2))  # bars on either side, and how many of them may be off an inferred tick
SETTLED = 0.005  # share of daily bars with nothing but the close off the grid: settlement prices
JOINED = 8  # bars without a price off the grid that a stretch of others may hold
STRETCH = 8  # bars with a price off the grid that make a stretch
MESSAGES = {
    "": "{Columns} of {bars} at {observed:.12g}, between two ticks; the nearest is {expected:.12g}.",
    "other_grid": "Most of {bars} have prices off the tick, {observed:.12g} for one: another grid.",
}


def not_checked(bars: Bars, market: Market) -> str | None:
    step, tick = step_of(market.tick), market.series.tick
    if market.series.adjusted:
        return "the prices are adjusted, which takes them off any grid"
    if step is None:
        return "no tick was given, and too few prices, or fewer than 99 % of them, share a step"
    if market.habits.grid.single and not tick:
        return "the prices are in single precision throughout, and no tick was given"
    asked = census(bars, step)
    share = 100 * asked.off / max(asked.bars, 1)
    if tick and asked.off > FEW and (asked.everywhere or share > 100 * MISFIT):
        return f"{share:.2g} % of the bars, all over the series, have a price off the tick {tick:g} that was given"
    if not tick and asked.off > max(RARE * asked.bars, FEW):
        return f"{share:.2g} % of the bars have a price off {step.size:g}, the step that the others share"
    return None


def off_tick_price(bars: OrderedBars, market: Market) -> Suspects:
    step = step_of(market.tick)
    found = strays(bars, step) if step else None
    if step is None or found is None or not found.off.any():
        return no_suspects()
    at = np.flatnonzero(found.off.any(axis=0))
    apart = np.where(found.off, np.abs(found.prices - found.nearest), 0.0)[:, at]
    worst = apart.argmax(axis=0), np.arange(len(at))
    observed, expected = found.prices[:, at][worst], found.nearest[:, at][worst]
    bits = np.array([column_bits(name) for name in PRICES], np.uint8)
    return at_rows(
        bars,
        found.rows[at],
        columns=(found.off[:, at] * bits[:, None]).sum(axis=0),
        observed=observed,
        expected=expected,
        sigmas=apart[worst] / (market.habits.sigma * np.abs(expected)),
        ticks=apart[worst] / step.size,
        percent=100 * apart[worst] / np.abs(expected),
    )


def whole(candidates: Suspects, bars: OrderedBars, market: Market) -> Suspects:
    """The prices off the grid that neither a habit nor another grid explains; stretches of these are one each."""
    given = bool(market.series.tick)
    if market.series.daily:
        settled = of_settlements(bars, candidates["row"], candidates["columns"])
        if not given or settled.sum() > max(SETTLED * len(bars), FEW):
            candidates = candidates.take(~settled)
    rows = candidates["row"]
    if not given:
        return candidates.take(np.logical_and.reduce([_within(rows, reach) <= few for reach, few in ALONE]))
    numbers = np.append(0, np.cumsum(np.diff(rows) > JOINED + 1))[: len(rows)]
    crowded = np.bincount(numbers, minlength=1)[numbers] >= STRETCH
    if not crowded.any():
        return candidates
    pieces = concatenated([candidates.take(~crowded), _filled(candidates.take(crowded), numbers[crowded], bars)])
    return pieces.take(np.argsort(pieces["row"], kind="stable"))


def _within(rows: Int, reach: int) -> Int:
    """How many of the ascending rows lie within reach of each, itself among them."""
    return np.asarray(np.searchsorted(rows, rows + reach, side="right") - np.searchsorted(rows, rows - reach))


def _filled(crowd: Suspects, numbers: Int, bars: OrderedBars) -> Suspects:
    """Every bar from the first to the last of each stretch, with what is known of the last one that is off."""
    rows = crowd["row"]
    gap = np.where(np.diff(numbers, append=-1) == 0, np.diff(rows, append=0), 1)
    given = {name: np.repeat(column, gap) for name, column in crowd.given.items()}
    for name in ("row", "last_row", "start", "end", "cause"):
        given.pop(name, None)
    places = np.repeat(rows - (np.cumsum(gap) - gap), gap) + np.arange(int(gap.sum()))
    return at_rows(bars, places, cause=cause("other_grid"), **given)
