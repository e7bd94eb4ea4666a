"""Samples: lifelike bars of any length without a database, the same bars with known defects, and where these are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dq.calendars import sessions
from dq.demo.instruments import INSTRUMENTS, Instrument
from dq.demo.plot import PLOT
from dq.demo.trading import last_open_hour
from dq.demo.walk import span, walk
from dq.faults import Injected, faults
from dq.model import DAY, HOUR, MINUTE, Bars, Int, Sessions

FINEST = 30 * MINUTE  # every session begins on such a step, so that bars of its divisors fit into sessions
SHORT = 31 * DAY  # up to which a sample has the defects of the demo's hour, in its last hour
PAUSE = HOUR  # without a bar for so long, a session has ended
AHEAD = 60  # bars in a row that a defect finds around itself


@dataclass(frozen=True, eq=False)
class Sample:
    """Bars by instrument: as they were, and with defects.

    Attributes:
        defects: instrument, what happened in words, and what must be found of it.
    """

    truth: Mapping[str, Bars]
    bars: Mapping[str, Bars]
    defects: Sequence[tuple[str, str, Injected]]


@dataclass(frozen=True, slots=True)
class Mishap:
    """One thing that goes wrong in a long sample.

    Attributes:
        share: how much of the sample lies before it.
        fault, told, options: as the plot of the demo has them.
    """

    share: float
    fault: str
    told: str
    options: Mapping[str, Any] = field(default_factory=dict)


MISHAPS = (
    Mishap(0.08, "missing_bar", "40 bars never arrived", {"length": 40}),
    Mishap(0.21, "price_spike", "one bar stands 6 % above its neighbours", {"size": 0.06}),
    Mishap(0.37, "stuck_price", "30 bars repeat the one before them", {"length": 30}),
    Mishap(0.49, "duplicate_timestamp", "one bar was written twice, with two closes"),
    Mishap(0.64, "dst_shift", "5 sessions were stamped an hour late", {"length": 5, "offset": HOUR}),
    Mishap(0.77, "scale_error", "3 bars were written in cents", {"length": 3, "factor": 100.0}),
    Mishap(0.93, "null_price", "5 bars have no prices", {"length": 5}),
)


def sample(names: Sequence[str], at: int, length: int, interval: int, cache: Path | None = None) -> Sample:
    """Bars of those instruments in `[at - length, at)`; always the same for the same arguments.

    A sample of minutes up to a month long has the defects of the demo in the last hour in which each market was open;
    any other has one defect of each of MISHAPS that the market can hold, spread over its length.

    Args:
        names: of INSTRUMENTS.
        at, length, interval: microseconds; the interval divides FINEST.
        cache: where sessions are kept, as `dq.calendars.sessions` has it.

    Raises:
        SettingsError: the span lies beyond the years that calendars know.
    """
    truth, spoiled, defects = {}, {}, []
    for one in INSTRUMENTS:
        if one.name in names:
            market = sessions(one.calendar, min(span(at)[0], at - length), span(at)[1], cache=cache)
            bars = joined(walk(one, market, at), interval)
            bars = bars.rows(int(np.searchsorted(bars.timestamp, at - length)), len(bars))
            truth[one.name] = bars
            for told, injected, after in _story(one, bars, market, at, short=interval == MINUTE and length <= SHORT):
                bars = after
                defects += [(one.name, told, found) for found in injected]
            spoiled[one.name] = bars
    return Sample(truth, spoiled, tuple(defects))


def joined(bars: Bars, interval: int) -> Bars:
    """Bars of that length, made of those of one minute."""
    if interval == MINUTE or len(bars) == 0:
        return bars
    stamps, first = np.unique(bars.timestamp // interval * interval, return_index=True)
    last = np.append(first[1:], len(bars)) - 1
    return Bars(
        stamps,
        bars.open[first],
        np.maximum.reduceat(bars.high, first),
        np.minimum.reduceat(bars.low, first),
        bars.close[last],
        np.add.reduceat(bars.volume, first),
    )


Told = tuple[str, tuple[Injected, ...], Bars]


def _story(one: Instrument, bars: Bars, market: Sessions, at: int, *, short: bool) -> Iterator[Told]:
    """What goes wrong, one after the other, with what must be found and the bars as they are then."""
    for row, fault, told, options in _hour(one, bars, market, at) if short else _long(bars):
        place = int(np.searchsorted(bars.timestamp, row))
        bars, injected = faults()[fault](bars, place, **options)
        yield told, injected, bars


Placed = tuple[int, str, str, Mapping[str, Any]]  # the timestamp, the fault, what happens in words, options


def _hour(one: Instrument, bars: Bars, market: Sessions, at: int) -> Iterator[Placed]:
    """The plot of the demo, in the last hour in which the market was open."""
    end = last_open_hour([market], at)
    if end is None or len(bars) == 0 or end - HOUR < int(bars.timestamp[0]):
        return
    for defect in PLOT[one.name]:
        yield end - defect.minutes * MINUTE, defect.fault, defect.told, defect.options


def _long(bars: Bars) -> Iterator[Placed]:
    """Mishaps where bars follow one another without a pause; a wrong clock at the beginning of a session."""
    stamps = bars.timestamp
    begins = np.append(0, np.flatnonzero(np.diff(stamps) >= PAUSE) + 1)
    for mishap in MISHAPS:
        wanted = int(mishap.share * len(stamps))
        if mishap.fault != "dst_shift":
            row = _unbroken(stamps, wanted)
            if row is not None:
                yield int(stamps[row]), mishap.fault, mishap.told, mishap.options
            continue
        at, last = int(np.searchsorted(begins, wanted)), mishap.options["length"]
        if at > 0 and at + last < len(begins):
            length = int(begins[at + last] - begins[at])
            yield int(stamps[begins[at]]), mishap.fault, mishap.told, {**mishap.options, "length": length}


def _unbroken(stamps: Int, row: int) -> int | None:
    """The first row from that one on amid AHEAD bars in a row; None without one."""
    breaks = np.flatnonzero(np.diff(stamps) != np.diff(stamps)[:1])
    while 0 < row < len(stamps) - AHEAD:
        at = int(np.searchsorted(breaks, row - 1))
        if at == len(breaks) or breaks[at] >= row + AHEAD:
            return row
        row = int(breaks[at]) + 2
    return None
