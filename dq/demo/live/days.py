"""Schedules by seed: a day whose incidents are foretold, troubles every few minutes to look at, or none at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from dq.demo.live.feed import stretches
from dq.demo.live.schedule import DUE, LOOK, QUIET, Schedule, Trouble, owed_by
from dq.model import DAY, HOUR, MINUTE, Sessions

FIRST = 20_515 * DAY  # 2026-03-03, a Tuesday; weeks from here on
WEEKS = 30
APART = 76 * MINUTE  # from one trouble to the next: none begins while another of its series can still be seen
BEFORE, AFTER = LOOK + 10 * MINUTE, 2 * LOOK + 15 * MINUTE  # a market trades that long before and after its trouble
EACH = 3 * HOUR  # between two troubles of one series

_KINDS = (
    *("outage", "blackout", "duplicate", "conflict", "outage", "no prices", "late", "bad tick", "errors"),
    *("pause", "outage", "disorder", "stuck price", "below zero", "outage", "blackout", "conflict", "outage"),
)  # in any order, and as many as a day holds
_LENGTHS: Mapping[str, tuple[int, ...]] = {
    "outage": (4, 9, 14, 25),
    "blackout": (9, 12, 20),
    "late": (12, 20),
    "disorder": (10,),
    "errors": (4,),
    "pause": (5, 6),
    "stuck price": (25, 30),
    "no prices": (1, 3),
    "below zero": (1, 2),
}  # minutes; others last for one


def quiet(begin: int, end: int) -> Schedule:
    """A stretch in which nothing goes wrong."""
    return Schedule(begin, end)


def day(seed: int, cache: Path | None = None) -> Schedule:
    """A Tuesday, Wednesday or Thursday with 18 troubles, and every incident that runs of it must tell.

    Troubles are so far apart that each is an incident of its own, and the last is over before the day is.

    Args:
        cache: where sessions are kept, as `dq.calendars.sessions` has it.
    """
    chance = np.random.default_rng([seed % 2**32, 7])
    begin = FIRST + int(chance.integers(WEEKS)) * 7 * DAY + int(chance.integers(3)) * DAY
    markets = stretches(begin, begin + DAY, cache)
    troubles: list[Trouble] = []
    kinds = list(chance.permutation(_KINDS).tolist())
    for start in range(begin + 20 * MINUTE, begin + DAY - AFTER, APART):
        if not kinds:
            break
        made = _one_of(kinds, start + int(chance.integers(4)) * MINUTE, markets, troubles, chance)
        if made is not None:
            kinds.remove(made.kind)
            troubles.append(made)
    owed = tuple(filter(None, map(owed_by, _named(troubles, markets))))
    return Schedule(begin, begin + DAY, tuple(troubles), owed)


def often(seed: int, begin: int, end: int, cache: Path | None = None) -> Schedule:
    """Troubles every six minutes or so, each mended within minutes, for people who look on; nothing is foretold."""
    chance = np.random.default_rng([seed % 2**32, 11])
    markets = stretches(begin, end, cache)
    troubles: list[Trouble] = []
    start = begin + 3 * MINUTE
    kinds = ("outage", "conflict", "bad tick", "blackout", "late", "no prices", "duplicate", "errors")
    while start < end - 10 * MINUTE:
        kind = kinds[len(troubles) % len(kinds)]
        length = 5 * MINUTE if kind in {"outage", "blackout", "late", "errors"} else MINUTE
        names = _trading(markets, start - 15 * MINUTE, start + 15 * MINUTE)
        mended = None if kind in {"late", "errors"} else start + length + 3 * MINUTE
        lag = 4 * MINUTE if kind == "late" else 0
        chosen = () if kind in {"blackout", "errors"} else (str(chance.choice(names)),)
        troubles.append(Trouble(kind, chosen, start, length, mended, lag))
        start += length + int(chance.integers(5, 8)) * MINUTE
    return Schedule(begin, end, tuple(troubles))


def _one_of(
    kinds: list[str], start: int, markets: Mapping[str, Sessions], before: list[Trouble], chance: np.random.Generator
) -> Trouble | None:
    """The first of the kinds that can befall some market at that instant."""
    for kind in kinds:
        if kind in {"blackout", "errors", "pause"}:
            steady = _trading(markets, start - BEFORE, start + AFTER) == _trading_at(markets, start)
            names = [""] if steady else []
        else:
            busy = {name for one in before if start - one.end < EACH for name in one.instruments}
            names = [name for name in _trading(markets, start - BEFORE, start + AFTER) if name not in busy]
        if names:
            return _trouble(kind, str(chance.choice(names)), start, chance)
    return None


def _trouble(kind: str, name: str, start: int, chance: np.random.Generator) -> Trouble:
    length = int(chance.choice(_LENGTHS.get(kind, (1,)))) * MINUTE
    lag = 6 * MINUTE if kind == "late" else 0
    mendable = kind not in {"late", "disorder", "errors", "pause"}
    late = start + length + int(chance.integers(4, 20)) * MINUTE + 30_000_000
    mended = late if mendable and chance.random() < 0.5 else None
    return Trouble(kind, (name,) if name else (), start, length, mended, lag)


def _trading(markets: Mapping[str, Sessions], start: int, end: int) -> list[str]:
    """The markets that trade without a pause in that stretch."""
    return [name for name, market in markets.items() if bool(((market.opens <= start) & (market.closes >= end)).any())]


def _trading_at(markets: Mapping[str, Sessions], instant: int) -> list[str]:
    """The markets that trade at some time of the trouble, or of the hours in which it can be seen."""
    start, end = instant - BEFORE, instant + AFTER
    return [name for name, market in markets.items() if bool(((market.opens < end) & (market.closes > start)).any())]


def _named(troubles: list[Trouble], markets: Mapping[str, Sessions]) -> Iterator[Trouble]:
    """The troubles with the names of all whom they concern."""
    for one in troubles:
        all_of_them = tuple(_trading(markets, one.start, one.start + DUE + QUIET))
        yield replace(one, instruments=all_of_them) if one.kind == "blackout" else one
