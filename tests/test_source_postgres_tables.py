"""PostgreSQL: which series, in which order, of which tables and views."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from bar_tables import DAY, SECOND, START, create, fill, minutes, opened, read_table
from source_reading import ALL, FOREVER, MINUTE

from dq.model import BarsError
from dq.sources import Access, Wanted, open_source
from dq.sources.postgres import plan

PRICES = ("numeric", "double precision", "numeric(12,4)")


def test_series_are_given_in_the_order_asked_empty_ones_too(server, schema):
    create(server, schema)
    fill(server, schema, names=("A", "B", "C"))
    found = read_table(server, schema, *(Wanted(name, ALL) for name in ("C", "none", "A", "never", "B")))
    assert [(rows.instrument, len(rows.bars)) for rows in found] == [
        ("C", 10),
        ("none", 0),
        ("A", 10),
        ("never", 0),
        ("B", 10),
    ]
    assert read_table(server, schema, Wanted("A", ()))[0].set_aside == 0


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
    fill(server, schema, 3, names=("A",), first=START - 300 * DAY, step=DAY)
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
    (rows,) = read_table(server, schema, order_by="id")
    assert rows.bars.arrival
    assert minutes(rows.bars.timestamp) == [*range(5), *range(6, 600), 5]
    (rows,) = read_table(server, schema, order_by="written")
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
    assert read_table(server, schema)[0].bars.close.tolist() == [1.25]


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
