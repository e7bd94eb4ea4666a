"""Bars and timestamps of many series: spans are cut, asked for together, and put together again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dq.door import Aside, Piece
from dq.model import COLUMNS, Float
from dq.sources.access import Wanted
from dq.sources.postgres import binary, plan
from dq.sources.postgres.asking import Asking, Fields
from dq.sources.postgres.clock import Clock
from dq.sources.postgres.plan import SAMPLE, Part

Series = tuple[list[Piece], Aside]


def pieces_of(wanted: Sequence[Wanted], asking: Asking, clock: Clock, *, only_stamps: bool = False) -> Iterator[Series]:
    """The pieces of each series in the order asked, and its rows that mean nothing.

    One statement asks for as many series as fit; its answer is all here before anything of it is given, so that
    whoever takes his time with it does not run into the statement's time limit.
    """
    current: Series = ([], Aside())
    owner = 0
    for call in plan.calls(_parts(wanted, asking, clock)):
        for part, (piece, aside) in zip(call, _answered(call, wanted, asking, clock, only_stamps), strict=True):
            while owner < part.owner:
                yield current
                current, owner = ([], Aside()), owner + 1
            current[0].append(piece)
            current[1].extend(aside)
    for _ in range(owner, len(wanted)):
        yield current
        current = ([], Aside())


def _parts(wanted: Sequence[Wanted], asking: Asking, clock: Clock) -> list[Part]:
    """What to ask for, series after series; long spans cut by how dense their bars are."""
    spans = [(owner, *span) for owner, one in enumerate(wanted) for span in clock.spans(one.spans)]
    long = [span for span in spans if plan.is_long(span[1], span[2])]
    cuts: dict[tuple[int, int], list[Part]] = {}
    if long:
        bounds = _bounds([(wanted[owner].instrument, start, end) for owner, start, end in long], clock)
        for fields in asking.copied("extents", clock.table, sample=SAMPLE, **bounds):
            owner, start, _ = long[binary.integer(fields[0]) - 1]
            edges, strange = clock.instants(binary.integers(fields[2]))
            if len(edges) and strange is None:
                first, last, early, late = edges.tolist()
                cuts[owner, start] = list(plan.cut(owner, first, last, early, late, binary.integer(fields[1])))
    parts: list[Part] = []
    for owner, start, end in spans:
        if end is None or plan.is_long(start, end):
            parts.extend(cuts.get((owner, start), ()))
        else:
            parts.append(plan.short(owner, start, end))
    return parts


def _answered(
    call: Sequence[Part], wanted: Sequence[Wanted], asking: Asking, clock: Clock, only_stamps: bool
) -> list[tuple[Piece, Aside]]:
    """The answer to one statement, part by part."""
    bounds = _bounds([(wanted[part.owner].instrument, part.start, part.end) for part in call], clock)
    answers: list[tuple[Piece, Aside]] = [(_piece([None] * 3, clock), Aside())] * len(call)
    for fields in asking.copied("stamps" if only_stamps else "bars", clock.table, **bounds):
        piece, aside = _piece(fields, clock), Aside()
        raw = binary.integers(fields[1])
        strange = clock.instants(raw)[1]
        if strange is not None:
            for value in raw[strange].tolist():
                aside.add(0, clock.table.layout.names["timestamp"], str(value), "is in another unit than the others")
            piece = piece.take(~strange)
        answers[binary.integer(fields[0]) - 1] = piece, aside
    return answers


def _piece(fields: Fields, clock: Clock) -> Piece:
    """A row of arrays: timestamps, order of arrival, and the columns that the table has."""
    timestamp, _ = clock.instants(binary.integers(fields[1]))
    if len(fields) < 3:
        return Piece(timestamp, ())
    arrivals = None if clock.table.order_by is None else binary.integers(fields[2])
    columns = iter(fields[3:])
    values: list[Float] = []
    for name in COLUMNS:
        there = name in clock.table.layout.names and len(timestamp)
        values.append(binary.floats(next(columns)) if there else np.full(len(timestamp), np.nan))
    return Piece(timestamp, tuple(values), arrivals)


def _bounds(spans: Sequence[tuple[str, int, int | None]], clock: Clock) -> dict[str, list[str] | list[str | int]]:
    return {
        "names": [name for name, _, _ in spans],
        "starts": [clock.bound(start) for _, start, _ in spans],
        "ends": [clock.bound(end) for _, _, end in spans],
    }
