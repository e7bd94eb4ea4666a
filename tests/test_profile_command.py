"""`dq profile`: when each series has bars, as a row of blocks and as JSON; SELECT is enough."""

import json
import sqlite3
import subprocess
import sys

import numpy as np
import pytest
from bar_tables import create
from market_samples import NOON, instant, taken, walk
from validate_support import Answer, called, clean, csv_of

from dq.calendars import sessions
from dq.cli.profiles import DIGITS, as_json, as_text
from dq.model import DAY, HOUR, MINUTE, RunError, Series, lay_slots
from dq.run.profiling import Profile, Profiled

GLOBEX = Series("NQ=F", MINUTE, "CME_Equity")
DAILY = Series("SPY", DAY, "XNYS")
AT = "2025-11-29T12:00Z"


def ask(desk, *words):
    """What `dq profile` says, and its exit status."""
    told = Answer(*called(desk, "profile", *words))
    assert "Traceback" not in told.out + told.err
    return told


def nights(name="BTC-USD", days=10):
    """A CSV of days without bars from 02:00 to 05:00."""
    bars = walk(days * 96, interval=15 * MINUTE, start=NOON - 12 * HOUR)
    hour = bars.timestamp % DAY // HOUR
    return csv_of(taken(bars, np.flatnonzero((hour < 2) | (hour >= 5))), name)


def kept(desk):
    with sqlite3.connect(desk.history) as history:
        return history.execute("SELECT instrument, interval, rules FROM profile ORDER BY instrument").fetchall()


def test_a_row_shows_the_hours_without_bars(desk):
    desk.write("bars.csv", nights())
    told = ask(desk, "bars.csv")
    assert told.status == 0
    assert "██▁▁▁███████████████████" in told.out
    assert "quiet 02–05" in told.out
    assert "87.5 % of 960 slots" in told.out
    assert kept(desk) == [("BTC-USD", 15 * MINUTE, "24/7 open 0")]


def test_json_says_the_same(desk):
    desk.write("bars.csv", nights())
    (one,) = json.loads(ask(desk, "bars.csv", "--format", "json").out)["series"]
    assert (one["instrument"], one["interval"], one["calendar"]) == ("BTC-USD", "15m", "24/7")
    assert one["shares"] == [0.0 if 2 <= hour < 5 else 1.0 for hour in range(24)]
    assert (one["quiet"], one["bars"], one["slots"], one["share"]) == ([2, 3, 4], 840, 960, 0.875)
    assert one["sessions"] == 10


def test_it_keeps_nothing_where_nobody_wants_a_history(desk):
    desk.write("bars.csv", nights())
    assert ask(desk, "bars.csv", "--no-history").status == 0
    assert not desk.history.exists()


def test_what_it_keeps_serves_the_next_validation(desk):
    desk.write("bars.csv", nights())
    words = ("bars.csv", "--window", "1h", "--at", "2025-12-04T04:30Z", "--format", "json")
    ask(desk, "bars.csv")
    before = desk.history.read_bytes()
    answer = desk.ask(*words, history=True)
    assert before != b""
    assert {one["cause"] for one in answer.report["findings"] if one["check"] == "stale_series"} == {"quiet"}


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width):
    shown = Profile(
        GLOBEX, "America/Chicago", NOON, NOON + DAY, 20, 27_000, 27_600, (0.25,) * 16 + (None,) + (1.0,) * 7
    )
    lines = list(as_text(Profiled("somewhere", (shown,), ()), width))
    assert max(map(len, lines)) <= width
    assert "▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂·███████" in "\n".join(lines)


def test_a_terminal_without_blocks_gets_digits(shell):
    shown = Profile(DAILY, "America/New_York", NOON, NOON + DAY, 20, 20, 20, (1.0,) * 5 + (None,) * 2)
    text = "\n".join(as_text(Profiled("somewhere", (shown,), ()), 80, blocks=DIGITS))
    assert "MTWTFSS\nSPY 1d  88888..  100 % of 20 slots" in text
    shell.write("bars.csv", nights())
    words = [sys.executable, "-m", "dq", "profile", "bars.csv"]
    ascii_alone = shell.environment | {"PYTHONIOENCODING": "ascii"}
    told = subprocess.check_output(words, cwd=shell.folder, env=ascii_alone, text=True)
    assert "881118888888888888888888" in told


def test_colours_are_for_terminals_alone(desk):
    desk.write("bars.csv", nights())
    assert "\x1b" not in ask(desk, "bars.csv").out
    shown = Profile(DAILY, "UTC", NOON, NOON + DAY, 20, 20, 20, (0.3, 0.9, 1.0, None, None, None, None))
    assert "\x1b[36m▃\x1b[0m" in "\n".join(as_text(Profiled("somewhere", (shown,), ()), 80, coloured=True))


def test_a_market_that_is_closed_has_dots(desk):
    start = instant("2025-11-01T00:00")
    slots = lay_slots(GLOBEX, sessions("CME_Equity", start, NOON), 0, MINUTE)
    stamps = slots.timestamps(np.arange(len(slots)))
    desk.write("bars.csv", csv_of(walk_at(stamps[(stamps >= start) & (stamps < NOON)]), "NQ=F"))
    told = ask(desk, "bars.csv").out
    assert "████████████████·███████" in told
    assert "hours of Chicago" in told
    assert "quiet" not in told


def walk_at(stamps):
    bars = walk(len(stamps))
    return type(bars)(stamps, bars.open, bars.high, bars.low, bars.close, bars.volume)


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("bars.csv", "--instrument", "ETH-USD"), 3, "There is no bar of ETH-USD in"),
        (("nowhere.csv",), 2, "nowhere.csv does not exist"),
        (("bars.csv", "--calendar", "XNYX"), 2, "XNYX"),
        ((), 2, "There is nothing to"),
    ],
)
def test_what_cannot_be_answered_is_said(desk, words, status, sentence):
    desk.write("bars.csv", clean())
    told = ask(desk, *words)
    assert told.status == status
    assert sentence in told.out + told.err


def test_an_error_stands_in_the_json_too():
    error = RunError("nothing", "There is no bar of X.", "", "X")
    assert as_json(Profiled("somewhere", (), (error,)))["errors"] == [
        {"kind": "nothing", "message": "There is no bar of X.", "hint": None, "series": "X"}
    ]


def test_a_database_is_asked_for_timestamps_alone(server, schema, desk):
    create(server, schema)
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT 'BTC-USD', to_timestamp({NOON // 1_000_000} + 900 * n), 9, 9, 9, 9, 9 "
        f"FROM generate_series(-1900, 100) AS n WHERE (n + 9600) % 96 NOT BETWEEN 60 AND 63"
    )
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\n')
    told = ask(desk, server.tcp(), "--at", "2025-11-26T12:00Z")
    assert told.status == 0
    assert "███▁████████████████████" in told.out
    assert kept(desk) == [("BTC-USD", 15 * MINUTE, "24/7 open 0")]
    assert "s3cret" not in told.out
    assert desk.history.stat().st_mode & 0o077 == 0
