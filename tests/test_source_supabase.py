"""Supabase over REST: the same bars as from its PostgreSQL, of every type that a table may keep them in."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from bar_tables import DAY, SECOND, STAMPS, START, minutes
from http_proxy import answer, in_front_of
from source_reading import ALL, FOREVER, MINUTE
from supabase_lite import PUBLISHABLE, SECRET, lite

from dq.model import COLUMNS, BarsError, SettingsError, SourceError
from dq.sources import Access, Wanted, open_source
from dq.sources.supabase.address import key_of, understood

PRICES = {"exact": "numeric", "double": "double precision", "single": "real"}
PART = (
    "(instrument text, timestamp {stamp}, open {price}, high {price}, low {price}, close {price}, volume {price}{more})"
)


def made(name, *, stamp="timestamptz", price="numeric", more=""):
    table = f"{{schema}}.{name} {PART.format(stamp=stamp, price=price, more=more)}"
    return f"CREATE TABLE {table}; CREATE INDEX ON {{schema}}.{name} (instrument, timestamp)"


def filled(name, count=30, *, stamp="timestamptz", names="'ES', 'NQ=F'", first=START, step=MINUTE):
    return (
        f"INSERT INTO {{schema}}.{name} (instrument, timestamp, open, high, low, close, volume) "
        f"SELECT i, {STAMPS[stamp]}, 100 + n * 0.25, 101 + n * 0.25, 99.5, 100.01 + n, nullif(n, 7 * (n / 7)) "
        f"FROM unnest(ARRAY[{names}]) AS i, generate_series(0, {count - 1}) AS n, "
        f"LATERAL (SELECT {first // SECOND} + n * {step // SECOND} AS at) AS s"
    )


EVERY = (Wanted("ES", ALL), Wanted("NQ=F", ALL), Wanted("none", ALL))
TABLES = [
    *(made(f"{short}_{stamp}", stamp=stamp, price=price) for stamp in STAMPS for short, price in PRICES.items()),
    *(filled(f"{short}_{stamp}", stamp=stamp) for stamp in STAMPS for short in PRICES),
    made("listed"),
    filled("listed", 300, names="'A', 'B', 'a b', 'Ω,\"x\"'"),
    filled("listed", 5, names="'old'", first=START - 30 * DAY),
    filled("listed", 3, names="NULL::text"),
    made("days", stamp="date"),
    "INSERT INTO {schema}.days VALUES ('ES', '2024-01-02', 1, 2, 0.5, 1.5, 0)",
    made("strange"),
    f"INSERT INTO {{schema}}.strange VALUES ('ES', to_timestamp({START // SECOND}), 'NaN', 'Infinity', '-Infinity', NULL, 1)",
    "INSERT INTO {schema}.strange SELECT 'ES', t, 1, 2, 0.5, 1.5, 0 FROM unnest(ARRAY[NULL, NULL, 'infinity', '-infinity']::timestamptz[]) AS t",
    made("spring", stamp="timestamp"),
    "INSERT INTO {schema}.spring SELECT 'ES', '2024-03-10 01:00'::timestamp + n * interval '30 minutes', 1, 2, 0.5, 1.5, 0 FROM generate_series(0, 5) AS n",
    made("digits"),
    "INSERT INTO {schema}.digits SELECT 'ES', to_timestamp(1704067200 + 60 * n), random()::numeric * 1e5, (random() * 1e9)::numeric(30, 12) + 0.000000000001, 1234567890.0123456789, 0.1234567890123456789, 9007199254740993 FROM generate_series(1, 500) AS n",
    made("arrivals", more=", id serial, written timestamptz, note text"),
    filled("arrivals", 20, names="'A'"),
    f"UPDATE {{schema}}.arrivals SET id = 1000, note = 'x' WHERE timestamp = to_timestamp({START // SECOND + 300})",
    "UPDATE {schema}.arrivals SET written = to_timestamp(id / 10)",
    "UPDATE {schema}.arrivals SET written = NULL WHERE id = 3",
    'CREATE VIEW {schema}."My Bars" AS SELECT instrument::varchar(20) AS "Symbol", timestamp AS "Time", open AS o, high AS h, low AS l, close AS c FROM {schema}.exact_timestamptz',
    made("wordy", stamp="text"),
    "INSERT INTO {schema}.wordy VALUES ('ES', '2024-01-01T00:00:00+00:00', 1, 2, 0.5, 1.5, 0)",
    made("texts", price="text"),
    "INSERT INTO {schema}.texts VALUES ('ES', now(), 'one', '2', '1', '1', '1')",
    made("empty"),
    made("hidden"),
    filled("hidden"),
    "ALTER TABLE {schema}.hidden ENABLE ROW LEVEL SECURITY",
    made("partly"),
    filled("partly"),
    "ALTER TABLE {schema}.partly ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY dq_reads ON {schema}.partly FOR SELECT TO anon USING (instrument = 'ES')",
]


@pytest.fixture(scope="module")
def rest(server):
    with lite(server, *TABLES) as running:
        yield running


def opened(rest, table, key=SECRET, **access):
    return open_source(Access(access.pop("url", rest.url), key=key, schema=rest.schema, table=table, **access))


def of_postgres(rest, table, **access):
    return open_source(Access(rest.server.url, schema=rest.schema, table=table, **access))


def bars_of(source, wanted):
    return [(one.instrument, one.bars, one.set_aside) for one in source.read(wanted)]


def assert_same(rest, table, wanted=EVERY, **access):
    """Bars, timestamps and lists of both roads are the same to the last bit."""
    with opened(rest, table, **access) as ours, of_postgres(rest, table, **access) as theirs:
        for (name, bars, aside), (other, theirs_bars, theirs_aside) in zip(
            bars_of(ours, wanted), bars_of(theirs, wanted), strict=True
        ):
            assert (name, aside) == (other, theirs_aside)
            np.testing.assert_array_equal(bars.timestamp, theirs_bars.timestamp)
            for column in COLUMNS:
                np.testing.assert_array_equal(bars.column(column), theirs_bars.column(column))
        stamps = [dict(source.stamps(wanted)) for source in (ours, theirs)]
        assert {name: at.tolist() for name, at in stamps[0].items()} == {n: at.tolist() for n, at in stamps[1].items()}
        for since, until in ((START, FOREVER), (START, START + 9 * MINUTE), (FOREVER - 1, FOREVER)):
            lists = [source.listed(since, until) for source in (ours, theirs)]
            assert [(one.instrument, one.stamps.tolist()) for one in lists[0]] == [
                (one.instrument, one.stamps.tolist()) for one in lists[1]
            ]
        assert ours.unnamed.set_aside == theirs.unnamed.set_aside
        assert ours.notes == theirs.notes


@pytest.mark.parametrize("price", PRICES)
@pytest.mark.parametrize("stamp", STAMPS)
def test_the_same_bars_come_by_both_roads(rest, stamp, price):
    assert_same(rest, f"{price}_{stamp}", timezone="UTC")


def test_exact_decimals_become_the_nearest_float(rest):
    assert_same(rest, "digits")


@pytest.mark.parametrize("table", ["strange", "days", "empty"])
def test_odd_rows_count_the_same_by_both_roads(rest, table):
    assert_same(rest, table)


def test_a_window_is_read_alone(rest):
    window = ((START + 2 * MINUTE, START + 5 * MINUTE), (START + 20 * MINUTE, None))
    with opened(rest, "exact_timestamptz") as source:
        (rows,) = source.read([Wanted("ES", window)])
    assert minutes(rows.bars.timestamp) == [2, 3, 4, *range(20, 30)]
    assert rows.bars.close.tolist() == [float(f"{100 + row}.01") for row in [2, 3, 4, *range(20, 30)]]
    assert not rows.bars.arrival


def test_series_of_late_are_listed(rest):
    with opened(rest, "listed") as source:
        listed = source.listed(START, START + 250 * MINUTE)
        assert [one.instrument for one in listed] == ["A", "B", "a b", 'Ω,"x"']
        assert minutes(listed[0].stamps) == list(range(50, 250))
        assert source.unnamed.set_aside == 3
        named = source.listed(START, START + 2 * MINUTE, ["old", "none", "A"])
        assert [(one.instrument, len(one.stamps)) for one in named] == [("old", 5), ("none", 0), ("A", 2)]
        assert source.listed(START + 10 * DAY, FOREVER) == []
        (rows,) = source.read([Wanted('Ω,"x"', ALL)])
        assert len(rows.bars) == 300


def test_names_are_values_whatever_they_hold(rest):
    evil = "'; DROP TABLE x; -- %s {0} \\ \"),(\n&or=*"
    with opened(rest, "listed") as source:
        assert [one.instrument for one in source.listed(0, FOREVER, [evil])] == [evil]
        (rows,) = source.read([Wanted(evil, ALL)])
        assert (rows.instrument, len(rows.bars)) == (evil, 0)
    with (
        in_front_of(rest.port, lambda number, path: answer(503, b"{}") if number > 1 else None) as proxy,
        opened(rest, "listed", url=proxy.url, retries=0) as source,
        pytest.raises(SourceError, match="status 503"),
    ):
        list(source.read([Wanted(evil, ALL)]))


def test_naive_timestamps_are_refused_until_somebody_says_their_clock(rest):
    with pytest.raises(SettingsError, match=rf"The timestamps of table {rest.schema}\.spring have no time zone"):
        opened(rest, "spring")
    assert_same(rest, "spring", timezone="America/New_York")
    with opened(rest, "spring", timezone="America/New_York") as source:
        (rows,) = source.read([Wanted("ES", ALL)])
    assert [one.value[11:16] for one in rows.unreadable] == ["02:00", "02:30"]


def test_a_column_may_tell_the_order_of_arrival(rest):
    for order_by in ("id", "written"):
        assert_same(rest, "arrivals", [Wanted("A", ALL)], order_by=order_by)
    with opened(rest, "arrivals", order_by="id") as source:
        (rows,) = source.read([Wanted("A", ALL)])
    assert rows.bars.arrival
    assert minutes(rows.bars.timestamp) == [*range(5), *range(6, 20), 5]
    for order_by, fault in (("nothing", "is not there"), ("note", "is text, needed is")):
        with pytest.raises(BarsError, match=f'order of arrival: column "{order_by}" {fault}'):
            opened(rest, "arrivals", order_by=order_by)


def test_views_and_renamed_columns(rest):
    columns = {"instrument": "Symbol", "timestamp": "Time", "open": "o", "high": "h", "low": "l", "close": "c"}
    assert_same(rest, "My Bars", columns=columns)
    with opened(rest, "My Bars", columns=columns) as source:
        assert source.notes == ["There is no column volume: volumes are unknown."]
        assert source.label == f"Supabase at 127.0.0.1:{rest.port}, table {rest.schema}.My Bars"


def test_tables_that_cannot_become_bars(rest):
    with pytest.raises(BarsError, match=r'it has no column "last" \(it has: instrument, timestamp, open'):
        opened(rest, "exact_timestamptz", columns={"open": "open", "close": "last"}).close()
    with pytest.raises(BarsError, match='column "timestamp" is text, needed is a time stamp'):
        opened(rest, "wordy")
    with pytest.raises(BarsError, match='column "open" is text, needed is a number'):
        opened(rest, "texts")
    with pytest.raises(BarsError, match="has no such table that it shows"):
        opened(rest, "nowhere")
    with pytest.raises(BarsError, match="does not show that schema"):
        open_source(Access(rest.url, key=SECRET, schema="elsewhere"))


def test_a_key_that_sees_nothing_is_told_apart_from_an_empty_table(rest):
    with opened(rest, "empty") as source:
        assert source.listed(START, FOREVER) == []
        assert [len(rows.bars) for rows in source.read([Wanted("ES", ALL)])] == [0]
    for table in ("empty", "hidden"):
        with pytest.raises(SourceError) as told:
            opened(rest, table, PUBLISHABLE)
        assert f"shows the publishable key (role anon) no row of table {rest.schema}.{table}" in told.value.message
        assert f"CREATE POLICY dq_reads ON {rest.schema}.{table} FOR SELECT TO anon" in told.value.hint
    with opened(rest, "hidden") as source:
        assert [one.instrument for one in source.listed(START, FOREVER)] == ["ES", "NQ=F"]


def test_a_policy_shows_what_it_shows(rest):
    with opened(rest, "partly", PUBLISHABLE) as source:
        assert [one.instrument for one in source.listed(START, FOREVER)] == ["ES"]
        assert any("row-level security" in note for note in source.notes)


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://abcdefgh.supabase.co", "https://abcdefgh.supabase.co"),
        ("https://abcdefgh.supabase.co/rest/v1/", "https://abcdefgh.supabase.co"),
        ("http://localhost:54321/", "http://localhost:54321"),
        ("http://kong:8000/rest/v1", "http://kong:8000"),
        ("http://[::1]:54321", "http://[::1]:54321"),
        ("https://example.com/supabase/rest/v1", "https://example.com/supabase"),
    ],
)
def test_addresses_as_people_paste_them(url, root):
    assert understood(url).url == root


@pytest.mark.parametrize(
    ("claims", "role"), [({"role": "anon"}, "anon"), ({"role": "service_role"}, "service_role"), ({}, "")]
)
def test_a_key_says_as_whom_it_lets_us_in(claims, role):
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    key = key_of(f" eyJhbGciOiJIUzI1NiJ9.{part}.c2lnbmF0dXJl\n")
    assert (key.role, key.sees_all) == (role, role == "service_role")
    assert part not in repr(key)
    assert key_of("sb_secret_x").sees_all
    assert not key_of("sb_publishable_x").sees_all
