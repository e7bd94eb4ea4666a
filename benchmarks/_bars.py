"""Bars to measure with: lifelike minutes of one future, two million unless said, and the same bars made dirty."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from dq.calendars import sessions
from dq.explain.habits import learn_habits
from dq.model import COLUMNS, DAY, MINUTE, PRICES, Bars, Market, Series, Slots, Window, lay_slots

COUNT = 2_000_000
DAYS = 2200  # that have so many minutes
START = np.datetime64("2018-01-01", "us").astype(np.int64).item()
SERIES = Series("NQ=F", MINUTE, "CME_Equity", tick=0.25)
CACHE = Path.home() / ".cache" / "dq"


def lifelike(count: int = COUNT) -> Bars:
    """Minutes with fat tails, calm nights and lively days, on the tick grid, each opening where the last closed."""
    rng = np.random.default_rng(1)
    stamps = _slots(DAYS * -(-count // COUNT)).timestamps(np.arange(count))
    lively = 1 + 0.5 * np.sin(np.arange(count) / 1380 * 2 * np.pi)
    close = _on_tick(15_000 * np.exp(np.cumsum(rng.standard_t(6, count) * 1e-4 * lively)))
    opens = np.append(close[:1], close[:-1])
    wicks = np.abs(rng.normal(size=(2, count))) * 1e-4 * close * lively
    high = _on_tick(np.maximum(opens, close) + wicks[0])
    low = _on_tick(np.minimum(opens, close) - wicks[1])
    return Bars(stamps, opens, high, low, close, rng.integers(1, 1000, count).astype(float))


def dirty(bars: Bars) -> dict[str, Bars]:
    """The same bars: half of them missing, shuffled, half of the cells NaN, 60 % flat."""
    rng, count = np.random.default_rng(2), len(bars)
    flat, blank = chosen(bars, np.arange(count)), chosen(bars, np.arange(count))
    still = rng.random(count) < 0.6
    last = np.maximum.accumulate(np.where(still, 0, np.arange(count)))
    for name in PRICES:
        flat.column(name)[still] = bars.close[last][still]
    for name in COLUMNS:
        blank.column(name)[rng.random(count) < 0.5] = np.nan
    half = np.sort(rng.choice(count, count // 2, replace=False))
    return {
        "half missing": chosen(bars, half),
        "shuffled": chosen(bars, rng.permutation(count)),
        "half NaN": blank,
        "60 % flat": flat,
    }


def chosen(bars: Bars, rows: np.ndarray) -> Bars:
    """Those rows, in fresh memory."""
    return Bars(bars.timestamp[rows], *(bars.column(name)[rows] for name in COLUMNS))


def market(bars: Bars) -> Market:
    """The market around them: everything from the first bar to the last, nothing stale."""
    stamps = bars.ordered.timestamp
    slots = _slots(DAYS * -(-(int(stamps[-1]) - START) // (DAYS * DAY)))
    end = int(stamps[-1]) + MINUTE
    first = int(slots.number(stamps[:1])[0])
    window = Window(int(stamps[0]), end)
    habits = learn_habits(bars.ordered, slots)
    return Market(
        SERIES,
        window,
        end,
        slots.sessions,
        slots,
        first,
        slots.due_before(end),
        habits,
        2 * MINUTE,
        live=False,
        phase=0,
    )


@cache
def _slots(days: int) -> Slots:
    return lay_slots(SERIES, sessions("CME_Equity", START, START + days * DAY, cache=CACHE), 0, MINUTE)


def _on_tick(prices: np.ndarray) -> np.ndarray:
    return np.round(prices / 0.25) * 0.25
