"""Our calendars against those of others, 2005 to 2027: every day on which they differ is listed, with the side we take.

`calendar_disagreements.csv` has one line per reason. `ours` and `theirs` are `open`, `early`, `half` or `closed`, closing
times (`13:00`), or opening times (`opens 09:30`), in the market's time; `days` are dates, or `first..last (n)` for the n
days between on which the two differ in this way; `side` is ours, theirs or unknown.
"""

import csv
import gzip
import os
from datetime import date, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from calendar_opinions import FIRST, LAST, planned, recorded

from dq.calendars import sessions

REAL = os.environ.get("DQ_REAL_DATA")
needs_real_bars = pytest.mark.skipif(not REAL, reason="needs $DQ_REAL_DATA, a folder of recorded bars")
FILE = Path(__file__).with_name("calendar_disagreements.csv")
EXCHANGE, PANDAS = "exchange_calendars", "pandas_market_calendars"
GLOBEX = (
    "CME Globex Equity",
    "CME Globex Fixed Income",
    "CMEGlobex_FX",
    "CMEGlobex_Metals",
    "CMEGlobex_Energy",
    "CME_Agriculture",
)
LIVE = (
    ("NYSE", EXCHANGE, "XNYS"),
    *((market, EXCHANGE, "CMES") for market in GLOBEX),
    ("XLON", PANDAS, "LSE"),
    ("XSWX", PANDAS, "SIX"),
    ("XTSE", PANDAS, "TSX"),
    ("XTKS", PANDAS, "JPX"),
    ("XHKG", PANDAS, "HKEX"),
    ("XASX", PANDAS, "ASX"),
    ("XSHG", PANDAS, "SSE"),
    ("NSE", PANDAS, "BSE"),
    ("BVMF", PANDAS, "BMF"),
    ("XOSL", PANDAS, "OSE"),
    ("XEUR", PANDAS, "EUREX"),
)
# From the year on from which a list is kept by the exchange's notices; to the last year whose holidays it has.
SINCE = {
    ("holidays", "XETR"): 2016,
    ("holidays", "XHKG"): 2014,
    ("holidays", "XSHG"): 2007,
    ("holidays", "NSE"): 2014,
    ("holidays", "XPAR"): 2019,
    ("holidays", "XMAD"): 2012,
    ("holidays", "XTAI"): 2010,
    ("holidays", "XWAR"): 2011,
    ("holidays", "XBUE"): 2026,
    ("QuantLib", "XSHG"): 2008,
    ("QuantLib", "XTAE"): 2015,
}
UNTIL = {("QuantLib", "XHKG"): 2026, ("QuantLib", "XSHG"): 2026}
KEPT = (
    *sorted({(market, library, market) for library, market, _ in recorded() if market != "CME"}),
    *((market, "holidays", "CME") for market in GLOBEX[:2]),
)


@cache
def ours(market):
    """Date on which each session ends -> its opening and closing, told by the market's clocks."""
    start, end = (int(np.datetime64(f"{year}-01-01", "us").astype(int)) for year in (FIRST, LAST + 1))
    found = sessions(market, start, end)
    last = pd.to_datetime(found.closes - 1, unit="us", utc=True).tz_convert(found.zone)
    days = np.array([day.toordinal() for day in last.date]) - date(1970, 1, 1).toordinal()
    edges = np.flatnonzero(np.diff(days, prepend=days[0] - 1))
    return told(days[edges], found.opens[edges], found.closes[np.append(edges[1:], len(days)) - 1], found.zone)


@cache
def theirs(library, name, zone):
    plan = planned(library, name)
    opens, closes = (np.array([edges[side] for edges in plan.values()]) for side in (0, 1))
    return told(plan, opens, closes, zone)[0]


def told(days, opens, closes, zone):
    """Day -> (`09:30`, `16:00`), and the zone."""
    sides = (pd.to_datetime(edge, unit="us", utc=True).tz_convert(zone).strftime("%H:%M") for edge in (opens, closes))
    return dict(zip(map(int, days), zip(*sides, strict=True), strict=True)), zone


def differences(market, library, name):
    """(ours, theirs) -> days."""
    found = {}
    compared = against_times if library in (EXCHANGE, PANDAS) else against_days
    for day, *sides in compared(market, library, name):
        found.setdefault(tuple(sides), set()).add(str(np.datetime64(day, "D")))
    return found


def against_times(market, library, name):
    mine, zone = ours(market)
    other = theirs(library, name, zone)
    for day in sorted({*mine, *other}):
        if day not in mine or day not in other:
            yield (day, "open", "closed") if day in mine else (day, "closed", "open")
            continue
        for (own, foreign), before in zip(zip(mine[day], other[day], strict=True), ("opens ", ""), strict=True):
            if own != foreign:
                yield day, before + own, before + foreign


