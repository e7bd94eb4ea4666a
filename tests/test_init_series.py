"""`dq init` on what bars say of themselves: their calendar, grid, label; and what it writes of addresses."""

import numpy as np
import pytest
from doctor_support import tell
from market_samples import instant, walk
from validate_support import csv_of

from dq.calendars import sessions
from dq.model import DAY, HOUR, MINUTE, Series
from dq.settings import read_settings
from dq.setup.columns import matched
from dq.setup.environment import database_environment, is_secret, web_environment
from dq.setup.stamps import late as lateness
from dq.sources.postgres.connection import understood

FRIDAY = instant("2026-11-20T21:00")


def stamps_of(calendar, days, *, step=5 * MINUTE, until=FRIDAY, extended_hours=False):
    """When each bar of those days opens."""
    known = sessions(calendar, until - days * DAY, until, extended_hours=extended_hours)
    whole = zip(known.opens.tolist(), known.closes.tolist(), strict=True)
    return np.concatenate([np.arange(start, end, step) for start, end in whole])


def series_of(desk, name, stamps):
    """What `dq init` writes of a file with bars at those instants, their prices in quarters."""
    bars = walk(len(stamps))
    columns = {one: getattr(bars, one) / 4 for one in ("open", "high", "low", "close")}
    bars = type(bars)(stamps, *columns.values(), bars.volume)
    desk.write("bars.csv", csv_of(bars, name))
    answer = tell(desk, "init", "bars.csv")
    assert (answer.status, answer.err) == (0, "")
    settings = read_settings({"HOME": str(desk.folder)}, desk.folder)
    return settings.series[name], (desk.folder / "dq.toml").read_text()


def test_a_name_that_the_bars_agree_with(desk):
    said, text = series_of(desk, "AAPL", stamps_of("XNYS", 14))
    assert (said.interval, said.calendar, said.tick, said.label) == (5 * MINUTE, "XNYS", 0.25, None)
    assert "by its name, and the bars agree" in text


def test_bars_that_are_stamped_with_their_ends(desk):
    said, _ = series_of(desk, "AAPL", stamps_of("XNYS", 14) + 5 * MINUTE)
    assert (said.calendar, said.label) == ("XNYS", "close")


@pytest.mark.parametrize(
    ("name", "calendar", "extended"),
    [("MYFUTURE", "CME_Equity", None), ("PREPOST", "XNYS", True), ("CASHFX", "FX", None)],
)
def test_a_name_that_says_nothing_gets_the_calendar_that_fits(desk, name, calendar, extended):
    stamps = stamps_of(calendar, 35, extended_hours=bool(extended))
    said, text = series_of(desk, name, stamps)
    assert (said.calendar, said.extended_hours) == (calendar, extended)
    assert "XNYS, by the name, does not" in text or extended
    report = desk.json().report
    assert [one["assumed"] for one in report["series"]] == [[]]


def test_hours_that_no_known_calendar_has_are_learned(desk):
    days = np.arange(FRIDAY - 28 * DAY, FRIDAY, DAY)
    stamps = np.concatenate([np.arange(day - 2 * HOUR, day + HOUR, 5 * MINUTE) for day in days])
    said, text = series_of(desk, "ODDHOURS", stamps)
    assert said.calendar == "auto"
    assert "no known calendar fits" in text


def test_daily_bars(desk):
    known = sessions("XNYS", FRIDAY - 400 * DAY, FRIDAY)
    said, _ = series_of(desk, "AAPL", known.day * DAY)
    assert (said.interval, said.calendar) == (DAY, "XNYS")


def test_one_bar_alone_says_no_interval(desk):
    desk.write("bars.csv", "instrument,timestamp,open,high,low,close,volume\nX,2026-11-20T15:00Z,1,1,1,1,1\n")
    assert tell(desk, "init", "bars.csv").status == 0
    assert read_settings({"HOME": str(desk.folder)}, desk.folder).series["X"].interval is None
    assert '# interval = "1m"' in (desk.folder / "dq.toml").read_text()


@pytest.mark.parametrize(
    ("found", "names"),
    [
        ("instrument timestamp open high low close volume", None),
        ("Symbol TS Open High Low Close Vol", "Symbol TS Open High Low Close Vol"),
        ("ticker bar_time o h l c", "ticker bar_time o h l c"),
        ("open close symbol ts high low timestamp", "symbol timestamp open high low close"),
        ("symbol ts open high low", False),
        ("ts open high low close", False),
    ],
)
def test_columns_are_known_by_near_names(found, names):
    fit = matched(dict.fromkeys(found.split(), "cells"))
    if names is None:
        assert fit == {name: name for name in found.split()}
    else:
        assert (list(fit.values()) if fit else False) == (names.split() if names else False)


def test_what_was_said_wins_over_what_is_near():
    found = dict.fromkeys(["symbol", "ts", "settle", "open", "high", "low", "close"], "cells")
    assert matched(found, {"close": "settle"})["close"] == "settle"


@pytest.mark.parametrize(
    ("url", "secret", "shown"),
    [
        ("postgresql://me:hunter2@h:1/db", True, "me:PASSWORD@h:1/db"),
        ("postgresql://me@h/db?password=hunter2&sslmode=require", True, "me:PASSWORD@h/db?sslmode=require"),
        ("postgresql://me@a:1,b:2/db", False, "me:PASSWORD@a:1,b:2/db"),
        ("postgresql://me@a,b/db", False, "me:PASSWORD@a,b/db"),
        ("postgresql://me@[::1]:5/db", False, "me:PASSWORD@[::1]:5/db"),
        ("postgresql:///db?host=/run/pg", False, "dq_reader:PASSWORD@/db?host=/run/pg"),
    ],
)
def test_an_address_is_shown_without_what_is_secret(url, secret, shown):
    parts = understood(url)
    text = database_environment(parts)
    assert (is_secret(parts, url), "hunter2" in text) == (secret, False)
    assert f"DATABASE_URL=postgresql://{shown}\n" in text
    assert understood(f"postgresql://{shown}")


def test_a_web_address_is_shown_without_what_is_secret():
    assert "SUPABASE_URL=https://abc.supabase.co\n" in web_environment("https://abc.supabase.co")
    assert "hunter2" not in web_environment("https://me:hunter2@abc.supabase.co/x")


@pytest.mark.parametrize(("minutes", "late"), [(2, None), (15, 13 * MINUTE), (90, None)])
def test_a_newest_bar_that_is_late_in_an_open_market_is_told(minutes, late):
    now = instant("2026-11-20T18:00")
    known = sessions("XNYS", now - DAY, now + DAY)
    stamps = np.arange(now - 3 * HOUR, now - minutes * MINUTE + 1, MINUTE)
    assert lateness(Series("AAPL", MINUTE, "XNYS"), stamps, known, now) == late
    assert lateness(Series("AAPL", MINUTE, "XNYS"), stamps, known, now + 5 * HOUR) is None
