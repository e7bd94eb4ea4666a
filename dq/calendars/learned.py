"""The calendar `auto`: sessions learned from the bars themselves.

Timestamps in, sessions out. Bars shorter than a day tell a week, in the zone in which it is most regular, and in
pieces of eight weeks, so that hours that change are followed. Bars of a day tell weekdays (`learned_days`). Holidays
cannot be learned: days of which the series has no bar at all, with others after them, are `Sessions.doubts`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from dq.calendars.clocks import Clock, clock_of
from dq.calendars.evidence import empty_days, enough, plausible
from dq.calendars.weeks import WEEKDAYS, usual_week
from dq.calendars.zones import keeps_hours, regular_zones
from dq.kernels import runs
from dq.model import DAY, HOUR, MINUTE, Int, Mask, Sessions

THIN = 0.2  # share of open cells with a bar below which a piece believes the next one
PIECE = 8  # weeks that are learned from together
WEEK = 7 * DAY
MONDAY = 4 * DAY  # the first one after 1970-01-01, a Thursday
_SAMPLE = 4096


@dataclass(frozen=True, eq=False)
class _Piece:
    """Local weeks `[first, stop)`, counted from the first Monday of 1970, and the cells of each that are open.

    Attributes:
        thin: too few bars to be sure of what is closed.
    """

    first: int
    stop: int
    opened: Mask
    thin: bool


@dataclass(frozen=True, eq=False)
class _Grid:
    """How time is cut into cells: by local clocks, `phase` after their round times."""

    clock: Clock
    cell: int
    phase: int

    def number(self, instants: Int) -> Int:
        """Cells since the first Monday, of ascending instants."""
        return np.asarray((self.clock.local(instants) - (MONDAY + self.phase)) // self.cell)

    def instants(self, numbers: Int) -> Int:
        return self.clock.instants(numbers * self.cell + (MONDAY + self.phase))

    @property
    def week(self) -> int:
        return WEEK // self.cell


def learn_sessions(stamps: Int, interval: int, start: int, end: int) -> Sessions | None:
    """The sessions of `[start, end)` as those bars have them; None where they are too few to tell, or keep no hours.

    Args:
        stamps: ascending instants at which bars open, microseconds UTC.
        interval: length of a bar, shorter than a day.
        start, end: may lie beyond the bars; the week nearest to them is taken to go on.
    """
    stamps = plausible(stamps)
    if not enough(stamps):
        return None
    cell = max(math.gcd(interval, HOUR), MINUTE)
    grid = _settled([_Grid(clock, cell, _phase(clock, stamps, cell)) for clock in regular_zones(stamps)], stamps)
    clock = clock_of(grid.clock.zone, min(start, int(stamps[0])), max(end, int(stamps[-1])))
    grid = replace(grid, clock=clock)
    pieces = _with_later(list(_pieces(grid, stamps, interval)))
    if not any(piece.opened.any() for piece in pieces):
        return None
    opens, closes = _laid(pieces, grid, start, end)
    opens, closes, day = _by_days(opens, closes, grid.clock)
    inside = slice(np.searchsorted(closes, start, side="right"), np.searchsorted(opens, end, side="left"))
    known = Sessions(opens[inside], closes[inside], day[inside], start, end, grid.clock.zone)
    return replace(known, doubts=empty_days(known, stamps))


def _phase(clock: Clock, stamps: Int, cell: int) -> int:
    """Microseconds after round local times at which most bars open."""
    offsets = np.sort(clock.local(stamps[:: max(len(stamps) // _SAMPLE, 1)]) % cell)
    first = np.flatnonzero(np.diff(offsets, prepend=-1))
    return int(offsets[first[np.diff(first, append=len(offsets)).argmax()]])


def _settled(grids: list[_Grid], stamps: Int) -> _Grid:
    """Of grids as good as each other the one in which the last weeks keep the hours of that zone's markets.

    A week without a close is that of no zone.
    """
    recent = stamps[np.searchsorted(stamps, stamps[-1] - PIECE * WEEK) :]
    for grid in grids if len(grids) > 1 else ():
        *_, last = _pieces(grid, recent, grid.cell)
        if last.opened.all():
            return next((grid for grid in grids if grid.clock.zone == "UTC"), grid)
        begin, length = _week_stretches(last.opened)
        opens, closes = ((edge * grid.cell + grid.phase) % DAY // MINUTE for edge in (begin, begin + length))
        if keeps_hours(grid.clock.zone, opens, closes, slack=grid.cell // MINUTE):
            return grid
    return grids[0]


def _week_stretches(opened: Mask) -> tuple[Int, Int]:
    """First cell and length of each open stretch of a week that goes round and is not open throughout."""
    turn = int((~opened).argmax())
    begin, length = runs(np.roll(opened, -turn))
    return begin + turn, length


def _pieces(grid: _Grid, stamps: Int, interval: int) -> Iterator[_Piece]:
    """The weeks of the bars in pieces, the last one whole, and what is usual in each."""
    numbers = grid.number(stamps)
    first, stop = int(numbers[0]) // grid.week, int(numbers[-1]) // grid.week + 1
    seen = np.zeros(((stop - first) * grid.week + interval // grid.cell), np.bool_)
    for cell in range(max(interval // grid.cell, 1)):  # of bars longer than a cell
        seen[numbers + (cell - first * grid.week)] = True
    weeks = seen[: (stop - first) * grid.week].reshape(stop - first, grid.week)
    a_day = grid.week // WEEKDAYS
    dates = np.arange(first * WEEKDAYS, stop * WEEKDAYS).reshape(-1, WEEKDAYS)
    covered = (dates >= int(numbers[0]) // a_day) & (dates <= int(numbers[-1]) // a_day)
    bounds = [first, *range(stop - max((stop - first) // PIECE - 1, 0) * PIECE, stop, PIECE), stop]
    for low, high in pairwise(bounds):
        rows = slice(low - first, high - first)
        opened = usual_week(weeks[rows], covered[rows], grid.cell)
        yield _Piece(low, high, opened, bool(weeks[rows][:, opened].sum() < THIN * opened.sum() * (high - low)))


def _with_later(pieces: list[_Piece]) -> list[_Piece]:
    """The same, but thin pieces are open wherever the next one is too: contracts that nobody trades yet."""
    for at in range(len(pieces) - 2, -1, -1):
        if pieces[at].thin:
            pieces[at] = replace(pieces[at], opened=pieces[at].opened | pieces[at + 1].opened)
    return pieces


def _laid(pieces: list[_Piece], grid: _Grid, start: int, end: int) -> tuple[Int, Int]:
    """Opens and closes of the unbroken stretches of the pieces; the outer ones go on to `start` and `end`."""
    bounds = grid.number(np.array([start - WEEK, end + WEEK])) // grid.week
    pieces = [
        replace(piece, first=min(int(bounds[0]), piece.first) if number == 0 else piece.first)
        for number, piece in enumerate(pieces)
    ]
    pieces[-1] = replace(pieces[-1], stop=max(int(bounds[1]) + 1, pieces[-1].stop))
    opens, closes = [], []
    for piece in pieces:
        begin, length = runs(piece.opened)
        weeks = np.arange(piece.first, piece.stop)[:, None] * grid.week
        opens.append((weeks + begin).ravel())
        closes.append((weeks + (begin + length)).ravel())
    first, last = grid.instants(np.concatenate(opens)), grid.instants(np.concatenate(closes))
    apart = first[1:] > last[:-1]
    return first[np.append(True, apart)], last[np.append(apart, True)]


def _by_days(opens: Int, closes: Int, clock: Clock) -> tuple[Int, Int, Int]:
    """The same stretches, those longer than a day cut where they opened on each day; and their dates, when they end."""
    local = clock.local(opens)
    days = np.maximum(-((local - clock.local(closes)) // DAY), 1)
    number = np.arange(int(days.sum())) - np.repeat(np.cumsum(days) - days, days)
    inner = clock.instants(np.repeat(local, days) + number * DAY)
    first = np.where(number == 0, np.repeat(opens, days), inner)
    last = np.where(np.append(number[1:] == 0, True), np.repeat(closes, days), np.append(first[1:], 0))
    return first, last, np.asarray(clock.local(last - 1) // DAY)
