"""Every calendar of the library, and its answers beside recorded bars."""

import csv
import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from dq.calendars import sessions
from dq.calendars.names import known_names
from dq.calendars.span import EXTENDED
from dq.model import DAY, MINUTE

REAL = os.environ.get("DQ_REAL_DATA")
needs_real_bars = pytest.mark.skipif(not REAL, reason="needs $DQ_REAL_DATA, a folder of recorded bars")


def instant(text):
    return int(np.datetime64(text, "us").astype(np.int64))


@pytest.mark.parametrize("calendar", sorted(set(known_names().values())))
def test_every_calendar_has_sessions_that_follow_one_another(calendar):
    found = sessions(calendar, instant("2026-01-01"), instant("2027-01-01"))
    assert 230 <= len(np.unique(found.day)) <= 365
    assert (found.opens < found.closes).all()
    assert (found.closes[:-1] <= found.opens[1:]).all()
    assert (np.diff(found.day) >= 0).all()
    assert (np.abs(found.opens - found.day * DAY) < 4 * DAY).all()


@pytest.mark.filterwarnings("ignore")  # of one library about another
def test_calendars_with_extended_hours_are_those_of_the_library():
    from pandas_market_calendars import get_calendar

    calendars = {name for name in known_names().values() if {"pre", "post"} <= set(get_calendar(name).market_times)}
    assert calendars == EXTENDED


def recorded(name):
    path = Path(REAL or "") / name
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        stamps = [line["timestamp"].removesuffix("Z") for line in csv.DictReader(file)]
    return np.unique(np.array(stamps, "datetime64[us]").astype(np.int64))


@needs_real_bars
@pytest.mark.parametrize(("name", "calendar"), [("NQ_5m_2019", "CME_Equity"), ("GC_5m_2019", "CMEGlobex_Gold")])
def test_a_year_of_futures_lacks_the_outage_and_nothing_else(name, calendar):
    bars = recorded(f"{name}.csv.gz")
    step = 5 * MINUTE
    found = sessions(calendar, int(bars[0]), int(bars[-1]) + step)
    assert found.contain(bars).all()
    owed = np.concatenate([np.arange(o, c, step) for o, c in zip(found.opens, found.closes, strict=True)])
    missing = np.setdiff1d(owed[owed <= bars[-1]], bars)
    (halt,) = found.halts
    assert len(missing) == 36
    assert ((missing >= halt.start) & (missing < halt.end)).all()


@needs_real_bars
@pytest.mark.parametrize("name", ["NQ_1d_raw", "ES_1d_raw"])
def test_twenty_five_years_of_daily_bars_have_the_days_of_the_calendar(name):
    bars = recorded(f"{name}.csv.gz") // DAY
    found = sessions("CME_Equity", int(bars[0]) * DAY, (int(bars[-1]) + 1) * DAY)
    days = np.unique(found.day)
    assert np.setxor1d(bars, days[(days >= bars[0]) & (days <= bars[-1])]).astype("datetime64[D]").tolist() == []


@needs_real_bars
@pytest.mark.parametrize(
    ("name", "calendar"),
    [("EURUSD_1m_201405.csv.gz", "FX"), ("EURGBP_1h_x1e5.csv.gz", "FX"), ("NQ_5m_tv_2022.csv.gz", "CME_Equity")],
)
def test_no_recorded_bar_lies_outside_the_sessions(name, calendar):
    bars = recorded(name)
    assert sessions(calendar, int(bars[0]), int(bars[-1]) + 1).contain(bars).all()


@needs_real_bars
def test_daily_bars_of_a_currency_lack_the_days_on_which_no_bank_quotes():
    bars = recorded("JPYUSD_1d_desc.csv") // DAY
    found = sessions("FX", int(bars[0]) * DAY, (int(bars[-1]) + 1) * DAY)
    days = np.unique(found.day)
    assert days[(days >= bars[0]) & (days <= bars[-1])].tolist() == bars.tolist()
