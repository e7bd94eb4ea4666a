"""Peeling: which stretches of a series are out of place, from their levels and weights alone."""

from __future__ import annotations

import numpy as np

from dq.model import Int, Mask

OUTWEIGHED = 3  # a stretch between two of one other level is trusted only if it outweighs them so many times
LIGHT = 2  # a stretch at an end of the series is distrusted if its neighbour weighs so many times as much


def peel(level: Int, weight: Int) -> tuple[Int, Int]:
    """Take off stretches that lie between two of one other level, the lightest first.

    Args:
        level, weight: int64, one per stretch; neighbours have different levels.

    Returns:
        The level at which each stretch should be, and the stretches with which those groups begin that remain.
    """
    group, alive = level.copy(), np.arange(len(level))
    heavy = weight.copy()
    while len(alive) > 2:
        chosen = _lightest(group[alive], heavy[alive])
        if not chosen.any():
            break
        kept = alive[~chosen]
        begins = np.flatnonzero(np.append(True, group[kept[1:]] != group[kept[:-1]]))
        heavy[kept[begins]] = np.add.reduceat(heavy[kept], begins)
        alive = kept[begins]
    sizes = np.diff(alive, append=len(level))
    return np.repeat(group[alive], sizes), alive


def _lightest(level: Int, weight: Int) -> Mask:
    """The stretches to take off in one round: no two neighbours."""
    beside = weight[:-2] + weight[2:]
    between = np.append(False, (level[:-2] == level[2:]) & (weight[1:-1] <= OUTWEIGHED * beside))
    between = np.append(between, False)
    names, name = _named(level)
    totals = np.zeros(names, np.int64)
    np.add.at(totals, name, weight)
    order = np.lexsort((np.arange(len(level)), totals[name], weight))
    rank = np.empty(len(level), np.int64)
    rank[order] = np.arange(len(level))
    rank[~between] = len(level)
    least = rank[1:-1] < np.minimum(rank[:-2], rank[2:])
    return np.append(np.append(False, least), False)


def _named(level: Int) -> tuple[int, Int]:
    lowest = int(level.min())
    return int(level.max()) - lowest + 1, level - lowest


def edges(home: Int, level: Int, weight: Int, alive: Int, split: Mask, years: Mask) -> tuple[Int, Int]:
    """Distrust light stretches at either end of the series.

    Args:
        home, alive: as `peel` gave them.
        split: per change between two groups, whether a split explains it.
        years: per group, whether it is too long to be distrusted as a whole.

    Returns:
        The level at which each stretch should be, and the stretches with which a level begins that stays for good.
    """
    total = np.add.reduceat(weight, alive)
    bounds = np.append(alive, len(level))
    stays = ~split
    for end, beside in ((0, 1), (len(alive) - 1, len(alive) - 2)):
        change = min(end, beside)
        if len(alive) > 1 and stays[change] and not years[end] and LIGHT * total[end] <= total[beside]:
            home[bounds[end] : bounds[end + 1]] = level[alive[beside]]
            stays[change] = False
            if len(alive) == 2:
                break
    return home, alive[1:][stays]
