"""Bars and timestamps of many series: spans are cut, asked for together, and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from dq.door import Piece
from dq.model import Float
from dq.sources.access import Wanted
from dq.sources.postgres import binary, plan
from dq.sources.postgres.asking import Asking, Fields
from dq.sources.postgres.clock import Clock
from dq.sources.postgres.plan import Part


def pieces_of(
    wanted: Sequence[Wanted], asking: Asking, clock: Clock, *, only_stamps: bool = False
) -> Iterator[list[Piece]]:
    """The pieces of each series in the order asked.

    One statement asks for as many series as fit; its answer is all here before anything of it is given, so that
    whoever takes his time with it does not run into the statement's time limit.
    """
    current: list[Piece] = []
    owner = 0
    calls = list(plan.calls(_parts(wanted, asking, clock)))
    work = partial(_answered, wanted=wanted, clock=clock, only_stamps=only_stamps)
    for call, answers in zip(calls, _answers(calls, work, asking), strict=True):
        for part, piece in zip(call, answers, strict=True):
            while owner < part.owner:
                yield current
                current, owner = [], owner + 1
            current.append(piece)
    for _ in range(owner, len(wanted)):
        yield current
        current = []


def _answers(
    calls: Sequence[Sequence[Part]], work: Callable[[Asking, Sequence[Part]], list[Piece]], asking: Asking
) -> Iterator[list[Piece]]:
    """The answer to each call, in their order; several are asked over two connections."""
    if len(calls) < 2 or asking.access is None:
        return (work(asking, call) for call in calls)
    from dq.sources.postgres.together import answered_together  # most runs ask once

    return answered_together(calls, work, asking, asking.access)


def _parts(wanted: Sequence[Wanted], asking: Asking, clock: Clock) -> list[Part]:
    """What to ask for, series after series; long spans cut by how dense their bars are."""
    spans = [(owner, *span) for owner, one in enumerate(wanted) for span in clock.spans(one.spans)]
    long = [span for span in spans if plan.is_long(span[1], span[2])]
    cuts: dict[tuple[int, int], list[Part]] = {}
    if long:
        bounds = _bounds([(wanted[owner].instrument, start, end) for owner, start, end in long], clock)
        extents = asking.copied("extents", clock.table, sample=plan.SAMPLE, **bounds)
        for (owner, start, end), fields in zip(long, _in_their_places(extents, len(long)), strict=True):
            edges = clock.instants(binary.integers(fields[2]))[0].tolist()
            if edges:
                cuts[owner, start] = list(plan.cut(owner, start, end, edges, binary.integer(fields[1])))
    parts: list[Part] = []
    for owner, start, end in spans:
        if end is None or plan.is_long(start, end):
            parts.extend(cuts.get((owner, start), ()))
        else:
            parts.append(plan.short(owner, start, end))
    return parts


def _answered(
    asking: Asking, call: Sequence[Part], *, wanted: Sequence[Wanted], clock: Clock, only_stamps: bool
) -> list[Piece]:
    """The answer to one statement, part by part."""
    bounds = _bounds([(wanted[part.owner].instrument, part.start, part.end) for part in call], clock)
    copied = asking.copied("stamps" if only_stamps else "bars", clock.table, **bounds)
    return [_piece(fields, clock) for fields in _in_their_places(copied, len(call))]


def _piece(fields: Fields, clock: Clock) -> Piece:
    """A row of arrays as long as PostgreSQL counted: timestamps, order of arrival, prices, volumes."""
    count = binary.integer(fields[1])
    timestamp, _ = clock.instants(binary.integers(fields[2], count))
    if len(fields) == 3:
        return Piece(timestamp, ())
    arrivals = None if clock.table.order_by is None else binary.integers(fields[3], count)
    there = "volume" in clock.table.layout.names
    volumes: Float = binary.floats(fields[5], count) if there else np.full(count, np.nan)
    return Piece(timestamp, (*binary.fours(fields[4], count), volumes), arrivals)


def _in_their_places(rows: Iterator[Fields], count: int) -> list[Fields]:
    """The rows of an answer in the order in which they were asked for; each begins with its place.

    Raises:
        SourceError: not every place was answered.
    """
    answers = {binary.integer(fields[0]): fields for fields in rows}
    if sorted(answers) != list(range(1, count + 1)):
        raise binary.incomplete(f"{count} spans were asked for, and {len(answers)} came")
    return [answers[place] for place in range(1, count + 1)]


def _bounds(spans: Sequence[tuple[str, int, int | None]], clock: Clock) -> dict[str, list[str] | list[str | int]]:
    return {
        "names": [name for name, _, _ in spans],
        "starts": [clock.bound(start) for _, start, _ in spans],
        "ends": [clock.bound(end) for _, _, end in spans],
    }
