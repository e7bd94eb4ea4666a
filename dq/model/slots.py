"""Slots: the places where bars are owed, numbered, so that gaps are differences of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dq.model.bars import Int, Mask
from dq.model.instants import DAY, HOUR, SECOND
from dq.model.series import Series
from dq.model.sessions import Sessions


def of_last_mark(marks: Int, values: Int, *tables: Int) -> list[Int]:
    """What each table says for the last of the ascending marks at or before each value.

    Where many ascending values meet few marks, the marks are sought among the values: a tenth of the time.

    Args:
        tables: one entry more than there are marks; the first is for values before all of them.
    """
    if len(values) > 1000 and bool((values[1:] >= values[:-1]).all()):
        begin, end = marks.searchsorted(values[[0, -1]], "right").tolist()
        if (end - begin) * 4 < len(values):
            edges = values.searchsorted(marks[begin:end])
            lengths = np.diff(edges, prepend=0, append=len(values))
            return [table[begin : end + 1].repeat(lengths) for table in tables]
    last = marks.searchsorted(values, "right")
    return [table[last] for table in tables]


@dataclass(frozen=True, eq=False)
class Slots:
    """Every place of a bar that the sessions owe, numbered from 0.

    A run is an unbroken row of slots, one interval apart. Bars of a day and longer have runs of one slot.

    Attributes:
        first: int64, timestamp of the first slot of each run, as the source would stamp it.
        before: int64, number of slots before each run; one entry more than `first`, the last is their total.
        due: int64, instant at which the first slot of each run is due; later ones follow at `interval`.
        interval: microseconds between slots of a run.
        closing: timestamps name the close of a bar.
        offset: microseconds from the open of a bar shorter than a day to its timestamp: 0, or its length where the
            close is stamped, or a little less where its last second is.
    """

    first: Int
    before: Int
    due: Int
    interval: int
    sessions: Sessions
    daily: bool
    closing: bool = False
    offset: int = 0

    def __len__(self) -> int:
        return int(self.before[-1])

    def number(self, instants: Int) -> Int:
        """The number of the last slot that begins at or before each instant; -1 where there is none."""
        if self.daily:
            return self._day_number(instants)
        if len(self.first) == 0:
            return np.full(len(instants), -1, np.int64)
        return self._numbered(instants)[0]

    def numbered(self, instants: Int) -> tuple[Int, Mask]:
        """What `number` and `holds` say of each instant, found together in less than half of the time."""
        if self.daily or len(self) == 0:
            numbers = self.number(instants)
            return numbers, self.holds(instants, numbers)
        numbers, beyond = self._numbered(instants)
        return numbers, ~beyond & (numbers >= 0)

    def _numbered(self, instants: Int) -> tuple[Int, Mask]:
        """The numbers of bars shorter than a day, and whether each instant lies beyond the last slot of its run."""
        origins, lasts = of_last_mark(self.first, instants, self._origins, self._lasts)
        numbers: Int = instants - origins
        numbers //= self.interval
        beyond = numbers > lasts
        if beyond.any():  # a look costs less than to write them all again
            np.minimum(numbers, lasts, out=numbers)
        if len(numbers) and int(numbers.min()) < -1:
            np.maximum(numbers, -1, out=numbers)
        return numbers, beyond

    def holds(self, instants: Int, numbers: Int) -> Mask:
        """Whether each instant lies in the slot of that number: false for bars outside the sessions."""
        if len(self) == 0:
            return np.zeros(len(instants), np.bool_)
        if self.daily:
            return self._in_day(instants, numbers)
        return np.asarray((numbers >= 0) & (instants < self.timestamps(numbers) + self.interval))

    def timestamps(self, numbers: Int) -> Int:
        """The timestamp of each slot of those numbers; numbers outside are clipped."""
        numbers = np.maximum(np.minimum(numbers, len(self) - 1), 0)
        (origins,) = of_last_mark(self.before[1:-1], numbers, self._origins[1:])
        return np.asarray(origins + numbers * self.interval)

    def due_at(self, numbers: Int) -> Int:
        """The instant at which each slot of those numbers is due, in microseconds UTC."""
        numbers = np.maximum(np.minimum(numbers, len(self) - 1), 0)
        (late,) = of_last_mark(self.before[1:-1], numbers, self.due - self.first)
        return self.timestamps(numbers) + late

    def due_before(self, instant: int) -> int:
        """How many slots are due before the instant: the number of the first one that is not."""
        run = int(np.searchsorted(self.due, instant, side="left")) - 1
        if run < 0:
            return 0
        within = -((self.due[run] - instant) // self.interval)
        return int(min(self.before[run] + within, self.before[run + 1]))

    @cached_property
    def _origins(self) -> Int:
        """Where slot 0 would stand if each run went on backwards; in front of all runs anywhere will do."""
        return np.append(0, self.first - self.before[:-1] * self.interval)

    @cached_property
    def _lasts(self) -> Int:
        """The number of the last slot of each run, after that of the slot before the first one: -1."""
        return self.before - 1

    def _day_number(self, instants: Int) -> Int:
        """Bars of a day and longer: by date where stamped at 00:00Z, else by the session that contains them."""
        return np.asarray(np.searchsorted(self.first, self._dates(instants) * DAY, side="right") - 1)

    def _in_day(self, instants: Int, numbers: Int) -> Mask:
        following = self.first[np.maximum(numbers, 0)] + self.interval
        return np.asarray((numbers >= 0) & (self._dates(instants) * DAY < following))

    def _dates(self, instants: Int) -> Int:
        """The date of the session that each timestamp means.

        A timestamp other than 00:00Z means the session that contains it, or the next one if that opens within a day,
        or else its date in UTC. One exactly at a close means the session that has ended, unless another opens within
        two hours.
        """
        dates = instants // DAY
        odd = np.flatnonzero(instants != dates * DAY)
        if len(odd) and len(self.sessions):
            stamped, known = instants[odd], self.sessions
            at = np.minimum(np.searchsorted(known.closes, stamped, side="right"), len(known) - 1)
            before = np.maximum(at - 1, 0)
            ended = (known.closes[before] == stamped) & (self.closing | (known.opens[at] - stamped > 2 * HOUR))
            at = np.where(ended, before, at)
            near = np.abs(known.opens[at] - stamped) < DAY
            dates[odd] = np.where(near, known.day[at], dates[odd])
        return dates


def lay_slots(series: Series, sessions: Sessions, phase: int, grace: int) -> Slots:
    """The slots of a series.

    Args:
        phase: microseconds between the grid of the epoch and that of the bars, 0 to interval - 1 (daily and longer);
            -1 where each session begins a grid of its own at its open (hourly bars from 09:30).
        grace: microseconds after a bar's end before it is due; the series' own delay is added.
    """
    if series.daily:
        return _lay_days(series, sessions, max(phase, 0), grace + series.delay)
    step, offset = series.interval, _stamp_offset(series, phase)
    grid = phase if offset in (0, step) else 0
    first = sessions.opens if phase < 0 else (sessions.opens - grid) // step * step + grid
    counts = -((first - sessions.closes) // step)
    if len(first) and phase >= 0:  # one bar may hold the end of a session and the beginning of the next
        ends = np.maximum.accumulate(first + counts * step)
        overlap = np.maximum(np.append(first[:1], ends[:-1]) - first, 0) // step
        first, counts = first + overlap * step, np.maximum(counts - overlap, 0)
    first, counts = first[counts > 0], counts[counts > 0]
    before, due = np.append(0, np.cumsum(counts)), first + step + grace + series.delay
    return Slots(first + offset, before, due, step, sessions, daily=False, closing=offset > 0, offset=offset)


def _stamp_offset(series: Series, phase: int) -> int:
    if series.interval - phase <= SECOND:  # the last second of a bar, whatever the label says
        return phase
    return series.interval if series.label == "close" else 0


def _lay_days(series: Series, sessions: Sessions, phase: int, late: int) -> Slots:
    """One slot per trading day, or per stretch of n days that has one."""
    step = series.interval
    stretch = (sessions.day * DAY - phase) // step * step + phase
    index = np.flatnonzero(np.append(True, stretch[1:] != stretch[:-1])[: len(stretch)])
    first, last = stretch[index], np.append(index[1:], len(stretch))[: len(index)] - 1
    due = sessions.closes[last] + late
    closing = series.label == "close"
    return Slots(first, np.arange(len(first) + 1), due, step, sessions, daily=True, closing=closing)
