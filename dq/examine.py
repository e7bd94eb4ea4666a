"""Every check over one series, in blocks that fit the processor's cache."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dq.checks import Check, View, checks
from dq.model import Bars, Market, OrderedBars, Suspects, concatenated, no_suspects

BLOCK = 1 << 16
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
                    pieces[question].append(found if check.slots else _ranges(found, check, bars, market))
    return [
        Answer(question, _whole(pieces[question], checks()[question.check]), reasons[question]) for question, _ in asked
    ]


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


def _ranges(found: Suspects, check: Check, bars: Bars, market: Market) -> Suspects:
    """The rows of one block that belong to the window, as ranges."""
    owned = market.owns(found["start"])
    if check.after:  # where a verdict had to wait, the window in which it could be given owns it too
        stamps = (bars.ordered if check.view == "ordered" else bars).timestamp
        owned |= market.owns(stamps[np.minimum(found["row"] + check.after, len(stamps) - 1)])
    return _joined(found if owned.all() else found.take(owned))


def _whole(pieces: list[Suspects], check: Check) -> Suspects:
    """The suspects of all blocks; a range cut by a seam is one again."""
    if not pieces:
        return no_suspects()
    return concatenated(pieces) if check.slots else _joined(concatenated(pieces))


def _joined(found: Suspects) -> Suspects:
    """Neighbouring rows of one cause as one range, with the evidence of its worst bar."""
    follows = (found["row"][1:] - found["last_row"][:-1] == 1) & (found["cause"][1:] == found["cause"][:-1])
    if not follows.any():
        return found
    begins = np.append(True, ~follows)
    first = np.flatnonzero(begins)
    worst = first
    if "sigmas" in found.given:
        worst = np.lexsort((-np.nan_to_num(np.abs(found["sigmas"])), np.cumsum(begins)))[first]
    given = {
        **found.take(worst).given,
        "row": found["row"][first],
        "last_row": found["last_row"][np.append(first[1:], len(found)) - 1],
        "start": np.minimum.reduceat(found["start"], first),
        "end": np.maximum.reduceat(found["end"], first),
        "columns": np.bitwise_or.reduceat(found["columns"], first),
        "count": np.add.reduceat(found["count"], first),
        "bars": np.add.reduceat(found["bars"], first),
    }
    if "sigmas" not in found.given and "observed" in found.given:
        highest, lowest = np.fmax.reduceat(found["observed"], first), np.fmin.reduceat(found["observed"], first)
        given["observed"] = np.where(-lowest > highest, lowest, highest)
    return Suspects(len(first), given)
