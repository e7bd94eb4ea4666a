"""PostgreSQL: what a table of bars may look like, and what is read of it."""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest

from dq.model import COLUMNS, BarsError, SettingsError
from dq.sources import Access, Wanted, open_source
from dq.sources.postgres import plan

ALL = ((-(2**63), None),)
FOREVER = 2**63 - 1
SECOND = 1_000_000
MINUTE = 60 * SECOND
START = 1_704_067_200 * SECOND  # 2024-01-01T00:00Z
DAY = 86_400 * SECOND
NUMBERS = itertools.count()

STAMPS = {
    "timestamptz": "to_timestamp(at)",
    "timestamp": "to_timestamp(at) AT TIME ZONE 'UTC'",
    "bigint": "at * 1000::bigint",
    "integer": "at",
}
PRICES = ("numeric", "double precision", "numeric(12,4)")


@pytest.fixture
def schema(server):
    """A schema of this test alone, to which everybody has access."""
    name = f"s{next(NUMBERS)}"
    server.run(f"CREATE SCHEMA {name}", f"GRANT USAGE ON SCHEMA {name} TO reader, stranger")
    yield name
    server.run(f"DROP SCHEMA {name} CASCADE")


def create(
    server, schema, *, stamp="timestamptz", price="double precision", key="PRIMARY KEY (instrument, timestamp)", more=""
):
    server.run(
        f"CREATE TABLE {schema}.ohlc_data (instrument text, timestamp {stamp}, open {price}, high {price}, low {price}, "
        f"close {price}, volume {price} {more} {', ' + key if key else ''})",
        f"GRANT SELECT ON {schema}.ohlc_data TO reader",
    )


def fill(server, schema, count=10, *, names=("ES", "NQ=F"), stamp="timestamptz", first=START, step=MINUTE):
    """Bars of a minute; every seventh volume is NULL."""
    listed = ", ".join(f"'{name}'" for name in names)
    server.run(
        f"INSERT INTO {schema}.ohlc_data (instrument, timestamp, open, high, low, close, volume) "
        f"SELECT i, {STAMPS[stamp]}, 100 + n * 0.25, 101 + n * 0.25, 99.5, 100.01 + n, nullif(n, 7 * (n / 7)) "
        f"FROM unnest(ARRAY[{listed}]) AS i, generate_series(0, {count - 1}) AS n, "
        f"LATERAL (SELECT {first // SECOND} + n * {step // SECOND} AS at) AS s"
    )


def opened(server, schema, **access):
    return open_source(Access(access.pop("url", server.url), schema=schema, **access))


def read(server, schema, *wanted, **access):
    with opened(server, schema, **access) as source:
        names = wanted or [Wanted(one.instrument, ALL) for one in source.listed(START, FOREVER)]
        return list(source.read(names))


