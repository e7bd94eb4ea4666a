"""Every way in which Yahoo fails: a sentence that says what to do, exit status 3, and never a verdict on half an answer."""

import json
import signal
import socket
import time

import pytest
from yahoo_desk import AT, desk, shell, yahoo

from dq.model import DAY, HOUR, SourceError
from dq.sources import Access, Wanted, open_source
from dq.sources.yahoo.trouble import rate_limited

__all__ = ["desk", "shell", "yahoo"]  # fixtures

OF_ONE = [  # what goes wrong with one symbol, what is said of it, how often it is asked for
    ("unknown", "Yahoo knows no BTC-USD (it says: No data found, symbol may be delisted)", 2),
    ("no dates", "Yahoo has no 1m bar of BTC-USD since", None),
    ("page", "Yahoo's answer for BTC-USD is no chart in JSON", 4),
    ("nothing", "Yahoo's answer for BTC-USD is no chart in JSON", 4),
    ("null", "Yahoo's answer for BTC-USD is no chart in JSON", 4),
    ("deep", "Yahoo's answer for BTC-USD is no chart in JSON", 4),
    ("cut", "Yahoo's answer for BTC-USD is no chart in JSON", 4),
    ("empty", "Yahoo's answer for BTC-USD is empty: neither bars nor a reason", 4),
    ("uneven", "Yahoo's answer for BTC-USD is not whole:", 4),
    ("stampless", "Yahoo's answer for BTC-USD lacks a column, or holds what is no number", 4),
    ("wordy", "Yahoo's answer for BTC-USD lacks a column, or holds what is no number", 4),
    ("quoted", "Yahoo's answer for BTC-USD lacks a column, or holds what is no number", 4),
    ("true", "Yahoo's answer for BTC-USD lacks a column, or holds what is no number", 4),
    ("huge", "Yahoo's answer for BTC-USD lacks a column, or holds what is no number", 4),
    ("far", "Yahoo's answer for BTC-USD holds timestamps that are no whole seconds, or of no calendar", 4),
    ("hourly", "Yahoo answered with bars of 1h of BTC-USD where 1m were asked for", 1),
    ("crumb", "Yahoo gives no bars of BTC-USD (it says: Invalid Crumb)", 2),
    ("broken off", "Yahoo's answer for BTC-USD broke off", 4),
    ("down", "Yahoo cannot answer for BTC-USD just now (HTTP 503)", 8),
    ("back soon", "Yahoo cannot answer for BTC-USD just now", 4),
]
OF_ALL = [  # what goes wrong with Yahoo as a whole
    ("limited", "Yahoo limits how often it may be asked (429 Too Many Requests)", 8),
    ("refused", "Yahoo refuses us (HTTP 403)", 2),
]


def asked_for(yahoo, symbol):
    return sum(asked[0] == symbol for asked in yahoo.asked)


def failing(yahoo, fault, symbol="BTC-USD"):
    if fault == "unknown":
        del yahoo.symbols[symbol]
    else:
        yahoo.faults = {symbol: [fault]}


@pytest.mark.parametrize(("fault", "said", "times"), OF_ONE, ids=[fault for fault, *_ in OF_ONE])
def test_what_is_wrong_with_one_symbol_is_told_and_the_others_are_judged(desk, yahoo, fault, said, times):
    failing(yahoo, fault)
    answer = desk.json("yahoo:BTC-USD,ETH-USD")
    (error,) = answer.errors
    assert (answer.status, answer.err, error["kind"], error["series"]) == (3, "", "source", "BTC-USD")
    assert error["message"].startswith(said)
    assert len(error["hint"]) > 20
    assert [(one["instrument"], one["verdict"]) for one in answer.report["series"]] == [("ETH-USD", "pass")]
    assert times is None or asked_for(yahoo, "BTC-USD") == times  # yfinance asks twice where it is refused


