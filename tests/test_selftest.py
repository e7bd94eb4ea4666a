"""`dq selftest` on files, as a person runs it: what is caught, what cannot be tried and why, what is missed."""

import json
from dataclasses import replace

import numpy as np
import pytest
from market_samples import instant, walk
from selftest_support import Bench, figures, reasons
from validate_support import HEADER, clean, csv_of

from dq.calendars import sessions
from dq.checks import checks
from dq.model import DAY, HOUR

LAX = {"displaced": 1e6, "discontinuous": 1e6, "wick": 1e6}


@pytest.fixture
def bench(desk):
    return Bench(desk)


def suite(bench, *entries):
    listed = [{"type": f"expect_no_{check}", "kwargs": kwargs, "severity": "critical"} for check, kwargs in entries]
    bench.desk.write("mine.json", json.dumps({"name": "mine", "expectations": listed}))


def test_every_defect_that_sound_bars_can_hold_is_caught(bench):
    bench.desk.write("bars.csv", clean(600))
    answer = bench.json("bars.csv")
    assert (answer.status, answer.report["run"]["verdict"]) == (0, "pass")
    assert [one["check"] for one in answer.report["checks"]] == list(checks())
    tried = figures(answer)
    assert {"missing_bar", "price_spike", "stuck_price", "duplicate_timestamp", "low_completeness"} <= set(tried)
    assert {figure for figure in tried.values() if figure != (3, 3, 3, 0)} == set()
    summary = answer.report["summary"]
    assert summary == {
        "injected": 3 * len(tried), "caught": 3 * len(tried), "exact": 3 * len(tried), "false_alarms": 0
    }  # fmt: skip
    assert len(answer.report["defects"]) == 3 * len(tried)


def test_what_cannot_be_tried_says_why(bench):
    bench.desk.write("bars.csv", clean(600))
    why = reasons(bench.json("bars.csv"))
    assert why["off_session_bar"] == "the market never closes (24/7)"
    assert "--at" in why["future_bar"]
    assert "--at" in why["stale_series"]
    assert all(why.values())


def test_with_an_instant_a_file_can_be_stale_and_have_a_future(bench):
    bench.desk.write("bars.csv", clean(600))
    at = ("--at", "2025-11-25T22:02Z")  # the last bar, that of 21:59, fell due a minute ago
    tried = figures(bench.json("bars.csv", *at))
    assert tried["stale_series"] == tried["future_bar"] == (3, 3, 3, 0)


def test_a_suite_so_lax_that_a_defect_is_missed_exits_1_and_says_which(bench):
    bench.desk.write("bars.csv", clean(600))
    suite(bench, ("price_spike", LAX), ("null_price", {}))
    answer = bench.ask("bars.csv", "--suite", "mine.json", COLUMNS="80")
    assert answer.status == 1
    assert answer.out.startswith("FAIL  3 of 6 defects missed")
    missed = answer.out.split("Missed:\n")[1].split("\n\n")[0]
    assert missed.count("  price_spike  BTC-USD 1m  2025-11-25 ") == 3
    assert "kind wick" in missed
    assert "null_price" not in missed
    assert "displaced = 1000000.0" in answer.out
    assert "`dq explain price_spike`" in " ".join(answer.out.split())
    (spike,) = [
        one
        for one in bench.json("bars.csv", "--suite", "mine.json").report["checks"]
        if one["caught"] == 0 and one["injected"]
    ]
    assert (spike["check"], spike["injected"]) == ("price_spike", 3)


def test_what_a_suite_only_notes_is_not_caught_where_it_could_have_alarmed(bench):
    bench.desk.write("bars.csv", clean(600))
    suite(bench, ("missing_bar", {"longer_than": "1h"}))
    answer = bench.json("bars.csv", "--suite", "mine.json")
    assert answer.status == 1
    assert {one["instead"] for one in answer.report["defects"]} == {"found, but only as info (cause unknown)"}


