"""Every check over one series, in blocks that fit the processor's cache."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dq.checks import Check, View, checks
from dq.kernels import reduced
from dq.model import (
    Bars,
    Cycles,
    ErrorLog,
    Figures,
    Int,
    Levels,
    Market,
    OrderedBars,
    Suspects,
    concatenated,
    no_suspects,
)

BLOCK = 1 << 17  # the six columns of a block stay in the cache, and calls of NumPy cost little against its rows
_JOINED = ("row", "last_row", "start", "end", "count", "bars", "columns")  # not the worst row's alone
MARGIN = 256  # neighbours that a block shows on either side, so that no check sees a seam


@dataclass(frozen=True, slots=True)
class Question:
    """A check with parameters: what a suite asks of a series."""

    check: str
    parameters: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, eq=False)
class Answer:
    """What a check distrusts, or the reason why it could not answer."""

    question: Question
    suspects: Suspects
    reason: str | None = None


def examine(bars: Bars, market: Market, questions: Iterable[Question]) -> list[Answer]:
    """Ask every question of one series; suspects outside the window are left out, neighbours joined into ranges."""
    asked = [(question, checks()[question.check]) for question in questions]
    reasons = {question: check.not_checked(bars, market) for question, check in asked}
    pieces: dict[Question, list[Suspects]] = {question: [] for question, _ in asked}
    answerable = [(question, check) for question, check in asked if reasons[question] is None]
    with np.errstate(all="ignore"):  # bars may hold anything: what overflows is a suspect or nothing
        for start, block in _blocks(bars, bars.ordered):
            for question, check in answerable:
                found = _ask(question, check, block, market)
                if len(found):
                    first, stop = np.searchsorted(found["row"], [start, start + BLOCK]).tolist()
                    found = found.take(slice(first, stop))  # rows ascend, so a view is enough
                    as_they_are = check.slots or check.whole is not None
                    found = found if as_they_are or not len(found) else _owned(found, check, bars, market)
                    found = found if as_they_are or _loose(check, bars) else _joined(found)
                    pieces[question] += [found] if len(found) else []
        return [
            Answer(question, _whole(question, check, pieces[question], bars, market), reasons[question])
            for question, check in asked
        ]


def examine_table(
    table: Levels | ErrorLog | Figures, known: Market | Cycles, questions: Iterable[Question]
) -> list[Answer]:
    """Ask every question of one of the collector's tables, which is shown whole, or of what it measured of itself."""
    answers = []
    for question in questions:
        check = checks()[question.check]
        reason = check.not_checked(table, known)
        found = no_suspects() if reason else check.function(table, known, **dict(question.parameters))
        answers.append(Answer(question, found, reason))
    return answers


Block = Mapping[View, Bars | OrderedBars | None]


def _ask(question: Question, check: Check, block: Block, market: Market) -> Suspects:
    shown = block[check.view]
    if shown is None:
        return no_suspects()
    arguments = (shown, market) if check.needs_market else (shown,)
    return check.function(*arguments, **dict(question.parameters))


def _blocks(bars: Bars, ordered: OrderedBars) -> Iterator[tuple[int, Block]]:
    """The first row of each block, and both views of it with their neighbours; None where a view has ended.

    Where rows came in order both views are the same memory, and what one has found of it is shared.
    """
    highest, shown_before = bars.highest_before, 0
    for start in range(0, max(len(bars), 1), BLOCK):
        shown_from, shown_to = max(start - MARGIN, 0), start + BLOCK + MARGIN
        if shown_from > shown_before:
            highest = max(highest, int(bars.timestamp[shown_before:shown_from].max()))
        arrived, by_time = bars.rows(shown_from, shown_to, highest), ordered.rows(shown_from, shown_to)
        if ordered.timestamp is bars.timestamp:
            by_time = replace(by_time, known=arrived.known)
        yield start, {"arrival": arrived, "ordered": by_time if start < max(len(ordered), 1) else None}
        shown_before = shown_from


def _loose(check: Check, bars: Bars) -> bool:
    """Whether neighbours in time may stand anywhere, so that rows are joined when all have been seen."""
    return check.view == "arrival" and not check.arrived and bars.ordered.timestamp is not bars.timestamp


