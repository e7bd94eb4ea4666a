"""Bars and markets for tests: built by the pipeline's own functions, around the clock unless said otherwise."""

from dataclasses import replace

import numpy as np

from dq.calendars import sessions
from dq.checks import checks
from dq.door import Rows
from dq.examine import Question, examine
from dq.model import COLUMNS, DAY, MINUTE, SECOND, Bars, Series, Window
from dq.run.market import build_market
from dq.run.windows import Look

AROUND_THE_CLOCK = Series("BTC-USD", MINUTE, "24/7")
OF_BARS = tuple(name for name, check in checks().items() if check.of_bars)
QUESTIONS = tuple(map(Question, OF_BARS))


def instant(text):
    """Microseconds UTC of `2025-11-25T15:00`."""
    return int(np.datetime64(text, "us").astype(np.int64))


NOON = instant("2025-11-25T12:00")


def walk(count, seed=1, start=NOON, interval=MINUTE, price=1000.0):
    """Bars of a calm liquid market, one after the other, without any defect; prices are whole."""
    random = np.random.default_rng(seed)
    close = price + np.cumsum(np.rint(random.normal(0, 4, count)))
    opens = np.append(price, close[:-1])
    high = np.maximum(opens, close) + random.integers(0, 4, count)
    low = np.minimum(opens, close) - random.integers(0, 4, count)
    stamps = start + interval * np.arange(count, dtype=np.int64)
    return Bars(stamps, opens, high, low, close, random.integers(1, 1000, count).astype(float))


def taken(bars, rows):
    """Those rows, in that order, as they would arrive."""
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    return Bars(bars.timestamp[rows], *(column[rows] for column in columns), bars.arrival)


def spoiled(seed, most=700):
    """A calm market with defects of many kinds strewn over it, two bars or more."""
    random = np.random.default_rng(seed)
    bars = walk(int(random.integers(2, most)), seed)
    columns = {name: bars.column(name).copy() for name in COLUMNS}
    for column in columns.values():
        at = random.integers(0, len(bars), random.integers(0, 6))
        column[at] = random.choice([np.nan, np.inf, -5.0, 0.0, 2000.0, 500.0], len(at))
    frozen, length = int(random.integers(0, len(bars))), int(random.integers(0, 30))
    for column in columns.values():
        column[frozen : frozen + length] = column[frozen]
    stamps = bars.timestamp.copy()
    stamps[random.integers(0, len(bars), random.integers(0, 3))] += 17 * SECOND
    kept = np.delete(np.arange(len(bars)), random.integers(1, len(bars), random.integers(0, 8)))
    again = random.integers(0, len(bars), random.integers(0, 4))
    return taken(replace(bars, timestamp=stamps, **columns), np.sort(np.concatenate([kept, again])))


def market_of(bars, series=AROUND_THE_CLOCK, *, window=None, as_of=None, live=False):
    """The market around those bars; all of them are looked at unless a window is given."""
    first, last = (int(bars.timestamp.min()), int(bars.timestamp.max())) if len(bars) else (NOON, NOON)
    whole = window is None
    as_of = last + series.interval if as_of is None else as_of
    window = window or Window(first, max(last + series.interval, as_of) if live else last + series.interval)
    known = sessions(series.calendar, window.start - 10 * DAY, max(window.end, as_of) + 2 * DAY)
    return build_market(series, Rows(series.instrument, bars), Look(window, as_of, live, whole), known, MINUTE)


def answers(bars, market, questions=QUESTIONS):
    """What every check says, by name."""
    return {answer.question.check: answer for answer in examine(bars, market, questions)}


def instants(bars, suspects):
    """Where suspects lie: (start, end, cause) of each."""
    return sorted(zip(*(suspects[name].tolist() for name in ("start", "end", "cause")), strict=True))