def test_a_check_that_the_suite_does_not_ask_for_is_not_tried(bench):
    bench.desk.write("bars.csv", clean(600))
    suite(bench, ("null_price", {}))
    answer = bench.json("bars.csv", "--suite", "mine.json")
    assert figures(answer) == {"null_price": (3, 3, 3, 0)}
    assert reasons(answer)["price_spike"] == "not asked by the suite mine"


def test_a_closed_market_is_tried_on_its_last_trading(bench):
    friday = instant("2026-11-20T14:30")
    bench.desk.write("bars.csv", clean(390, "AAPL", start=friday))
    answer = bench.json("bars.csv", "--window", "1h", "--at", "2026-11-21T12:00Z", "--calendar", "XNYS")
    assert answer.status == 0
    assert answer.report["summary"]["injected"] > 30
    (note,) = answer.report["run"]["notes"]
    assert "No bar fell due in this window for AAPL" in note
    assert "2026-11-20T21:01Z" in note  # its last bar fell due a minute after the close
    spans = [(one["start"], one["end"]) for one in answer.report["defects"] if one["check"] == "null_price"]
    assert all(start >= "2026-11-20T19:59" and end < "2026-11-20T21:00" for start, end in spans)


def test_ten_bars_hold_what_they_can(bench):
    bench.desk.write("bars.csv", clean(10))
    answer = bench.json("bars.csv")
    assert answer.status == 0
    assert figures(answer)["price_spike"] == (3, 3, 3, 0)
    assert "50 are needed" in reasons(answer)["stuck_price"]


def test_a_window_without_room_says_how_many_bars_it_takes(bench):
    bench.desk.write("bars.csv", clean(600))
    answer = bench.ask("bars.csv", "--window", "15m", "--at", "2025-11-25T22:00Z")
    assert answer.status == 0
    assert "not in this window: needs 27 bars, has 17" in " ".join(answer.out.split())
    assert "A longer --window makes room for" in answer.out


@pytest.mark.parametrize(
    ("bars", "says"), [(1, "No defect could be put into these bars."), (0, "There are no bars to spoil")]
)
def test_without_bars_to_spoil_nothing_can_be_told(bench, bars, says):
    bench.desk.write("bars.csv", clean(1) if bars else HEADER)
    answer = bench.ask("bars.csv", "--interval", "1m")
    assert answer.status == 3
    assert answer.out.startswith("UNKNOWN  Could not tell: no defect was put in")
    assert says in answer.out


def test_findings_of_the_bars_themselves_count_for_nothing(bench):
    bars = walk(600)
    bars.high[100] = np.nan
    bars.close[300] = bars.high[300] = bars.close[300] * 1.5
    bench.desk.write("bars.csv", csv_of(bars))
    answer = bench.json("bars.csv")
    assert (answer.status, answer.report["summary"]["false_alarms"]) == (0, 0)
    assert "Without any of these defects the bars have 2 findings" in answer.report["run"]["notes"][0]


def test_rows_in_any_order_are_tried_in_order_of_time(bench):
    head, *rows = clean(600).splitlines(keepends=True)
    bench.desk.write("bars.csv", head + "".join(reversed(rows)))
    answer = bench.json("bars.csv")
    assert (answer.status, figures(answer)["missing_bar"]) == (0, (3, 3, 3, 0))


