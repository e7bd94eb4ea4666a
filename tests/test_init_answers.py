"""`dq init`: what it answers where a table, an instant or a clock is not the right one."""

import numpy as np
import pytest
from bar_tables import create
from doctor_support import recent, tell
from market_samples import instant, walk
from validate_support import clean, csv_of

from dq.calendars import sessions
from dq.model import DAY, HOUR, MINUTE
from dq.settings import read_settings

FRIDAY = instant("2026-11-20T21:00")


@pytest.fixture
def stranger(server, schema):
    """Another role's address; the schema shows it whatever tables are made in it until then."""
    server.run(f"GRANT USAGE ON SCHEMA {schema} TO stranger")
    server.run(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO stranger")
    return server.tcp("stranger", "stranger")


def series_in(desk, name):
    return read_settings({"HOME": str(desk.folder)}, desk.folder).series[name]


def new_york_time(days):
    """When each bar of five minutes of New York's sessions opens, as clocks there show it."""
    known = sessions("XNYS", FRIDAY - days * DAY, FRIDAY)
    whole = zip(known.opens.tolist(), known.closes.tolist(), strict=True)
    return np.concatenate([np.arange(start, end, 5 * MINUTE) for start, end in whole]) - 5 * HOUR


def test_bars_on_another_clock_are_not_said_to_agree(desk):
    stamps = new_york_time(14)
    bars = walk(len(stamps))
    desk.write(
        "bars.csv",
        csv_of(type(bars)(stamps, bars.open, bars.high, bars.low, bars.close, bars.volume), "AAPL").replace("Z,", ","),
    )
    answer = tell(desk, "init", "bars.csv", "--timezone", "UTC")
    text = (desk.folder / "dq.toml").read_text()
    assert (answer.status, series_in(desk, "AAPL").calendar) == (0, "XNYS")
    assert "the bars agree" not in text
    assert "timezone may be wrong" in text
    assert "timezone may be wrong" in answer.err
    told = " ".join(tell(desk, "doctor").out.split())
    assert "lie outside XNYS" in told
    assert "timezone = under [source]" in told
    desk.write("dq.toml", '[source]\ntimezone = "UTC"\n')
    guessed = " ".join(tell(desk, "doctor", "bars.csv").out.split())
    assert "XNYS (guessed by the name) for AAPL. AAPL: 73 % of its last bars lie outside XNYS" in guessed


def test_a_table_that_cannot_become_bars_says_why(server, schema, desk, stranger):
    server.run(
        f"CREATE TABLE {schema}.quotes (symbol text, ts timestamptz, open text, high real, low real, close real)"
    )
    answer = tell(desk, "init", stranger, "--table", f"{schema}.quotes")
    assert answer.status == 2
    assert 'column "open" is text, needed is a number' in " ".join(answer.err.split())


def test_tables_of_the_schema_that_was_asked_for_come_first(server, schema, desk, stranger):
    columns = "(symbol text, ts timestamptz, open real, high real, low real, close real)"
    others = [f"CREATE TABLE public.a{number}_bars {columns}" for number in range(9)]
    grants = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO stranger"
    server.run(*others, grants, f"CREATE TABLE {schema}.zz_bars {columns}", f"CREATE TABLE {schema}.notes (a text)")
    answer = tell(desk, "init", stranger, "--table", f"{schema}.ohlc_data")
    server.run(*(f"DROP TABLE public.a{number}_bars" for number in range(9)))
    told = " ".join(answer.err.split())
    assert (answer.status, f"These can become bars: {schema}.zz_bars" in told) == (2, True)
    assert f"In {schema} there is notes, with other columns" in told


def test_another_name_than_the_one_asked_for_is_told(server, schema, desk):
    server.run(
        f'CREATE TABLE {schema}."Ohlc Data" (instrument text, timestamp timestamptz, open real, high real, low real, '
        "close real, volume real)",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader",
    )
    recent(server, schema, table="Ohlc Data")
    answer = tell(desk, "init", server.tcp(), "--table", f"{schema}.ohlc_data")
    assert f'There is no table {schema}.ohlc_data; "{schema}"."Ohlc Data" was taken for it.' in answer.out


def test_bars_after_the_instant_asked_for_are_told(server, schema, desk):
    create(server, schema)
    recent(server, schema)
    answer = tell(desk, "init", server.tcp(), "--table", f"{schema}.ohlc_data", "--at", "2020-01-01T00:00Z")
    told = " ".join(answer.err.split())
    assert (answer.status, "before 2020-01-01T00:00:00Z; the newest one is of 20" in told) == (3, True)
    assert "Leave --at out" in told


def test_a_file_has_no_schema_whatever_the_settings_of_this_folder_say(desk):
    desk.write("bars.csv", clean())
    desk.write("dq.toml", '[source]\nschema = "market"\norder_by = "id"\n')
    answer = tell(desk, "init", "bars.csv", "--output", "new")
    text = (desk.folder / "new" / "dq.toml").read_text()
    assert (answer.status, "schema =" in text, "order_by =" in text) == (0, False, False)
    assert answer.out.splitlines()[-1] == "  dq validate"
