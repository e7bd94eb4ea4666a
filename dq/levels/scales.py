"""Scales: stretches of bars whose prices are those of another unit, ten, a hundred or a thousand times too high or low.

Bars fall into stretches of one level each, wherever a close leaps by a power of ten that the series' own moves never
reach. Stretches that lie between two of one other level are peeled off, the lightest first; of what remains, a light
stretch at either end of the series.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dq.kernels import ROBUST, row_medians
from dq.levels.closures import closures, had_time
from dq.levels.moves import places_of
from dq.levels.peeling import edges, peel
from dq.model import DAY, Float, Int, Market, Mask, OrderedBars, Suspects
from dq.prints import Prints, sound_prints

LEAP = 4.0  # share of the lower close by which the other one must lie above it to be looked at
SLACK_TEN = 0.08  # how far the decimal logarithm of a leap may be from 1
SLACK = 0.15  # and from 2 and more
MIXED = 2.2  # open ÷ close from which on one bar has prices of two units
USUAL_MOVE = 5.0  # ratio of two closes beyond which a move says nothing about how the market moves
BEYOND = 10.0  # sigmas of the logarithm of a usual move that a leap must exceed
SAMPLE = 4096
TRADED = 1 << 20  # what a bar that traded weighs against one that did not
YEAR = 365 * DAY
AROUND = 5  # neighbours that say what was expected


@dataclass(frozen=True, eq=False)
class Scales:
    """What is wrong with the scale of a series, one entry per distrusted bar, in ascending order.

    Attributes:
        places: int64, among the prints.
        expected: float64, the level of the nearest bars that are trusted.
        sigmas: float64, the leap in sigmas of the logarithm of a usual move; NaN where prices never move.
        came_back: int8, 1 where the stretch lies between bars of one other level, else 0.
        stays: bool, the level changes for good, and nobody knows which side is wrong.
        edges: int64, places at which a distrusted stretch begins, or the first trusted bar after it.
    """

    prints: Prints
    places: Int
    expected: Float
    sigmas: Float
    came_back: Int
    stays: Mask
    edges: Int


def looks_scaled(ratios: Float) -> Mask:
    """Whether each ratio of two prices is near a power of ten: 10, 100, 1000 … or one of their inverses."""
    with np.errstate(all="ignore"):
        power = np.abs(np.log10(ratios))
        nearest = np.rint(power)
        near = np.abs(power - nearest) < np.where(nearest == 1, SLACK_TEN, SLACK)
    return np.asarray(near & (nearest >= 1) & (nearest <= 6))


def usual_log_move(prints: Prints) -> float:
    """Sigma of the logarithm of the moves that are any; 0 where prices never move."""
    step = max(len(prints) // SAMPLE, 1)
    with np.errstate(all="ignore"):
        sizes = np.abs(np.log(prints.close[1:][::step] / prints.close[:-1][::step]))
    sizes = sizes[(sizes > 0) & (sizes < np.log(USUAL_MOVE))]
    return ROBUST * float(row_medians(sizes[None, :])[0]) if len(sizes) else 0.0


def scales(bars: OrderedBars, market: Market, candidates: Suspects) -> Scales:
    """The scales of a whole series, from the rows at which its closes leap; found once for all checks that ask."""
    known: tuple[Market, Scales] | None = bars.known.get("scales")
    if known is None or known[0] is not market:
        known = bars.known["scales"] = market, _scales(bars, market, candidates["row"] - bars.offset)
    return known[1]


def _scales(bars: OrderedBars, market: Market, rows: Int) -> Scales:
    prints = sound_prints(bars, market)
    places, powers = _leaps(prints, places_of(prints, rows))
    level = np.append(0, np.cumsum(powers))
    begins = np.append(0, places)
    volume = bars.volume if prints.rows is None else bars.volume[prints.rows]
    weight = np.add.reduceat(np.where(volume > 0, TRADED, 1), begins)
    home, alive = peel(level, weight)
    first = begins[alive]
    last = np.append(first[1:], len(prints)) - 1
    shut = had_time(market, prints.stamps[last[:-1]], prints.stamps[first[1:]])
    shut &= len(closures(market.sessions, market.series.interval)) > 0  # what never closes has no splits
    split = shut & (np.abs(np.diff(level[alive])) == 1)  # ten to one when the market opens, and it stays: a split
    years = prints.stamps[last] - prints.stamps[first] > YEAR
    home, changes = edges(home, level, weight, alive, split, years)
    return _told(prints, begins, level, home, changes)


def _leaps(prints: Prints, places: Int) -> tuple[Int, Int]:
    """The places at which the level changes by a power of ten, and that power; a close alone out of place is no level."""
    close, opens = prints.close, prints.open
    with np.errstate(all="ignore"):
        ratio = close[places] / close[places - 1]
        mixed = np.abs(np.log(opens[places] / close[places])) > np.log(MIXED)
        likely = looks_scaled(ratio) & (np.abs(np.log(ratio)) > BEYOND * usual_log_move(prints))
    places, power, mixed = places[likely], np.rint(np.log10(ratio[likely])).astype(np.int64), mixed[likely]
    back = np.zeros(len(places), np.bool_)
    back[:-1] = mixed[:-1] & (places[1:] - places[:-1] == 1) & (power[1:] == -power[:-1])
    back[1:] |= back[:-1]
    return places[~back], power[~back]


def _told(prints: Prints, begins: Int, level: Int, home: Int, changes: Int) -> Scales:
    """Stretches that are not at home, bar by bar, and the single bars at which the level changes for good."""
    wrong = np.flatnonzero(level != home)
    ends = np.append(begins[1:], len(prints)) - 1
    trusted = np.repeat(level == home, ends - begins + 1)
    firsts, lasts = np.append(begins[wrong], begins[changes]), np.append(ends[wrong], begins[changes])
    expected = _levels_around(prints, trusted, firsts)
    inner = (firsts > 0) & (lasts < len(prints) - 1)
    inner[len(wrong) :] = False
    size = np.abs(np.append(level[wrong] - home[wrong], home[changes] - home[changes - 1])) * np.log(10)
    sigmas = size / (usual_log_move(prints) or np.nan)
    order = np.argsort(firsts, kind="stable")
    counts = (lasts - firsts + 1)[order]
    each = np.repeat(order, counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    borders = np.concatenate([begins[wrong], ends[wrong] + 1, begins[changes]])
    return Scales(
        prints, firsts[each] + within, expected[each], sigmas[each], inner[each].astype(np.int64), each >= len(wrong),
        np.sort(borders),
    )  # fmt: skip


def _levels_around(prints: Prints, trusted: Mask, firsts: Int) -> Float:
    """The median close of the five trusted bars before each stretch, or after it where too few stand before."""
    known = np.flatnonzero(trusted)
    width = min(AROUND, len(known))
    first = np.clip(np.searchsorted(known, firsts) - width, 0, len(known) - width)
    return row_medians(prints.close[known[first[:, None] + np.arange(width)]])