def test_daily_bars_are_tried_under_the_suite_for_days(bench):
    weekdays = [day for day in range(420) if (instant("2024-01-01T00:00") // DAY + day + 3) % 7 < 5]
    bars = walk(len(weekdays), start=0, interval=DAY)
    stamps = instant("2024-01-01T00:00") + np.array(weekdays) * DAY
    bench.desk.write("bars.csv", csv_of(stamped(bars, stamps), "EURUSD=X"))
    answer = bench.json("bars.csv", "--interval", "1d", "--calendar", "FX")
    assert (answer.status, answer.report["run"]["suite"]) == (0, "ohlc_1d")
    assert figures(answer)["off_session_bar"] == (3, 3, 3, 0)


def test_series_share_the_defects(bench):
    for at, name in enumerate(("BTC-USD", "ETH-USD", "SOL-USD")):
        bench.desk.write(f"bars/{name}.csv", clean(300, name, seed=at))
    answer = bench.json("bars", "--each", "6")
    by_series = {
        name: [one["check"] for one in answer.report["defects"] if one["instrument"] == name]
        for name in ("BTC-USD", "SOL-USD")
    }
    assert answer.status == 0
    assert all(checks.count("null_price") == 2 for checks in by_series.values())
    told = bench.ask("bars", "--verbose").out
    assert all(f"\n{name} 1m\n  check" in told for name in by_series)
    assert "\nPut in:\n" in told


def test_a_seed_decides_where_defects_go(bench):
    bench.desk.write("bars.csv", clean(600))
    first, again, other = (bench.json("bars.csv", "--seed", seed).report["defects"] for seed in ("1", "1", "2"))
    assert first == again
    assert [one["start"] for one in first] != [one["start"] for one in other]


def test_the_table_fits_a_terminal_of_80_columns(bench):
    bench.desk.write("bars.csv", clean(600))
    suite(bench, ("price_spike", LAX))
    for words in ([], ["--verbose"], ["--suite", "mine.json"]):
        out = bench.ask("bars.csv", *words, COLUMNS="80").out
        assert max(map(len, out.splitlines())) <= 80
        assert "\x1b" not in out


def test_nothing_is_written(bench):
    path = bench.desk.folder / bench.desk.write("bars.csv", clean(600))
    path.chmod(0o400)
    before = path.read_bytes()
    assert bench.ask("bars.csv").status == 0
    assert (path.read_bytes(), sorted(one.name for one in bench.desk.folder.iterdir())) == (before, ["bars.csv"])


def test_bars_come_by_standard_input_too(bench):
    answer = bench.json("-", stdin=clean(600).encode())
    assert (answer.status, answer.report["run"]["source"]) == (0, "standard input")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["none.csv"], "none.csv does not exist"),
        ([], "There is nothing to validate"),
        (["bars.csv", "--suite", "nope"], "There is no suite 'nope'."),
        (["bars.csv", "--calendar", "NOPE"], "There is no calendar 'NOPE'."),
        (["bars.csv", "--each", "0"], "--each"),
        (["bars.csv", "--window", "1h", "--from", "2025-11-25T12:00Z"], "--window and --from"),
        (["bars.csv", "--from", "2025-11-25T12:00Z", "--to", "2025-11-25T11:00Z"], "The window is empty"),
    ],
)
def test_a_wrong_question_is_told_in_a_sentence(bench, words, says):
    bench.desk.write("bars.csv", clean(20))
    answer = bench.ask(*words)
    assert (answer.status, answer.out) == (2, "")
    assert says in answer.sentence


def test_what_it_was_doing_when_the_time_was_over_is_told(bench):
    bench.desk.write("bars.csv", clean(3000))
    answer = bench.ask("bars.csv", "--each", "1000", "--deadline", "2s")
    assert answer.status == 3
    assert "within 2s: it has been putting defects into copies of the bars, and judging them for" in answer.sentence


def test_a_window_with_no_bar_of_an_unknown_series_cannot_be_told(bench):
    bench.desk.write("bars.csv", clean(20))
    answer = bench.json("bars.csv", "--instrument", "NOPE")
    assert (answer.status, answer.report["run"]["verdict"]) == (3, "unknown")
    assert answer.report["errors"][0]["series"] == "NOPE"


def test_hours_of_a_market_that_sleeps_are_tried_too(bench):
    start = instant("2024-03-04T00:00")
    hours = np.arange(start, start + 35 * DAY, HOUR)
    hours = hours[sessions("FX", start, start + 35 * DAY).contain(hours)]
    bench.desk.write("bars.csv", csv_of(stamped(walk(len(hours), interval=HOUR), hours), "EURUSD=X"))
    answer = bench.json("bars.csv")
    assert answer.status == 0
    assert figures(answer)["off_session_bar"] == (3, 3, 3, 0)


def stamped(bars, stamps):
    """The same bars at other instants."""
    return replace(bars, timestamp=stamps)
