"""Every fault of one question at once: dq.toml, .env, the environment, suites, flags, places to write to."""

import socket

import pytest
from validate_support import clean

SUITE = """{"name": "mine", "expectations": [
  {"type": "expect_no_missing_bars", "kwargs": {}, "severity": "info"},
  {"type": "expect_no_null_price", "kwargs": {}, "severity": "fatal"}]}"""


@pytest.fixture
def desk(desk):
    desk.write("bars.csv", clean())
    return desk


def told(desk, *words, **environment):
    """The faults, without the line that counts them and without the folder."""
    answer = desk.ask(*words, **environment)
    assert (answer.status, answer.out) == (2, "")
    head, *faults = answer.err.splitlines()
    assert head == f"dq: {len(faults)} faults in what was asked:"
    return [fault.strip().replace(f"{desk.folder}/", "") for fault in faults]


def begin(faults, *beginnings):
    assert [fault[: len(one)] for fault, one in zip(faults, beginnings, strict=True)] == list(beginnings)


def test_all_that_can_be_wrong(desk):
    desk.write(
        "dq.toml",
        'suite = "mine.json"\ngrace = "-5s"\n[source]\nretires = 3\n[series."NQ=F"]\ncalendar = "CME_Equty"\n',
    )
    desk.write(".env", "FETCH_INTERVAL_SECONDS=soon\n")
    desk.write("mine.json", SUITE)
    faults = told(
        desk, "bras.csv", "--suite", "ohlc_1n", "--calendar", "XNYZ", "--from", "2026-03-08T07:00Z",
        "--to", "2026-03-08T06:00Z", "--output", "nowhere/run.json", MARKET_TIMEZONE="Mars/One",
    )  # fmt: skip
    begin(
        faults,
        "environment: MARKET_TIMEZONE: 'Mars/One'",
        ".env:1: FETCH_INTERVAL_SECONDS: 'soon'",
        "dq.toml:2: grace: '-5s'",
        "dq.toml:4: source.retires: dq knows no such key (did you mean 'retries'?)",
        'dq.toml:6: series."NQ=F".calendar: There is no calendar',
        "There is no suite 'ohlc_1n'. Did you mean 'ohlc_1m'?",
        "mine.json:2: expectations[0].type",
        "mine.json:3: expectations[1].severity",
        "There is no calendar 'XNYZ'.",
        "The window is empty",
        "bras.csv does not exist",
        "--output nowhere/run.json: it cannot be written",
    )


def test_values_of_flags_that_cannot_be_read_and_all_else(desk):
    desk.write("dq.toml", 'windw = "1h"\n')
    faults = told(desk, "bars.csv", "--window", "0m", "--at", "now", "--jobs", "0", "--suite", "ohlc_1n")
    begin(
        faults,
        "Invalid value for '--window': '0m' is not a duration: a whole number above 0",
        "Invalid value for '--at': 'now' is not an instant",
        "Invalid value for '--jobs': 0 is not in the range",
        "dq.toml:1: windw: dq knows no such key (did you mean 'window'?)",
        "There is no suite 'ohlc_1n'.",
    )


def test_places_to_write_to_are_told_with_values_that_cannot_be_read(desk):
    desk.write("plain", "a file")
    words = ("bars.csv", "--docs", "plain/x", "--output", "nowhere/y")
    docs, output = "--docs plain/x: nothing can be written there", "--output nowhere/y: it cannot be written"
    begin(told(desk, *words, "--window", "0h"), "Invalid value for '--window': '0h'", output, docs)
    begin(told(desk, *words), output, docs)
    begin(told(desk, *words[:2], "/proc/x", *words[3:]), output, "--docs /proc/x: nothing can be written there")
    assert sorted(one.name for one in desk.folder.iterdir()) == ["bars.csv", "plain"]


def test_an_instrument_without_a_name(desk):
    assert desk.ask("bars.csv", "--instrument", " ").sentence.startswith(
        "Invalid value for '--instrument': it names no"
    )


def test_a_reference_that_does_not_exist_is_told_at_the_start(desk):
    desk.write("dq.toml", '[reference]\nurl = "nonsense"\n')
    answer = desk.ask("bars.csv")
    assert (answer.status, answer.out) == (2, "")
    assert 'dq.toml: reference.url: "nonsense" is no source that this version of dq reads' in answer.sentence
    begin(
        told(desk, "bras.csv", "--docs", "bars.csv"),
        "dq.toml: reference.url:",
        "bras.csv does not exist",
        "--docs bars.csv",
    )
    assert desk.ask("bars.csv", "--reference", "none.csv").sentence == "--reference: none.csv does not exist"


def test_a_suite_of_the_settings_is_read_at_the_start(desk):
    desk.write("dq.toml", 'suite = "ohlc_1n"\n')
    answer = desk.ask("bars.csv")
    assert (answer.status, answer.out) == (2, "")
    assert answer.sentence == "There is no suite 'ohlc_1n'. Did you mean 'ohlc_1m'?"
    assert desk.ask("bars.csv", "--suite", "ohlc_1m").status == 2  # what stands in dq.toml is wrong all the same


def test_an_address_without_its_key_and_a_key_without_its_address(desk):
    url = "https://abc.supabase.co"
    assert desk.ask(SUPABASE_URL=url).sentence == f"SUPABASE_KEY is missing: {url} is not read without a key."
    assert desk.ask(url).sentence == f"SUPABASE_KEY is missing: {url} is not read without a key."
    alone = desk.ask(SUPABASE_KEY="sb_secret_x")
    assert alone.sentence.startswith("There is nothing to validate")
    assert "SUPABASE_KEY is set, SUPABASE_URL is not" in alone.err
    assert desk.ask("bars.csv", SUPABASE_URL=url).status == 0  # another source was named


def test_what_follows_from_another_fault_is_not_told(desk):
    told_of = desk.ask(DATABASE_URL="mysql://h/d").sentence
    assert told_of.startswith("environment: DATABASE_URL: 'mysql://***' is not allowed")
    told_of = desk.ask(SUPABASE_URL="https://abc.supabase.co", SUPABASE_KEY="two words").sentence
    assert told_of.startswith("environment: SUPABASE_KEY: it has a space")


def test_nothing_is_asked_of_a_server_while_the_question_is_wrong(desk):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"postgresql://u@127.0.0.1:{listening.getsockname()[1]}/d"
        for words in (["--suite", "ohlc_1n"], ["--calendar", "XNYZ"], ["--window", "0m"], ["--docs", "bars.csv"]):
            assert desk.ask(url, *words).status == 2
        listening.settimeout(0.1)
        with pytest.raises(TimeoutError):
            listening.accept()


def test_an_instrument_that_nobody_has_heard_of_is_no_fault_of_the_settings(desk):
    desk.write("dq.toml", '[series."DEAD=F"]\ninterval = "1m"\n')
    assert desk.ask("bars.csv").status == 0