def minutes(stamps):
    return ((stamps - START) // MINUTE).tolist()


def test_bars_are_read_by_time_with_null_as_nan(server, schema):
    create(server, schema, price="numeric")
    fill(server, schema)
    es, nq = read(server, schema, url=server.tcp())
    assert (es.instrument, nq.instrument) == ("ES", "NQ=F")
    assert not es.bars.arrival
    assert minutes(es.bars.timestamp) == list(range(10))
    assert es.bars.open.tolist() == [100 + row * 0.25 for row in range(10)]
    assert es.bars.close.tolist() == [float(f"{100 + row}.01") for row in range(10)]
    assert np.flatnonzero(np.isnan(es.bars.volume)).tolist() == [0, 7]


@pytest.mark.parametrize("price", PRICES)
@pytest.mark.parametrize("stamp", STAMPS)
def test_the_same_bars_come_from_a_table_of_any_type(server, schema, stamp, price):
    create(server, schema, stamp=stamp, price=price)
    fill(server, schema, 30, stamp=stamp)
    window = ((START + 2 * MINUTE, START + 5 * MINUTE), (START + 20 * MINUTE, None))
    with opened(server, schema, timezone="UTC") as source:
        assert [(one.instrument, minutes(one.stamps)) for one in source.listed(START + MINUTE, START + 9 * MINUTE)] == [
            ("ES", list(range(9))),
            ("NQ=F", list(range(9))),
        ]
        (rows,) = source.read([Wanted("ES", window)])
        (whole,) = source.read([Wanted("ES", ALL)])
    wanted = [2, 3, 4, *range(20, 30)]
    assert minutes(rows.bars.timestamp) == wanted
    assert minutes(whole.bars.timestamp) == list(range(30))
    assert rows.bars.close.tolist() == [float(f"{100 + row}.01") for row in wanted]
    assert rows.bars.timestamp.dtype == np.int64
    assert {rows.bars.column(name).dtype for name in COLUMNS} == {np.dtype(np.float64)}


def test_real_prices_are_what_float32_holds(server, schema):
    create(server, schema, price="real")
    fill(server, schema, 2)
    assert read(server, schema)[0].bars.close.tolist() == [float(np.float32(100.01)), float(np.float32(101.01))]


def test_dates_are_midnight_utc(server, schema):
    create(server, schema, stamp="date")
    server.run(f"INSERT INTO {schema}.ohlc_data VALUES ('ES', '2024-01-02', 1, 2, 0.5, 1.5, 0)")
    with opened(server, schema, timezone="Asia/Tokyo") as source:
        assert source.notes == ["Timestamps are dates, read as 00:00 UTC."]
        (rows,) = source.read([Wanted("ES", ((START + 1, START + DAY + 1),))])
        assert rows.bars.timestamp.tolist() == [START + DAY]


def test_naive_timestamps_are_refused_until_somebody_says_their_clock(server, schema):
    create(server, schema, stamp="timestamp")
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT 'ES', '2024-03-10 01:00'::timestamp + n * interval '30 minutes', 1, 2, 0.5, 1.5, 0 "
        "FROM generate_series(0, 5) AS n"
    )
    with pytest.raises(SettingsError, match=rf"The timestamps of table {schema}\.ohlc_data have no time zone"):
        opened(server, schema)
    five = 1_710_050_400 * SECOND  # 06:00Z, 01:00 in New York
    with opened(server, schema, timezone="America/New_York") as source:
        (rows,) = source.read([Wanted("ES", ((five, five + 30 * MINUTE), (five + 30 * MINUTE, five + 120 * MINUTE)))])
    assert ((rows.bars.timestamp - five) // MINUTE).tolist() == [0, 30, 60, 90]
    assert [one.value[11:16] for one in rows.unreadable] == ["02:00", "02:30"]


def test_infinite_and_missing_prices_are_for_the_checks_to_judge(server, schema):
    create(server, schema, price="numeric")
    server.run(
        f"INSERT INTO {schema}.ohlc_data VALUES ('ES', to_timestamp({START // SECOND}), 'NaN', 'Infinity', '-Infinity', NULL, 1)"
    )
    (rows,) = read(server, schema)
    assert np.isnan(rows.bars.open[0])
    assert (rows.bars.high[0], rows.bars.low[0]) == (np.inf, -np.inf)
    assert np.isnan(rows.bars.close[0])


def test_rows_without_a_place_in_time_are_counted(server, schema):
    create(server, schema, key="")
    fill(server, schema)
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT 'ES', t, 1, 2, 0.5, 1.5, 0 "
        "FROM unnest(ARRAY[NULL, NULL, 'infinity', '-infinity']::timestamptz[]) AS t"
    )
    es, nq = read(server, schema)
    assert (len(es.bars), es.set_aside, len(nq.bars), nq.set_aside) == (10, 4, 10, 0)
    assert es.unreadable[0].column == "timestamp"


