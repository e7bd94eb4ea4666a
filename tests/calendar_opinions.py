"""What other calendars say of the years 2005 to 2027.

Two libraries are asked when tests run. Two more, which dq does not need for anything else, were asked once and their
answers kept in `calendar_opinions.csv`: the weekdays that QuantLib and `holidays` (whose lists of exchanges cite the
exchanges' notices) have closed, and the half days of the latter. With both installed, in an environment of their own,
`python tests/calendar_opinions.py > tests/calendar_opinions.csv` asks them again.
"""

import csv
import sys
import warnings
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

FIRST, LAST = 2005, 2027
FILE = Path(__file__).with_name("calendar_opinions.csv")
QUANTLIB = {
    "NYSE": ("UnitedStates", "NYSE"),
    "XLON": ("UnitedKingdom", "Exchange"),
    "XETR": ("Germany", "Xetra"),
    "XEUR": ("Germany", "Eurex"),
    "XTSE": ("Canada", "TSX"),
    "XTKS": ("Japan", ""),
    "XHKG": ("HongKong", ""),
    "XASX": ("Australia", "ASX"),
    "XSHG": ("China", "SSE"),
    "XMIL": ("Italy", "Exchange"),
    "XSTO": ("Sweden", ""),
    "XCSE": ("Denmark", ""),
    "XKRX": ("SouthKorea", "KRX"),
    "XTAE": ("Israel", "TASE"),
    "BVMF": ("Brazil", "Exchange"),
    "XJSE": ("SouthAfrica", ""),
    "XMEX": ("Mexico", ""),
}
HOLIDAYS = {
    "NYSE": "XNYS",
    "CME": "XCME",
    "XLON": "XLON",
    "XETR": "XETR",
    "XSWX": "XSWX",
    "XTSE": "XTSE",
    "XTKS": "XJPX",
    "XHKG": "XHKG",
    "XASX": "XASX",
    "XSHG": "XSHG",
    "NSE": "XNSE",
    "XPAR": "ENX",
    "XMAD": "XMAD",
    "XKRX": "XKRX",
    "XTAI": "XTAI",
    "XSES": "XSES",
    "XNZE": "XNZE",
    "XJSE": "XJSE",
    "XMEX": "XMEX",
    "XWAR": "XWAR",
    "XIST": "XIST",
    "XBUE": "XBUE",
}


@cache
def recorded():
    """(library, market, `closed` or `half`) -> days since 1970-01-01."""
    found = {}
    with FILE.open(newline="") as file:
        for line in csv.DictReader(file):
            days = {f"{line['year']}-{day[:2]}-{day[2:]}" for day in line["days"].split()}
            key = (line["library"].partition(" ")[0], line["market"], line["kind"])
            found.setdefault(key, set()).update(np.array(sorted(days), "M8[D]").astype(int).tolist())
    return found


@cache
def planned(library, name):
    """Date of each session -> its opening and closing, microseconds UTC, as a library has them uncorrected."""
    with warnings.catch_warnings(action="ignore"):
        if library == "exchange_calendars":
            import exchange_calendars

            last = f"{min(LAST, 2026) if name == 'XBOM' else LAST}-12-31"
            frame, columns = (
                exchange_calendars.get_calendar(name, start=f"{FIRST}-01-01", end=last).schedule,
                ("open", "close"),
            )
        else:
            import pandas_market_calendars

            frame = pandas_market_calendars.get_calendar(name).schedule(f"{FIRST}-01-01", f"{LAST}-12-31")
            columns = ("market_open", "market_close")
    opens, closes = (frame[column].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy() for column in columns)
    days = frame.index.to_numpy().astype("M8[D]").astype(int)
    return {
        int(day): (int(start), int(end))
        for day, start, end in zip(
            days, opens.astype("M8[us]").astype(int), closes.astype("M8[us]").astype(int), strict=True
        )
    }


def _closed_by_quantlib(country, market):
    import QuantLib

    maker = getattr(QuantLib, country)
    calendar = maker(getattr(maker, market)) if market else maker()
    for year in range(FIRST, LAST + 1):
        day = date(year, 1, 1)
        while day.year == year:
            if day.weekday() < 5 and not calendar.isBusinessDay(QuantLib.Date(day.day, day.month, day.year)):
                yield day
            day += timedelta(1)


def _listed_by_holidays(market, category):
    import holidays

    years = range(FIRST, LAST + 1)
    if category not in holidays.financial_holidays(market).supported_categories:
        return []
    days = holidays.financial_holidays(market, years=years, categories=(category,), observed=True)
    return sorted(day for day in days if day.weekday() < 5 and FIRST <= day.year <= LAST)


def _lines():
    import holidays
    import QuantLib

    for market, (country, part) in QUANTLIB.items():
        yield f"QuantLib {QuantLib.__version__}", market, "closed", _closed_by_quantlib(country, part)
    for market, name in HOLIDAYS.items():
        for kind, category in (("closed", "public"), ("half", "half_day")):
            yield f"holidays {holidays.__version__}", market, kind, _listed_by_holidays(name, category)


def main():
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["library", "market", "kind", "year", "days"])
    for library, market, kind, days in _lines():
        years = {}
        for day in days:
            years.setdefault(day.year, []).append(f"{day:%m%d}")
        writer.writerows([library, market, kind, year, " ".join(listed)] for year, listed in years.items())


if __name__ == "__main__":
    main()
