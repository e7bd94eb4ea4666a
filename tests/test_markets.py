"""Markets of the world, intervals from a second to a week: dq is silent about what is whole, and tells what is broken.

The bars are made (real ones are in test_real_bars.py): fat tails, lively opens, nights, dividends, half days and clock
changes are in them; a collector that did its work is not scolded for any of it.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from market_samples import instant, taken

from dq.calendars import sessions
from dq.faults import faults
from dq.faults.entailment import entailed
from dq.model import COLUMNS, DAY, HOUR, MINUTE, SECOND, WEEK, Bars, instant_text, lay_slots
from dq.run import Asked, validate
from dq.settings import SeriesSettings, Settings
from dq.sources import Access


@dataclass(frozen=True)
class Case:
    """A series and the dates of its bars."""

    instrument: str
    interval: int
    first: str
    last: str
    calendar: str | None = None
    tick: float = 0.01
    price: float = 100.0
    extended_hours: bool = False
    volume: bool = True

    def __str__(self):
        return f"{self.instrument}-{self.interval // SECOND}s-{self.first}"


SPRING, AUTUMN = ("2025-02-24", "2025-04-11"), ("2025-10-13", "2025-11-28")  # both clock changes, Thanksgiving
CASES = [
    Case("NQ=F", MINUTE, "2025-02-24", "2025-03-21", tick=0.25, price=20_000.0),
    Case("ES=F", 4 * HOUR, *AUTUMN, tick=0.25, price=6_000.0),
    Case("CL=F", 5 * MINUTE, *AUTUMN, price=60.0),
    Case("ZC=F", 15 * MINUTE, *SPRING, tick=0.25, price=450.0),
    Case("GC=F", DAY, "2018-01-02", "2025-11-28", tick=0.1, price=1_300.0),
    Case("AAPL", HOUR, *SPRING),
    Case("AAPL", 5 * MINUTE, *AUTUMN, extended_hours=True),
    Case("AAPL", DAY, "2005-01-03", "2025-11-28", price=50.0),
    Case("AAPL", WEEK, "2005-01-03", "2025-11-24", price=50.0),
    Case("MSFT", MINUTE, "2025-11-10", "2025-11-28"),
    Case("VOD.L", 15 * MINUTE, *SPRING, tick=0.02, price=70.0),  # pence
    Case("SAP.DE", HOUR, *AUTUMN, price=220.0),
    Case("7203.T", 5 * MINUTE, *SPRING, tick=0.5, price=2_800.0),  # lunch from 11:30
    Case("7203.T", DAY, "2019-01-04", "2025-11-28", tick=1.0, price=1_300.0),
    Case("BHP.AX", 30 * MINUTE, *SPRING),
    Case("0700.HK", 15 * MINUTE, *SPRING, tick=0.2, price=500.0),
    Case("2222.SR", HOUR, *SPRING, tick=0.02, price=27.0),  # Sunday to Thursday
    Case("RELIANCE.NS", 15 * MINUTE, *AUTUMN, tick=0.1, price=1_400.0),
    Case("EURUSD=X", 15 * MINUTE, *SPRING, tick=1e-5, price=1.08, volume=False),
    Case("USDJPY=X", DAY, "2018-01-02", "2025-11-28", tick=1e-3, price=110.0, volume=False),
    Case("BTC-USD", SECOND, "2025-11-20", "2025-11-20", price=90_000.0),
    Case("BTC-USD", HOUR, *AUTUMN, price=90_000.0),
    Case("SHIBUSDT", 5 * MINUTE, "2025-11-01", "2025-11-20", tick=1e-8, price=9e-6),
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("sessions")


def series_of(case):
    flags = SeriesSettings(calendar=case.calendar, extended_hours=case.extended_hours or None, interval=case.interval)
    asked = Asked(Access("bars.csv"), Settings(None, None), now=0, flags=flags)
    return asked.series(case.instrument, None)


def made(case, cache, seed=1):
    """The bars of a collector that missed nothing, and when they end."""
    start, end = instant(case.first), instant(case.last) + DAY
    series = series_of(case)
    known = sessions(series.calendar, start - WEEK, end + WEEK, extended_hours=case.extended_hours, cache=cache)
    phase = -1 if case.interval == HOUR and not series.daily else 0
    slots = lay_slots(series, known, 4 * DAY if case.interval == WEEK else phase, MINUTE)
    stamps = slots.timestamps(np.arange(len(slots)))
    stamps = stamps[(stamps >= start) & (stamps < end)]
    return walk(case, stamps, np.random.default_rng(seed)), int(stamps[-1]) + case.interval


def walk(case, stamps, chance):
    """Prices on the tick grid with fat tails; nights, openings and news move more than quiet hours."""
    count, usual = len(stamps), 0.012 * min((case.interval / DAY) ** 0.5, 2)
    opened = np.append(True, np.diff(stamps) > case.interval)
    mood = np.exp(0.5 * np.sin(np.arange(count) / 97) + 0.3 * np.sin(np.arange(count) / 1301))
    moves = usual * mood * np.clip(chance.standard_t(5, count), -6, 6)
    gaps = np.where(
        opened, 0.006 * np.clip(chance.standard_t(4, count), -6, 6), 0.02 * usual * chance.normal(size=count)
    )
    level = case.price * np.exp(np.cumsum(gaps + moves) - np.linspace(0, (gaps + moves).sum(), count))
    close, opens = level, level * np.exp(-moves)
    wicks = np.abs(chance.normal(size=(2, count))) * usual * mood * 0.4
    high, low = np.maximum(opens, close) * np.exp(wicks[0]), np.minimum(opens, close) * np.exp(-wicks[1])
    decimals = max(0, int(np.ceil(-np.log10(case.tick))) + 1)
    prices = (np.round(np.maximum(np.round(p / case.tick), 1) * case.tick, decimals) for p in (opens, high, low, close))
    volume = np.round(np.exp(chance.normal(8, 0.7, count)) * np.where(opened, 5, 1)) if case.volume else np.zeros(count)
    return Bars(stamps, *prices, volume)


def loud(case, bars, end, folder, cache, window=None):
    """What `dq validate` says of those bars at warning and critical."""
    path = folder / "bars.csv"
    stamps = np.datetime_as_string(bars.timestamp.astype("datetime64[us]"), timezone="UTC")
    cells = ([f"{value:.12g}" for value in bars.column(name)] for name in COLUMNS)
    rows = (",".join(row) for row in zip(stamps, *cells, strict=True))
    path.write_text("\n".join(["timestamp,open,high,low,close,volume", *rows]) + "\n")
    flags = SeriesSettings(interval=case.interval, calendar=case.calendar, extended_hours=case.extended_hours or None)
    asked = Asked(
        Access(str(path), instrument=case.instrument),
        Settings(folder / "history", cache),
        now=end + 2 * DAY,
        at=end + MINUTE,
        window=window,
        flags=flags,
        record=False,
    )
    run = validate(asked, "0").run
    assert run.errors == ()
    return [one for one in run.findings if one.severity != "info"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_whole_series_raises_no_alarm(case, tmp_path, cache):
    bars, end = made(case, cache)
    assert loud(case, bars, end, tmp_path, cache) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hole_and_a_bad_print_are_told_and_nothing_else(case, tmp_path, cache):
    bars, end = made(case, cache)
    spot = len(bars) // 2
    within = np.flatnonzero(np.diff(bars.timestamp[: spot + 12]) != case.interval)
    row = spot if case.interval >= DAY or not len(within) or spot - within[-1] > 4 else int(within[-1]) + 3
    spoiled, spike = faults()["price_spike"](bars, 3 * len(bars) // 4, size=1.0 if case.interval == WEEK else 0.5)
    spoiled, hole = faults()["missing_bar"](spoiled, row, length=max(6, 2 * MINUTE // case.interval))
    found = {(one.check, one.start, one.end) for one in loud(case, spoiled, end, tmp_path, cache)}
    expected = {(one.check, one.start, one.end) for one in (*spike, *hole)}
    besides = entailed("price_spike") | entailed("missing_bar")
    assert {one for one in found if one[0] not in besides} == expected


def test_a_new_collector_with_ten_bars_raises_no_alarm(tmp_path, cache):
    case = replace(CASES[0], first="2025-03-05", last="2025-03-05")
    bars, _ = made(case, cache)
    first = taken(bars, np.arange(600, 610))
    end = int(first.timestamp[-1]) + MINUTE
    assert loud(case, first, end, tmp_path, cache) == []
    assert loud(case, first, end, tmp_path, cache, window=HOUR) == []


@pytest.mark.parametrize("hour", range(0, 48, 5))
def test_hourly_windows_over_a_clock_change_raise_no_alarm(hour, tmp_path, cache):
    case = replace(CASES[0], first="2025-03-03", last="2025-03-11")
    bars, _ = made(case, cache)
    at = instant("2025-03-09T20:00") + hour * HOUR + 7 * MINUTE
    known = taken(bars, np.flatnonzero(bars.timestamp <= at - 2 * MINUTE))
    assert loud(case, known, at - MINUTE, tmp_path, cache, window=HOUR) == [], instant_text(at)