@pytest.mark.parametrize(("fault", "said", "times"), OF_ALL, ids=[fault for fault, *_ in OF_ALL])
def test_what_is_wrong_with_yahoo_is_met_once(desk, yahoo, fault, said, times):
    failing(yahoo, fault, "")
    answer = desk.json("yahoo:BTC-USD,ETH-USD")
    (error,) = answer.errors
    assert (answer.status, answer.err, answer.report["series"]) == (3, "", [])
    assert error["message"] == f"{said}; not read: BTC-USD, ETH-USD"
    assert (asked_for(yahoo, "BTC-USD"), asked_for(yahoo, "ETH-USD")) == (times, 0)


@pytest.mark.parametrize("fault", ["limited", "down", "cut", "broken off", "uneven"])
def test_what_is_over_in_a_moment_is_not_even_told(desk, yahoo, fault):
    yahoo.faults = {"BTC-USD": [fault, fault, ""]}
    answer = desk.json("yahoo:BTC-USD")
    assert (answer.status, answer.err, answer.errors) == (0, "", [])


def test_no_library_says_a_word_whatever_goes_wrong(shell, yahoo):
    shell.write("dq.toml", "[source]\nretries = 1\n")
    named = {f"S{number}": fault for number, (fault, *_) in enumerate(OF_ONE)}
    yahoo.symbols = {name: () for name, fault in named.items() if fault != "unknown"}
    yahoo.faults = {name: [fault] for name, fault in named.items()}
    answer = shell.json(f"yahoo:{','.join(named)}")
    assert (answer.status, answer.err) == (3, "")
    assert {error["series"] for error in answer.errors} == set(named)


def test_where_one_symbol_failed_in_vain_the_others_are_asked_once(desk, yahoo):
    failing(yahoo, "cut", "")
    yahoo.symbols = dict.fromkeys(("A", "B", "C"), ())
    assert [one["series"] for one in desk.json("yahoo:A,B,C").errors] == ["A", "B", "C"]
    assert [asked_for(yahoo, name) for name in "ABC"] == [4, 1, 1]


def test_a_pause_that_yahoo_asks_for_is_kept_or_told(desk, yahoo):
    yahoo.retry_after, yahoo.faults = "1", {"": ["limited", "limited", ""]}
    began = time.monotonic()
    assert desk.json("yahoo:BTC-USD").status == 0
    assert time.monotonic() - began > 1
    yahoo.retry_after, yahoo.faults, yahoo.asked = "600", {"": ["limited"]}, []
    (error,) = desk.json("yahoo:BTC-USD").errors
    assert "It asks for a pause of 600 s." in error["hint"]
    assert len(yahoo.asked) == 2  # yfinance's two; dq does not wait so long


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("5", 5), (" 600 ", 600), ("0", 0), ("inf", None), ("nan", None), ("-1", None), ("9" * 400, None), ("", None)],
)
def test_a_pause_is_a_number_of_seconds_or_none(asked, seconds):
    wrong = rate_limited(asked)
    assert wrong.wait == seconds
    assert "inf" not in wrong.hint


def test_a_silent_yahoo_is_told_after_the_time_limit_of_a_call(desk, yahoo):
    desk.write("dq.toml", '[source]\ncall_timeout = "1s"\n')
    yahoo.pause = 20
    failing(yahoo, "silent", "")
    began = time.monotonic()
    (error,) = desk.json("yahoo:BTC-USD,ETH-USD").errors
    assert error["message"] == "Yahoo did not answer within 1 s; not read: BTC-USD, ETH-USD"
    assert "call_timeout" in error["hint"]
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("fault", ["silent", "drips"])
def test_the_deadline_ends_the_waiting(desk, yahoo, fault):
    yahoo.pause = 20
    failing(yahoo, fault, "")
    began = time.monotonic()
    answer = desk.json("yahoo:BTC-USD", "--deadline", "1s")
    assert (answer.status, answer.err) == (3, "")
    assert "did not end within 1s" in answer.errors[0]["message"]
    assert time.monotonic() - began < 8