def test_rows_without_an_instrument_are_counted(server, schema):
    create(server, schema, key="UNIQUE (instrument, timestamp)")
    fill(server, schema)
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT NULL, to_timestamp({START // SECOND}), 1, 2, 0.5, 1.5, 0 FROM generate_series(1, 3)"
    )
    with opened(server, schema) as source:
        assert [one.instrument for one in source.listed(START, FOREVER)] == ["ES", "NQ=F"]
        assert source.unnamed.set_aside == 3
        assert source.unnamed.unreadable[0].column == "instrument"


@pytest.mark.parametrize("key", ["PRIMARY KEY (instrument, timestamp)", "PRIMARY KEY (timestamp, instrument)", ""])
def test_series_of_late_are_listed_with_or_without_an_index(server, schema, key):
    create(server, schema, key=key)
    fill(server, schema, 300, names=("A", "B", "a b", "Ω"))
    fill(server, schema, 5, names=("old",), first=START - 30 * DAY)
    with opened(server, schema) as source:
        listed = source.listed(START, START + 250 * MINUTE)
        assert [one.instrument for one in listed] == ["A", "B", "a b", "Ω"]
        assert minutes(listed[0].stamps) == list(range(50, 250))
        named = source.listed(START, START + 2 * MINUTE, ["old", "none", "A"])
        assert [(one.instrument, len(one.stamps)) for one in named] == [("old", 5), ("none", 0), ("A", 2)]
        assert source.listed(START + 10 * DAY, FOREVER) == []


def test_series_are_given_in_the_order_asked_empty_ones_too(server, schema):
    create(server, schema)
    fill(server, schema, names=("A", "B", "C"))
    found = read(server, schema, *(Wanted(name, ALL) for name in ("C", "none", "A", "never", "B")))
    assert [(rows.instrument, len(rows.bars)) for rows in found] == [
        ("C", 10),
        ("none", 0),
        ("A", 10),
        ("never", 0),
        ("B", 10),
    ]
    assert read(server, schema, Wanted("A", ()))[0].set_aside == 0


def test_names_are_bound_and_never_become_sql(server, schema):
    create(server, schema)
    evil = "'; DROP TABLE x; -- %s {0} \\"
    with opened(server, schema) as source:
        assert [one.instrument for one in source.listed(0, FOREVER, [evil])] == [evil]
        (rows,) = source.read([Wanted(evil, ALL)])
        assert rows.instrument == evil


def test_long_series_are_read_in_parts_without_losing_or_doubling_a_bar(server, schema, monkeypatch):
    create(server, schema)
    fill(server, schema, 5000, names=("A", "B"))
    fill(server, schema, 3, names=("A",), first=START - 3000 * DAY, step=DAY)
    monkeypatch.setattr(plan, "PART_BARS", 256)
    monkeypatch.setattr(plan, "CALL_BARS", 1000)
    wanted = [Wanted("A", ALL), Wanted("B", ((START + 10 * MINUTE, START + 40 * DAY),)), Wanted("C", ALL)]
    with opened(server, schema) as source:
        a, b, c = source.read(wanted)
        assert minutes(a.bars.timestamp[3:]) == list(range(5000))
        assert len(a.bars) == 5003
        assert minutes(b.bars.timestamp) == list(range(10, 5000))
        assert len(c.bars) == 0
        assert {name: len(stamps) for name, stamps in source.stamps(wanted)} == {"A": 5003, "B": 4990, "C": 0}


def test_a_column_may_tell_the_order_of_arrival_across_parts(server, schema, monkeypatch):
    create(server, schema, key="", more=", id serial, written timestamptz")
    fill(server, schema, 600, names=("A",))
    monkeypatch.setattr(plan, "PART_BARS", 100)
    server.run(
        f"UPDATE {schema}.ohlc_data SET id = 1000 WHERE timestamp = to_timestamp({START // SECOND + 300})",
        f"UPDATE {schema}.ohlc_data SET written = to_timestamp(id / 10)",
        f"UPDATE {schema}.ohlc_data SET written = NULL WHERE id = 3",
    )
    (rows,) = read(server, schema, order_by="id")
    assert rows.bars.arrival
    assert minutes(rows.bars.timestamp) == [*range(5), *range(6, 600), 5]
    (rows,) = read(server, schema, order_by="written")
    assert minutes(rows.bars.timestamp) == [0, 1, 3, 4, *range(6, 600), 5, 2]


@pytest.mark.parametrize(("order_by", "fault"), [("nothing", "is not there"), ("note", "is text, needed is")])
def test_an_order_of_arrival_that_cannot_be_had_is_told(server, schema, order_by, fault):
    create(server, schema, more=", note text")
    with pytest.raises(BarsError, match=f'order of arrival: column "{order_by}" {fault}'):
        opened(server, schema, order_by=order_by)


def test_views_mixed_case_and_renamed_columns(server, schema):
    create(server, schema)
    fill(server, schema)
    server.run(
        f'CREATE VIEW {schema}."My Bars" AS SELECT instrument::varchar(20) AS "Symbol", timestamp AS "Time; --", open AS "O%s", high AS h, '
        f'low AS l, close AS c FROM {schema}.ohlc_data'
    )  # fmt: skip
    columns = {"instrument": "Symbol", "timestamp": "Time; --", "open": "O%s", "high": "h", "low": "l", "close": "c"}
    with opened(server, schema, table="My Bars", columns=columns) as source:
        assert source.notes == ["There is no column volume: volumes are unknown."]
        assert f"{schema}.My Bars" in source.label
        listed = source.listed(START, FOREVER)
        rows = list(source.read([Wanted(one.instrument, ALL) for one in listed]))
    assert [(one.instrument, len(one.bars)) for one in rows] == [("ES", 10), ("NQ=F", 10)]
    assert np.isnan(rows[0].bars.volume).all()


def test_domains_and_varchar_are_what_they_stand_on(server, schema):
    server.run(
        f"CREATE DOMAIN {schema}.price AS numeric(18,6) CHECK (value > 0)",
        f"CREATE TABLE {schema}.ohlc_data (instrument varchar(12), timestamp timestamptz, open {schema}.price, "
        f"high {schema}.price, low {schema}.price, close {schema}.price, PRIMARY KEY (instrument, timestamp))",
        f"INSERT INTO {schema}.ohlc_data VALUES ('ES', to_timestamp({START // SECOND}), 1, 2, 0.5, 1.25)",
    )
    assert read(server, schema)[0].bars.close.tolist() == [1.25]


def test_partitioned_tables_and_the_search_path(server, schema):
    server.run(
        f"CREATE TABLE {schema}.ohlc_data (instrument text, timestamp timestamptz, open real, high real, low real, "
        "close real, volume real, PRIMARY KEY (instrument, timestamp)) PARTITION BY RANGE (timestamp)",
        f"CREATE TABLE {schema}.y24 PARTITION OF {schema}.ohlc_data FOR VALUES FROM ('2024-01-01Z') TO ('2025-01-01Z')",
    )
    fill(server, schema)
    url = f"{server.url}&options=-csearch_path%3D{schema}"
    with open_source(Access(url)) as source:
        assert [one.instrument for one in source.listed(START, FOREVER)] == ["ES", "NQ=F"]


def test_row_level_security_is_noted(server, schema):
    create(server, schema)
    fill(server, schema)
    server.run(
        f"ALTER TABLE {schema}.ohlc_data ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY one ON {schema}.ohlc_data TO reader USING (instrument = 'ES')",
    )
    with opened(server, schema, url=server.tcp()) as source:
        assert [one.instrument for one in source.listed(START, FOREVER)] == ["ES"]
        assert any("Row-level security" in note for note in source.notes)


def test_all_statements_of_a_run_see_the_same_rows_and_write_none(server, schema):
    create(server, schema)
    fill(server, schema)
    with opened(server, schema) as source:
        source.listed(START, FOREVER)
        fill(server, schema, 5, first=START + DAY)
        assert [len(rows.bars) for rows in source.read([Wanted("ES", ALL)])] == [10]
        shown = source._asking._connection.execute(
            "SELECT current_setting('transaction_read_only'), current_setting('transaction_isolation')"
        )
        assert shown.fetchone() == ("on", "repeatable read")


def test_the_source_says_where_it_reads_and_no_secret(server, schema):
    create(server, schema)
    with opened(server, schema, url=server.tcp()) as source:
        assert source.label == f"PostgreSQL at 127.0.0.1:{server.port}/postgres, table {schema}.ohlc_data"
        assert not source.whole


def test_neither_pandas_nor_pyarrow_is_imported(server, schema):
    create(server, schema)
    fill(server, schema)
    program = f"""
import sys
from dq.sources import Access, Wanted, open_source
source = open_source(Access({server.url!r}, schema={schema!r}))
(rows,) = source.read([Wanted("ES", ((-2**63, None),))])
assert len(rows.bars) == 10
assert not {{"pandas", "pyarrow"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
