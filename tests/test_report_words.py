"""Times, counts and advice, as every report writes them."""

import numpy as np
import pytest
from html_samples import BTC, clean_run, hole, instant, run, sick_run

from dq.checks import checks
from dq.model import CAUSES, DAY, HOUR, MINUTE, NO_INSTANT, SECOND, Evidence, Series
from dq.reports.advice import ADVICE, advice, cause_text, speaks_sql, sql_to_look, sql_to_mend
from dq.reports.clocks import hour_text, local_span_text, local_text, span_text, stamps_text, utc_text
from dq.reports.words import evidence_text, headline, number_text, percent_text, value_text, worst_first
from dq.suites.words import counted, length_text, listed

SPRING = instant("2026-03-08T07:50")  # ten minutes before clocks in Chicago go forward


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (25431.25, "25,431.25"),
        (-0.5, "-0.5"),
        (-37.63, "-37.63"),
        (17000.249999999996, "17,000.249999999996"),
        (0.00001234, "0.00001234"),
        (0, "0"),
        (1e300, "1e+300"),
        (float("nan"), "no value"),
        (float("-inf"), "-infinity"),
        (np.float32(0.5), "0.5"),
    ],
)
def test_numbers_keep_every_digit(number, text):
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (45 * SECOND, "45 s"),
        (14 * MINUTE, "14 min"),
        (90 * SECOND, "1 min 30 s"),
        (125 * MINUTE, "2 h 05 min"),
        (2 * HOUR, "2 h"),
        (3 * DAY + 4 * HOUR, "3 d 4 h"),
        (0, "0 s"),
    ],
)
def test_lengths_in_two_units(length, text):
    assert length_text(length) == text


def test_counts_and_lists():
    assert counted(1, "bar") == "1 bar"
    assert counted(1240, "bar") == "1,240 bars"
    assert counted(5, "series") == "5 series"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(list("abcdef")) == "a, b, c and 3 more"
    assert listed(["a"]) == "a"
    assert listed([]) == ""


def test_a_share_is_never_rounded_to_all_or_nothing():
    assert [percent_text(share) for share in (1, 0.99999, 0.5, 0.0001, 0)] == [
        "100 %",
        "99.9 %",
        "50 %",
        "under 0.1 %",
        "0 %",
    ]


def test_values_and_evidence_of_any_kind():
    assert value_text(None) == ""
    assert value_text(np.float64(3.5)) == "3.5"
    assert value_text({"open": 1.5, "close": [2, 3]}) == "open 1.5, close 2, 3"
    assert value_text(True) == "yes"
    assert evidence_text(Evidence(41.234, 120.0, 3.1987, True)) == "41.2 sigmas, 120 ticks, 3.2 %; came back"
    assert evidence_text(Evidence(1.0, 1.0)) == "1 sigma, 1 tick"
    assert evidence_text(Evidence(came_back=False)) == "did not come back"
    assert evidence_text(None) == ""


def test_times_in_utc_and_beside_the_market():
    assert utc_text(SPRING) == "2026-03-08 07:50 UTC"
    assert utc_text(SPRING + 3 * SECOND) == "2026-03-08 07:50:03 UTC"
    assert utc_text(NO_INSTANT) == "no readable time"
    assert local_text(SPRING, "America/Chicago") == "2026-03-08 01:50 Chicago (CST)"
    assert local_text(SPRING, "UTC") == ""
    assert local_text(SPRING, "Europe/London") == ""  # clocks there show UTC in winter
    assert local_text(SPRING, "Nowhere/Atall") == ""
    assert local_text(2**62, "America/Chicago") == ""
    assert hour_text(SPRING, "America/New_York") == "03:50"  # clocks there went forward an hour ago


def test_spans_name_both_sides_of_a_clock_change():
    end = SPRING + 15 * MINUTE
    assert span_text(SPRING, end) == "2026-03-08 07:50 – 08:05 UTC"
    assert span_text(SPRING, SPRING + DAY) == "2026-03-08 07:50 – 2026-03-09 07:50 UTC"
    assert local_span_text(SPRING, end, "America/Chicago") == "2026-03-08 01:50 (CST) – 03:05 (CDT) Chicago"
    assert local_span_text(SPRING, end, "Asia/Tokyo") == "2026-03-08 16:50 – 17:05 Tokyo (JST)"


def test_stamps_of_daily_bars_are_dates_everywhere():
    daily, day = Series("SPY", DAY, "XNYS"), instant("2026-03-06")
    assert stamps_text(daily, day, day, "America/New_York") == ("2026-03-06", "")
    assert stamps_text(daily, day, day + DAY, "America/New_York") == ("2026-03-06 – 2026-03-07", "")
    assert stamps_text(BTC, day, day, "UTC") == ("2026-03-06 00:00 UTC", "")


def test_headline_counts_incidents_and_sick_series():
    sick, _ = sick_run()
    clean, _ = clean_run()
    assert headline(sick) == "4 incidents in 2 of 5 series"
    assert headline(clean) == "All clean: 1 series, 60 bars"
    assert headline(run(verdict="unknown", exit_code=3)) == "Could not tell"
    assert headline(run(findings=[hole(BTC, SPRING, 3)])) == "1 finding"


def test_incidents_come_worst_first():
    sick, _ = sick_run()
    assert [one.severity for one in worst_first(sick.incidents[::-1])] == ["critical"] * 3 + ["warning"]


def test_advice_is_given_for_checks_that_there_are():
    assert {check for check, _ in ADVICE} <= set(checks())
    assert {cause for _, cause in ADVICE} <= set(CAUSES)


def test_every_cause_has_words():
    silent = [cause for cause in CAUSES if cause_text(cause) == cause]
    assert silent == []


def test_advice_knows_the_cause_and_never_fails():
    assert "market itself" in advice("missing_bar", "halt")
    assert advice("missing_bar", "never heard of") == advice("missing_bar", None)
    assert "`dq explain frozen_feed`" in advice("frozen_feed", None)
    assert cause_text("outage") == "several series stopped at once"
    assert cause_text(None) == cause_text("unknown") == "not known"


def test_sql_to_copy_quotes_the_name_and_needs_a_database():
    odd = Series("O'HARE", MINUTE, "24/7")
    assert "instrument = 'O''HARE'" in sql_to_look(hole(odd, SPRING, 2))
    assert "BETWEEN '2026-03-08T07:50:00Z' AND '2026-03-08T07:51:00Z'" in sql_to_look(hole(odd, SPRING, 2))
    assert sql_to_look(hole(odd, NO_INSTANT, 1)) == ""
    assert "UNIQUE (instrument, timestamp)" in sql_to_mend("duplicate_timestamp")
    assert speaks_sql("postgresql://me:***@host/db")
    assert speaks_sql("PostgreSQL at 127.0.0.1:5432/market, table public.ohlc_data")
    assert not speaks_sql("bars/NQ.parquet")