def test_ctrl_c_ends_the_waiting(shell, yahoo):
    yahoo.pause = 20
    failing(yahoo, "silent", "")
    program = shell.start("yahoo:BTC-USD", "--no-history")
    while not yahoo.asked:
        time.sleep(0.05)
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=8)
    assert (program.returncode, out, err) == (130, b"", b"dq: interrupted.\n")


@pytest.mark.parametrize("listening", [True, False], ids=["accepts and says nothing", "nobody listens"])
def test_a_yahoo_that_cannot_be_reached_is_told_within_the_time_to_connect(yahoo, monkeypatch, listening):
    from yfinance import const

    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        if not listening:
            mute.close()
        monkeypatch.setattr(const, "_BASE_URL_", f"https://127.0.0.1:{port}")
        began = time.monotonic()
        with open_source(Access("yahoo:BTC-USD", now=AT, connect_seconds=1.0, retries=1)) as source:
            (wrong,) = source.read([Wanted("BTC-USD", ((AT - HOUR, AT),))])
    said = "no connection within 1 s" if listening else "the connection was refused or closed"
    assert isinstance(wrong, SourceError)
    assert wrong.message == f"Yahoo cannot be reached: {said}"
    assert (wrong.silent, wrong.passing) == (listening, not listening)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "words", [("--at", "2020-03-01T00:00Z"), ("--from", "2020-03-01T00:00Z", "--to", "2020-03-02T00:00Z")]
)
def test_a_past_that_yahoo_does_not_keep_is_refused(desk, yahoo, words):
    answer = desk.json("yahoo:BTC-USD", *words)
    (error,) = answer.errors
    assert (answer.status, answer.report["series"]) == (3, [])
    assert error["message"].startswith(
        "Yahoo gives 1m bars of the last 30d alone, and everything that was asked of BTC-USD"
    )
    assert "--interval" in error["hint"]


def test_older_bars_that_cannot_be_had_leave_the_series_untold(yahoo):
    with open_source(Access("yahoo:BTC-USD,ETH-USD", now=AT, retries=0)) as source:
        source.listed(AT - DAY, AT)
        yahoo.faults = {"BTC-USD": ["cut"]}
        wanted = [Wanted(name, ((AT - 10 * DAY, AT),)) for name in ("BTC-USD", "ETH-USD")]
        first, second = source.read(wanted)
    assert isinstance(first, SourceError)
    assert first.series == "BTC-USD"
    assert len(second.bars) == 10 * 1440


def test_a_profile_that_cannot_be_had_is_told(desk, yahoo):
    yahoo.symbols = {"BTC-USD": range(yahoo.now - 1800, yahoo.now - 1200, 60)}
    yahoo.faults = {"BTC-USD": ["", "hourly"]}
    answer = desk.json("yahoo:BTC-USD")
    assert answer.status == 3
    assert [error["series"] for error in answer.errors] == ["BTC-USD"]


def test_debug_tells_each_request_and_no_cookie(shell, yahoo):
    yahoo.faults = {"BTC-USD": ["cut", ""]}
    err = shell.ask("yahoo:BTC-USD", "--log-level", "debug").err
    assert "yfinance is ready after" in err
    assert "Yahoo: BTC-USD 1m from" in err
    assert "attempt 2 of 4" in err
    assert "secret" not in err
    assert "crumb" not in err


def test_a_question_without_symbols_is_wrong(desk):
    answer = desk.ask("yahoo:")
    assert answer.status == 2
    assert "symbol" in answer.err


def test_every_sentence_is_json_too(desk, yahoo):
    failing(yahoo, "refused", "")
    assert json.loads(desk.ask("yahoo:BTC-USD", "--format", "json").out)["run"]["verdict"] == "unknown"
