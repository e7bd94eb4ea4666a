"""Names: which are known, what an unknown one is told, and what an instrument's name suggests."""

import subprocess
import sys
from datetime import datetime

import pytest

from dq.calendars import calendar_names, check_calendar, guess_calendar, names
from dq.model import SettingsError


def test_names_are_those_of_the_library_and_ours():
    import pandas_market_calendars

    assert set(names.known_names()) == {*pandas_market_calendars.get_calendar_names(), "24/7", "24/5", "FX"}
    assert names._lines()[0] == f"# pandas_market_calendars {pandas_market_calendars.__version__}"
    assert list(calendar_names()) == sorted([*names.known_names(), "auto"])


@pytest.mark.filterwarnings("ignore")  # of one library about another
def test_a_name_stands_for_a_calendar_of_the_same_market():
    import pandas_market_calendars

    zones = {name: pandas_market_calendars.get_calendar(name).tz for name in names.known_names()}
    clocks = {
        name: [datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in (1, 7)] for name, zone in zones.items()
    }
    for name, calendar in names.known_names().items():
        assert names.known_names()[calendar] == calendar
        assert clocks[name] == clocks[calendar] or calendar in {"FX", "24/5", "24/7"}


@pytest.mark.parametrize(
    ("wrong", "suggestion"),
    [
        ("CME_equity", "CME_Equity"),
        ("XNYSE", "XNYS"),
        ("fx", "FX"),
        ("24-7", "24/7"),
        ("CMEGlobex_Golds", "CMEGlobex_Gold"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(wrong, suggestion):
    with pytest.raises(SettingsError) as caught:
        check_calendar(wrong)
    assert repr(wrong) in caught.value.message
    assert suggestion in caught.value.message
    assert "python -m dq.calendars" in caught.value.hint


def test_a_name_like_no_other_gets_no_suggestion():
    with pytest.raises(SettingsError) as caught:
        check_calendar("???")
    assert "mean" not in caught.value.message


def test_names_are_checked_without_the_library():
    code = """
import sys
from dq.calendars import check_calendar
from dq.model import SettingsError
check_calendar("XLON")
try:
    check_calendar("XLOM")
except SettingsError as error:
    print(error.message, "pandas" in sys.modules)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.startswith("There is no calendar 'XLOM'. Did you mean XLON")
    assert said.endswith("? False\n")


def test_all_names_can_be_listed():
    said = subprocess.run([sys.executable, "-m", "dq.calendars"], capture_output=True, text=True, check=True).stdout
    assert said.split("\n")[:-1] == list(calendar_names())


GUESSES = {
    "CME_Equity": "NQ=F ES=F MNQ=F RTY=F YM=F nq=f UNHEARD=F",
    "CMEGlobex_Metals": "GC=F SI=F HG=F MGC=F",
    "CMEGlobex_Energy": "CL=F NG=F RB=F",
    "CME Globex Fixed Income": "ZB=F ZN=F ZF=F ZT=F",
    "CMEGlobex_Grains": "ZC=F ZS=F ZW=F",
    "CMEGlobex_Livestock": "LE=F",
    "CMEGlobex_FX": "6E=F 6B=F",
    "CME Globex Crypto": "BTC=F ETH=F",
    "FX": "EURUSD=X JPY=X EUR/USD EUR_USD EURGBP JPYUSD",
    "24/7": "BTC-USD ETHUSDT BTCUSD SOL-USDT ETH-EUR btc/usdt BTCUSDT.P ETH-BTC",
    "XLON": "VOD.L ^FTSE",
    "XETR": "SAP.DE ^GDAXI",
    "XTKS": "7203.T ^N225",
    "XPAR": "MC.PA",
    "XMIL": "SPM.MI",
    "XSTO": "MOB.ST",
    "XHKG": "0700.HK",
    "XTSE": "SHOP.TO",
    "XASX": "BHP.AX",
    "XAMS": "ASML.AS",
    "XSWX": "NESN.SW",
    "XNYS": "AAPL SPY BRK-B ^GSPC ^DJI NQ GC ES F USDT .L EURO",
}


@pytest.mark.parametrize(("instrument", "calendar"), [(name, to) for to, of in GUESSES.items() for name in of.split()])
def test_a_name_suggests_a_calendar(instrument, calendar):
    assert guess_calendar(instrument) == calendar


def test_every_guess_is_a_calendar():
    from dq.calendars import guess

    for table in (guess._PRODUCTS, guess._EXCHANGES, guess._INDICES):
        for calendar in table.values():
            check_calendar(calendar)