def against_days(market, library, name):
    """On weekdays: no list has the rare sessions of weekends."""
    mine = ours(market)[0]
    closed, half = (recorded().get((library, name, kind), set()) for kind in ("closed", "half"))
    early = early_days(mine) if half else set()
    for day in range(*(int(np.datetime64(f"{year}-01-01").astype(int)) for year in years(library, name))):
        own = "closed" if day not in mine else "early" if day in early else "open"
        other = "closed" if day in closed else "half" if day in half else "open"
        if (day + 3) % 7 < 5 and (own, other) not in (("open", "open"), ("closed", "closed"), ("early", "half")):
            yield day, own, other


def early_days(mine):
    """Days that end more than half an hour before those around them."""
    minutes = np.array([int(closes[:2]) * 60 + int(closes[3:]) for _, closes in mine.values()])
    around = np.lib.stride_tricks.sliding_window_view(np.pad(minutes, 10, mode="symmetric"), 21)
    return set(np.array(list(mine))[minutes < np.median(around, axis=1) - 30].tolist())


def years(library, name):
    return SINCE.get((library, name), FIRST), UNTIL.get((library, name), LAST) + 1


def listed(found):
    """(market, library, name) -> (ours, theirs) -> the days that the file lists; those of a range from what was found."""
    told = {}
    with FILE.open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            library, _, name = line["other"].partition(" ")
            pair, sides = (line["market"], library, name), (line["ours"], line["theirs"])
            days = told.setdefault(pair, {}).setdefault(sides, [])
            if ".." in line["days"]:
                span, _, count = line["days"].partition(" ")
                first, _, last = span.partition("..")
                within = sorted(day for day in found(*pair).get(sides, ()) if first <= day <= last)
                expected = (first, last, int(count.strip("()")))
                assert within
                assert (within[0], within[-1], len(within)) == expected
                days += within
            else:
                days += line["days"].split()
    return told


@pytest.fixture(scope="module")
def known():
    found = cache(differences)
    return found, listed(found)


@pytest.mark.parametrize("pair", [*LIVE, *KEPT], ids=" ".join)
def test_calendars_differ_only_where_it_is_listed(pair, known):
    found, told = known
    days = {sides: sorted(days) for sides, days in found(*pair).items()}
    assert days == {sides: sorted(days) for sides, days in told.get(pair, {}).items()}


def test_every_line_takes_a_side_and_says_why(known):
    assert set(known[1]) <= {*LIVE, *KEPT}
    with FILE.open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    for line in lines:
        assert line["side"] in ("ours", "theirs", "unknown")
        assert line["why"]
        assert line["side"] == "unknown" or line["link"].startswith("http")


def recorded_elsewhere(name):
    """Date -> (opening, closing) in UTC, from 2005 on, of a calendar that another project wrote down."""
    with gzip.open(Path(REAL or "") / "calendars" / name, "rt") as file:
        return {
            line["open"][:10]: (line["open"][11:16], line["close"][11:16])
            for line in csv.DictReader(file)
            if line["open"] >= f"{FIRST}"
        }


@needs_real_bars
@pytest.mark.parametrize(
    ("name", "market", "differ"),
    [
        ("xnys.csv.gz", "NYSE", {"2005-06-01", "2006-12-27"}),  # the same two minutes as in the list
        ("xlon.csv.gz", "XLON", set()),
    ],
)
def test_calendars_that_others_wrote_down_agree(name, market, differ):
    other = recorded_elsewhere(name)
    found = sessions(
        market, *(int(np.datetime64(day, "us").astype(int)) for day in (min(other), max(other) + "T23:59"))
    )
    edges = (pd.to_datetime(edge, unit="us").strftime("%Y-%m-%d %H:%M") for edge in (found.opens, found.closes))
    mine = {opens[:10]: (opens[11:], closes[11:]) for opens, closes in zip(*edges, strict=True)}
    assert {day for day in {*mine, *other} if mine.get(day) != other.get(day)} == differ


@needs_real_bars
def test_a_list_of_closed_days_of_new_york_agrees():
    lines = (Path(REAL or "") / "calendars" / "nyse_full_day_holidays.csv").read_text().split()
    days = {datetime.strptime(line, "%m/%d/%Y").date() for line in lines}  # noqa: DTZ007 - a date
    closed = {(day - date(1970, 1, 1)).days for day in days if day.year >= FIRST and day.weekday() < 5}
    mine = ours("NYSE")[0]
    assert {day for day in range(min(mine), max(closed) + 1) if day not in mine and (day + 3) % 7 < 5} == {
        day for day in closed if day >= min(mine)
    }


if __name__ == "__main__":  # what is to be listed
    for pair in [*LIVE, *KEPT]:
        for sides, days in differences(*pair).items():
            print(*pair, *sides, *sorted(days), sep="\t")
