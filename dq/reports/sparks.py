"""How complete a series is from the beginning of the window to its end, as a row of signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from dq.explain.causes import EXCUSED
from dq.model import DAY, Finding, Int, Market, OrderedBars, Run
from dq.reports.coverage import LENGTHS, coverage
from dq.reports.lines import Spark

BLOCKS, DIGITS = "▁▂▃▄▅▆▇█", "12345678"  # of terminals that can write blocks, and of those that cannot
CLOSED = " "  # nothing was owed there
LONGEST = 28  # signs
MOST = 12  # series that are drawn: a screen holds no more


def sparks(
    run: Run,
    bars: Mapping[tuple[str, int], OrderedBars],
    markets: Mapping[tuple[str, int], Market],
    signs: str = BLOCKS,
) -> dict[str, Spark]:
    """The first series that miss something, by name.

    Args:
        bars, markets: of each series, by instrument and interval (microseconds).
        signs: eight, from nothing there to everything there.
    """
    found: dict[tuple[str, int], list[Finding]] = {}
    for one in run.findings:
        if one.series is not None:
            found.setdefault((one.series.instrument, one.series.interval), []).append(one)
    drawn: dict[str, Spark] = {}
    for verdict in run.series:
        key = verdict.series.instrument, verdict.series.interval
        if verdict.missing_bars > 0 and key in bars and key in markets and len(drawn) < MOST:
            drawn[verdict.series.name] = tuple(_signs(markets[key], bars[key], found.get(key, []), signs))
    return drawn


def _signs(market: Market, bars: OrderedBars, findings: list[Finding], signs: str) -> Iterator[tuple[str, str]]:
    owed, present = _counts(market, bars, findings)
    for due, there in zip(owed.tolist(), present.tolist(), strict=True):
        if due <= 0:
            yield CLOSED, ""
        elif there >= due:
            yield signs[-1], "pass"
        else:
            level = 0 if there == 0 else max(1, there * (len(signs) - 1) // due)
            yield signs[min(level, len(signs) - 2)], "warning" if there else "critical"


def _counts(market: Market, bars: OrderedBars, findings: list[Finding]) -> tuple[Int, Int]:
    """Slots that were owed for certain, and those of them that are there, in equal parts of the window."""
    known = coverage(market, bars, findings, _step(market))
    excused = sum((known.missing[cause] for cause in EXCUSED if cause in known.missing), np.zeros_like(known.owed))
    start, length, parts = _drawn(market)
    place = np.clip((known.starts - start) * parts // length, 0, parts - 1)
    owed, present = np.zeros(parts, np.int64), np.zeros(parts, np.int64)
    np.add.at(owed, place, known.owed - excused)
    np.add.at(present, place, known.present)
    return owed, present


def _drawn(market: Market) -> tuple[int, int, int]:
    """Where the row begins, how long it is (both microseconds), and how many parts: none shorter than a bar."""
    window, interval = market.window, market.series.interval
    owed = np.array([market.first_slot, max(market.last_slot - 1, market.first_slot)])
    first, last = market.slots.timestamps(owed).tolist() if len(market.slots) else (window.start, window.start)
    if market.series.daily:  # bars of days stand for whole dates
        start, end = first // DAY * DAY, last // DAY * DAY + interval
    else:  # what falls due in a window was stamped before; of a whole file everything is owed
        late = market.late if last < window.end - market.late else 0
        start, end = window.start - late, window.end - late
    length = max(end - start, 1)
    return start, length, max(1, min(LONGEST, length // interval))


def _step(market: Market) -> str:
    """The longest stretch of coverage that is no longer than a part."""
    if market.series.daily:
        return "day"
    _, length, parts = _drawn(market)
    fits = [name for name, one in LENGTHS.items() if one <= length // parts]
    return max(fits, key=LENGTHS.__getitem__, default="minute")