def _owned(found: Suspects, check: Check, bars: Bars, market: Market) -> Suspects:
    """The rows of one block that belong to the window."""
    start = found["start"]
    if start.max() < market.window.end and market.owns(start.min()[None])[0]:  # then it owns all between
        return found
    owned = market.owns(start)
    if check.after:  # where a verdict had to wait, the window in which it could be given owns it too
        stamps = (bars.ordered if check.view == "ordered" else bars).timestamp
        owned |= market.owns(stamps[np.minimum(found["row"] + check.after, len(stamps) - 1)])
    return found if owned.all() else found.take(owned)


def _whole(question: Question, check: Check, pieces: list[Suspects], bars: Bars, market: Market) -> Suspects:
    """The suspects of all blocks; a range cut by a seam is one again."""
    if not pieces:
        return no_suspects()
    if _loose(check, bars):
        return _joined(_by_time(concatenated(pieces), bars.ordered))
    found = concatenated(pieces if check.slots or check.whole is not None else _unseamed(pieces))
    if check.whole is not None:
        shown = bars.ordered if check.view == "ordered" else bars
        found = check.whole(found, shown, market, **dict(question.parameters))
        return _joined(_owned(found, check, bars, market)) if len(found) else no_suspects()
    return found


def _by_time(found: Suspects, ordered: OrderedBars) -> Suspects:
    """Single rows by time, numbered by their instant: the order in which rows of a table lie changes nothing."""
    keys = [found[name] for name in ("columns", "expected", "observed", "cause", "start") if name in found.given]
    found = found.take(np.lexsort(keys))
    instant = np.searchsorted(ordered.timestamp, found["start"])
    for name, values in (("row", instant), ("last_row", instant), ("count", 1), ("bars", 1)):
        found = found.with_column(name, np.broadcast_to(values, len(found)))
    return found


def _unseamed(pieces: list[Suspects]) -> list[Suspects]:
    """The same ranges, those that a seam between two blocks cuts made one again."""
    whole = pieces[:1]
    for piece in pieces[1:]:
        before = whole.pop()
        seam = _joined(concatenated([before.take(slice(-1, None)), piece.take(slice(1))]))
        whole += [one for one in (before.take(slice(-1)), seam, piece.take(slice(1, None))) if len(one)]
    return whole


def _joined(found: Suspects) -> Suspects:
    """Neighbouring rows of one cause as one range, with the evidence of its worst bar."""
    follows = found["row"][1:] - found["last_row"][:-1] <= 1  # 0 where two rows have one instant
    if "cause" in found.given:
        follows &= found["cause"][1:] == found["cause"][:-1]
    if not follows.any():
        return found
    begins = np.append(True, ~follows)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(found)) - 1
    worst = first
    if "sigmas" in found.given:
        worst = np.lexsort((-np.nan_to_num(np.abs(found["sigmas"])), np.cumsum(begins)))[first]
    given = {name: column[worst] for name, column in found.given.items() if name not in _JOINED}
    given |= {"row": found["row"][first], "last_row": found["last_row"][last]}
    given["start"], given["end"] = _ends(found, first, last)
    rows = given["last_row"] - given["row"] + 1
    for name in ("count", "bars"):
        given[name] = np.add.reduceat(found[name], first) if name in found.given else rows
    if "columns" in found.given:
        given["columns"] = reduced(np.bitwise_or, found["columns"], first)
    if "sigmas" not in found.given and "observed" in found.given:
        highest, lowest = reduced(np.fmax, found["observed"], first), reduced(np.fmin, found["observed"], first)
        given["observed"] = np.where(-lowest > highest, lowest, highest)
    return Suspects(len(first), given)


def _ends(found: Suspects, first: Int, last: Int) -> tuple[Int, Int]:
    """Earliest start and latest end of each range: those of its first and last row, where they come by time."""
    start, end = found["start"], found["end"]
    if (start[1:] >= start[:-1]).all() and (end is start or (end[1:] >= end[:-1]).all()):
        return start[first], end[last]
    return reduced(np.minimum, start, first), reduced(np.maximum, end, first)
