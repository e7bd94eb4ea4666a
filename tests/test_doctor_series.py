"""`dq doctor` on series: newest bars, calendars, names; and what needs no database: settings, files, history."""

import json
import sqlite3

import pytest
from bar_tables import create
from doctor_support import doctor, recent, tell
from market_samples import instant
from validate_support import clean

from dq.cli import main
from dq.doctor.series import LATE, LATE_BARS
from dq.model import SECOND
from dq.suites.shelf import find_suite


@pytest.fixture
def table(server, schema, desk):
    create(server, schema)
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\n')
    return schema


def test_a_collector_that_died_is_told_with_how_long_ago(server, desk, table):
    recent(server, table, ago=1)
    recent(server, table, "ETH-USD", ago=300)
    line = doctor(desk, server.tcp()).lines["newest bar"]
    assert (line["verdict"], "ETH-USD" in line["said"], "BTC-USD" in line["said"]) == ("warning", True, False)
    assert "of trading ago" in line["said"]


def test_a_table_whose_bars_are_old_says_how_old(server, desk, table):
    recent(server, table, ago=30_000)
    line = doctor(desk, server.tcp()).lines["newest bar"]
    assert (line["verdict"], "no bar of the last 14 days" in line["said"]) == ("failed", True)


def test_an_empty_table_is_nothing_to_judge(server, desk, table):
    answer = doctor(desk, server.tcp())
    assert (answer.status, answer.steps("failed")) == (3, ["newest bar"])


def test_series_that_nobody_named_are_not_judged_and_that_is_told(server, desk, table):
    recent(server, table)
    recent(server, table, "ETH-USD")
    desk.write("dq.toml", f'[source]\nschema = "{table}"\n[series."BTC-USD"]\ncalendar = "24/7"\n')
    line = doctor(desk, server.tcp()).lines["newest bar"]
    assert (line["verdict"], "ETH-USD is in the table" in line["said"]) == ("warning", True)
    desk.write("dq.toml", f'[source]\nschema = "{table}"\n[series."BTC-UDS"]\ncalendar = "24/7"\n')
    line = doctor(desk, server.tcp()).lines["newest bar"]
    assert (line["verdict"], "no bar of BTC-UDS" in line["said"]) == ("failed", True)


def test_a_calendar_that_was_set_and_does_not_fit_is_told(desk):
    desk.write("bars.csv", clean(120, "BTC-USD", start=instant("2026-11-21T02:00")))
    desk.write("dq.toml", '[series."BTC-USD"]\ncalendar = "XNYS"\n')
    line = doctor(desk, "bars.csv").lines["calendars"]
    assert (line["verdict"], "lie outside XNYS" in line["said"]) == ("warning", True)


def test_a_guess_that_the_bars_contradict_is_told(desk):
    desk.write("bars.csv", clean(120, "AAPL", start=instant("2026-11-21T02:00")))
    line = doctor(desk, "bars.csv").lines["calendars"]
    assert (line["verdict"], "AAPL" in line["said"]) == ("warning", True)


def test_a_file_in_order(desk):
    desk.write("bars.csv", clean())
    answer = doctor(desk, "bars.csv")
    assert (answer.status, set(answer.verdicts.values())) == (0, {"ok"})
    assert "24/7 (guessed by the name; the bars agree) for BTC-USD" in answer.lines["calendars"]["said"]


@pytest.mark.parametrize(
    ("name", "content", "status", "step", "says"),
    [
        ("nope.csv", None, 2, "source", "does not exist"),
        ("bars.csv", "when,what\n1,2\n", 3, "source", "no column"),
        ("empty.csv", "instrument,timestamp,open,high,low,close,volume\n", 3, "newest bar", "no bar"),
        ("notes.txt", "hello", 2, "source", "no file of a kind"),
    ],
)
def test_a_file_that_is_none(desk, name, content, status, step, says):
    if content is not None:
        desk.write(name, content)
    answer = doctor(desk, name)
    assert (answer.status, answer.steps("failed")) == (status, [step])
    assert says in answer.lines[step]["said"]


def test_every_fault_of_the_settings_is_told_and_the_rest_still_looked_at(desk):
    desk.write("bars.csv", clean())
    desk.write("dq.toml", 'grace = "soon"\nwindo = "1h"\n[[alert]]\nurl = "slack://hunter2"\n')
    answer = doctor(desk, "bars.csv")
    said = answer.lines["settings"]["said"]
    assert (answer.status, answer.steps("failed")) == (2, ["settings"])
    assert all(word in said for word in ("dq.toml:1", "soon", "dq.toml:2", "did you mean 'window'"))
    assert answer.verdicts["calendars"] == "ok"
    assert "hunter2" not in answer.out
    desk.write("dq.toml", '[[alert]]\nurl = "$NO_SUCH_VARIABLE"\n')
    answer = doctor(desk, "bars.csv")
    assert (answer.status, answer.verdicts["alerts"]) == (2, "not_tried")
    assert answer.lines["alerts"]["said"] == "[[alert]] in dq.toml has to be in order first"


