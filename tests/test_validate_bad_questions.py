"""`dq validate`, asked wrongly: exit status 2 and one sentence that names the place and the value, and no report."""

import sqlite3
from contextlib import closing

import pytest
from validate_support import Desk, clean, holed

SUITE = """{"name": "mine", "expectations": [
  {"type": "expect_no_missing_bars", "kwargs": {}, "severity": "warning"},
  {"type": "expect_no_stuck_price", "kwargs": {"probabilty": 0.1}, "severity": "warning"},
  {"type": "expect_no_null_price", "kwargs": {}, "severity": "fatal"}]}"""
QUESTIONS = {
    "a window of no unit": (["--window", "1x"], "'--window': '1x' is not a duration"),
    "an instant in words": (["--at", "yesterday"], "'--at': 'yesterday' is not an instant"),
    "an instant without a zone": (["--at", "2026-03-08T07:00"], "'2026-03-08T07:00' has no time zone"),
    "a calendar mistyped": (["--calendar", "CME_Equty"], "Did you mean CME_Equity"),
    "a suite mistyped": (["--suite", "ohlc_1n"], "no suite 'ohlc_1n'. Did you mean 'ohlc_1m'?"),
    "an end before its beginning": (["--from", "2026-03-08T07:00Z", "--to", "2026-03-08T06:00Z"], "window is empty"),
    "an end without a beginning": (["--to", "2026-03-08T06:00Z"], "--to needs a beginning"),
    "two beginnings": (["--window", "1h", "--from", "2026-03-08T06:00Z"], "--window and --from both"),
    "a format mistyped": (["--format", "jsno"], "'jsno' is not one of 'github', 'json', 'junit', 'text'"),
    "a report into no folder": (["--output", "nowhere/run.json"], "--output nowhere/run.json: it cannot be written"),
    "a name in another encoding": (["--instrument", "\udcff"], r"'\udcff' is no text that UTF-8 can hold"),
    "a reference in another encoding": (["--reference", "\udcff.csv"], r"--reference: '\udcff.csv' is no text that"),
    "pages into a variable that was never set": (["--docs", ""], "'--docs': it names no file and no folder"),
    "pages into a file": (["--docs", "bars.csv"], "--docs bars.csv: nothing can be written there"),
}


@pytest.fixture
def desk(desk):
    desk.write("bars.csv", clean())
    return desk


def refused(answer):
    """The sentence of a wrong question."""
    assert (answer.status, answer.out) == (2, "")
    return answer.sentence


@pytest.mark.parametrize(("words", "says"), QUESTIONS.values(), ids=QUESTIONS)
def test_a_wrong_flag(desk, words, says):
    style = [] if "--format" in words else ["--format", "json"]
    assert says in refused(desk.ask("bars.csv", *style, *words))


def test_a_file_that_is_not_there_and_no_source_at_all(desk):
    assert refused(desk.ask("bras.csv")).startswith("bras.csv does not exist")
    assert refused(desk.ask()).startswith("There is nothing to validate")


def test_a_suite_with_three_faults_tells_all_of_them(desk):
    desk.write("mine.json", SUITE)
    answer = desk.ask("bars.csv", "--suite", "mine.json")
    assert (answer.status, answer.out) == (2, "")
    head, *faults = answer.err.splitlines()
    assert head.startswith("dq: 3 faults in ")
    assert [fault.split("mine.json:")[1].split(":")[0] for fault in faults] == ["2", "3", "4"]
    assert "did you mean 'expect_no_missing_bar'?" in faults[0]
    assert "did you mean 'probability'?" in faults[1]
    assert '"fatal"' in faults[2]


def test_a_key_and_a_zone_that_do_not_exist(desk):
    assert "MARKET_TIMEZONE: 'Mars/Olympus'" in refused(desk.ask("bars.csv", MARKET_TIMEZONE="Mars/Olympus"))
    desk.write("dq.toml", '[series."BTC-USD"]\nintervall = "1m"\n')
    said = refused(desk.ask("bars.csv"))
    assert "dq.toml:2: series.BTC-USD.intervall" in said
    assert "did you mean 'interval'?" in said


def test_a_wrong_question_leaves_no_trace_in_the_history(desk):
    desk.write("bars.csv", holed())
    for words in (["--output", "nowhere/run.json"], ["--docs", "bars.csv"], ["--suite", "nonsense"]):
        assert desk.ask("bars.csv", *words, history=True).status == 2
    assert not desk.history.exists()


def test_an_instrument_that_is_not_there_cannot_be_told(desk):
    answer = desk.json("bars.csv", "--instrument", "NQ=F")
    assert (answer.status, answer.err) == (3, "")
    (error,) = answer.errors
    assert (error["kind"], error["series"]) == ("nothing", "NQ=F")
    assert error["message"] == "There is no bar of NQ=F in bars.csv."


def test_a_damaged_history_is_moved_aside_and_said(desk):
    desk.history.parent.mkdir(parents=True)
    desk.history.write_bytes(b"not a database at all" * 500)
    answer = Desk(desk.folder, desk.cache).json("bars.csv", history=True)  # in this process pytest takes the log
    assert answer.status == 0
    assert answer.err.startswith("dq: WARNING: The history ")
    assert answer.report["run"]["verdict"] == "pass"
    assert {path.name for path in desk.history.parent.iterdir()} == {"history.sqlite", "history.sqlite.corrupt-1"}


def test_a_run_that_is_not_recorded_in_time_waits_beside_the_history_and_says_so(desk, caplog):
    desk.write("bars.csv", holed())
    desk.json("bars.csv", history=True)
    with closing(sqlite3.connect(desk.history, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = desk.json("bars.csv", "--deadline", "1s", history=True)
    assert (answer.status, answer.errors) == (1, [])
    assert "missing_bar" in {finding[0] for finding in answer.findings}
    assert f"did not end within 1s: it has been recording the run in {desk.history}" in caplog.text
    assert f"The run waits in {desk.history}.aside" in caplog.text


def test_a_run_that_cannot_be_recorded_says_so_beside_what_it_found(desk):
    desk.write("bars.csv", holed())
    answer = desk.json("bars.csv", history=True, DQ_HISTORY="bars.csv/history.sqlite")
    assert (answer.status, answer.err) == (3, "")
    assert "missing_bar" in {finding[0] for finding in answer.findings}
    (error,) = answer.errors
    assert error["message"].startswith("The run is not recorded")
    assert "--no-history" in error["hint"]