def test_a_rule_of_a_channel_that_names_no_series_of_any_run_is_told(desk):
    desk.write("bars.csv", clean())
    desk.write("dq.toml", '[[alert]]\nname = "desk"\nurl = "json://h"\ninstruments = ["BTC*", "BTCUSD"]\n')
    assert doctor(desk, "bars.csv").verdicts["alerts"] == "ok"  # nothing was recorded: nobody knows
    assert desk.ask("bars.csv", history=True).status in {0, 1}
    line = doctor(desk, "bars.csv").lines["alerts"]
    assert line["said"].startswith("The channel desk names 'BTCUSD'")
    assert "which no recorded run had; there" in line["said"]
    assert "'BTCUSD'" in tell(desk, "alerts").out


def test_settings_that_are_no_toml(desk):
    desk.write("dq.toml", "[source\n")
    text = tell(desk, "doctor").out
    assert text.startswith("x   settings")
    assert "it is not TOML" in text


def test_nothing_to_look_at_is_a_wrong_question(desk):
    answer = doctor(desk)
    assert (answer.status, answer.steps("failed"), answer.steps("not_tried")) == (2, ["settings"], ["the rest"])


@pytest.mark.parametrize(
    ("url", "verdict", "said"),
    [
        ("json://127.0.0.1:9/hunter2", "ok", "1 channel (json); `dq alerts test` sends a message to each"),
        ("slack://hunter2", "warning", "apprise cannot use its slack:// address"),
        ("nosuch://hunter2", "warning", "apprise knows no address that begins with nosuch://"),
    ],
)
def test_addresses_of_channels_are_looked_at_and_stay_secret(desk, url, verdict, said):
    desk.write("bars.csv", clean())
    desk.write("dq.toml", f'[[alert]]\nurl = "{url}"\n')
    answer = doctor(desk, "bars.csv")
    assert (answer.status, answer.verdicts["alerts"]) == (0, verdict)
    assert said in answer.lines["alerts"]["said"]
    assert "hunter2" not in answer.out


def test_the_history_is_looked_at_and_left_alone(desk):
    desk.write("bars.csv", clean())
    assert "will be made" in doctor(desk, "bars.csv").lines["history"]["said"]
    assert not desk.history.exists()
    assert desk.ask("bars.csv", history=True).status == 0
    assert "1 run" in doctor(desk, "bars.csv").lines["history"]["said"]
    desk.history.write_bytes(b"not a database at all, but long enough to be looked into" * 40)
    assert doctor(desk, "bars.csv").verdicts["history"] == "warning"
    desk.history.unlink()
    for companion in desk.history.parent.glob("history.sqlite-*"):
        companion.unlink()
    with sqlite3.connect(desk.history) as others:
        others.execute("CREATE TABLE recipes (name text)")
    line = doctor(desk, "bars.csv").lines["history"]
    assert (line["verdict"], "another program" in line["said"]) == ("failed", True)


def test_a_history_that_cannot_be_written_is_told(desk):
    desk.write("bars.csv", clean())
    line = doctor(desk, "bars.csv", DQ_HISTORY="/proc/history.sqlite").lines["history"]
    assert line["verdict"] == "failed"
    assert "DQ_HISTORY" in line["hint"]


def test_the_role_is_printed_as_it_stands(capsys):
    assert main(["doctor", "--role"]) == 0
    assert capsys.readouterr().out.startswith("-- Makes a role")


def test_a_series_that_validate_calls_critical_is_late(server, desk, table):
    recent(server, table, ago=14)
    recent(server, table, "ETH-USD", ago=4)
    line = doctor(desk, server.tcp()).lines["newest bar"]
    assert (line["verdict"], "BTC-USD" in line["said"], "ETH-USD" in line["said"]) == ("warning", True, False)


@pytest.mark.parametrize("name", ["ohlc_1m", "ohlc_1d"])
def test_late_is_what_the_suites_call_critical(name):
    entries = json.loads(find_suite(name, None).read_text())["expectations"]
    limits = [
        one["kwargs"] for one in entries if one["type"] == "expect_no_stale_series" and one["severity"] == "critical"
    ]
    assert limits == [{"longer_than": f"{LATE // SECOND}s", "bars": LATE_BARS}]


def test_the_last_line_names_what_was_looked_at(desk):
    desk.write("my bars.csv", clean())
    answer = tell(desk, "doctor", "my bars.csv")
    assert answer.out.splitlines()[-1].endswith("all is in order: dq validate 'my bars.csv'")


def test_every_fault_of_the_settings_begins_a_line_of_its_own(desk):
    desk.write("bars.csv", clean())
    desk.write("dq.toml", "".join(f'windo{number} = "1h"\n' for number in range(5)))
    lines = tell(desk, "doctor", "bars.csv").out.splitlines()
    begun = [line for line in lines if "dq.toml:" in line]
    assert [line.startswith(" " * 18 + str(desk.folder)) for line in begun] == [True] * 5
    below = lines[lines.index(begun[0]) + 1 : lines.index(begun[1])]
    assert all(line.startswith(" " * 20) for line in below)
