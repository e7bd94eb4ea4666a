"""PostgreSQL: tables of every kind, under names of every kind, and the order in which rows arrived."""

from __future__ import annotations

import numpy as np
import pytest
from bar_tables import SECOND, START, create, fill, minutes, opened, read_table
from source_reading import ALL, FOREVER, MINUTE

from dq.model import instant_text
from dq.sources import Wanted
from dq.sources.postgres import plan

AWKWARD = 'My "Bars" %s; --'
RENAMED = {
    "instrument": "Symbol %",
    "timestamp": '"At"',
    "open": "O%s",
    "high": "%(high)s",
    "low": "{low}",
    "close": "C'",
}


def quoted(*names):
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


@pytest.fixture
def awkward(server, schema):
    """A schema, a table and columns whose names need every care there is."""
    server.run(
        f"CREATE SCHEMA {quoted(schema + AWKWARD)}",
        f"GRANT USAGE ON SCHEMA {quoted(schema + AWKWARD)} TO reader",
        f"CREATE TABLE {quoted(schema + AWKWARD, AWKWARD)} ({quoted(RENAMED['instrument'])} text, "
        f"{quoted(RENAMED['timestamp'])} timestamptz, "
        + ", ".join(f"{quoted(RENAMED[name])} numeric" for name in ("open", "high", "low", "close"))
        + ", volume real, "
        + f"{quoted('No %')} serial)",
        f"GRANT SELECT ON {quoted(schema + AWKWARD, AWKWARD)} TO reader",
        f"INSERT INTO {quoted(schema + AWKWARD, AWKWARD)} SELECT 'a''%s', to_timestamp({START // SECOND} + 60 * n), "
        "100, 102, 98, 100.5, n FROM unnest(ARRAY[0, 1, 2, 5, 3, 4]) AS n",
    )
    yield schema + AWKWARD
    server.run(f"DROP SCHEMA {quoted(schema + AWKWARD)} CASCADE")


def test_names_of_every_kind(server, awkward):
    access = {"table": AWKWARD, "columns": RENAMED, "url": server.tcp()}
    with opened(server, awkward, **access) as source:
        assert source.label.endswith(f"table {awkward}.{AWKWARD}")
        (listed,) = source.listed(START, FOREVER)
        assert listed.instrument == "a'%s"
        (rows,) = source.read([Wanted("a'%s", ALL)])
        assert minutes(rows.bars.timestamp) == list(range(6))
        assert rows.bars.volume.tolist() == list(range(6))
        assert [stamps.tolist() for _, stamps in source.stamps([Wanted("a'%s", ALL)])] == [rows.bars.timestamp.tolist()]


def test_the_order_of_arrival_may_be_told_by_a_column_of_any_name(server, awkward):
    access = {"table": AWKWARD, "columns": RENAMED, "order_by": "No %"}
    (rows,) = read_table(server, awkward, Wanted("a'%s", ALL), **access)
    assert minutes(rows.bars.timestamp) == [0, 1, 2, 5, 3, 4]
    assert rows.bars.arrival


@pytest.mark.parametrize(
    "kind",
    [
        "CREATE MATERIALIZED VIEW {0}.bars AS SELECT * FROM {0}.ohlc_data",
        "CREATE VIEW {0}.bars AS SELECT * FROM {0}.ohlc_data",
        "CREATE VIEW {0}.bars AS SELECT * FROM {0}.ohlc_data UNION ALL SELECT * FROM {0}.ohlc_data WHERE false",
        "CREATE TABLE {0}.bars () INHERITS ({0}.ohlc_data); INSERT INTO {0}.bars SELECT * FROM {0}.ohlc_data",
        "CREATE UNLOGGED TABLE {0}.bars AS SELECT * FROM {0}.ohlc_data",
    ],
)
def test_whatever_can_be_selected_from_can_be_read(server, schema, kind, monkeypatch):
    monkeypatch.setattr(plan, "PART_BARS", 300)
    monkeypatch.setattr(plan, "CALL_BARS", 1000)
    create(server, schema)
    fill(server, schema, 2000)
    server.run(kind.format(schema), f"GRANT SELECT ON {schema}.bars TO reader")
    rows = read_table(server, schema, table="bars", url=server.tcp())
    assert [(one.instrument, minutes(one.bars.timestamp)) for one in rows] == [
        ("ES", list(range(2000))),
        ("NQ=F", list(range(2000))),
    ]


def test_partitions_are_read_as_one(server, schema, monkeypatch):
    monkeypatch.setattr(plan, "PART_BARS", 700)
    server.run(
        f"CREATE TABLE {schema}.ohlc_data (instrument text, timestamp timestamptz, open real, high real, low real, "
        "close real, volume real) PARTITION BY LIST (instrument)",
        f"CREATE TABLE {schema}.es PARTITION OF {schema}.ohlc_data FOR VALUES IN ('ES') PARTITION BY RANGE (timestamp)",
        f"CREATE TABLE {schema}.es1 PARTITION OF {schema}.es FOR VALUES FROM ('2024-01-01Z') TO ('2024-01-02Z')",
        f"CREATE TABLE {schema}.es2 PARTITION OF {schema}.es DEFAULT",
        f"CREATE TABLE {schema}.rest PARTITION OF {schema}.ohlc_data DEFAULT",
        f"CREATE INDEX ON {schema}.ohlc_data (instrument, timestamp)",
    )
    fill(server, schema, 3000)
    rows = read_table(server, schema)
    assert [len(np.unique(one.bars.timestamp)) for one in rows] == [3000, 3000]


@pytest.mark.parametrize("column", ["id", "inserted_at"])
def test_late_rows_are_told_where_the_settings_name_the_order_of_arrival(server, schema, desk, column):
    create(server, schema, key="", more=", id serial, inserted_at timestamptz")
    fill(server, schema, 120, names=("BTC-USD",))
    late = f"timestamp = to_timestamp({START // SECOND + 100 * 60})"
    server.run(
        f"UPDATE {schema}.ohlc_data SET open = 100, high = 102, low = 98, close = 100 + sin(id), volume = 1 + id % 17",
        f"UPDATE {schema}.ohlc_data SET inserted_at = timestamp + interval '61 seconds'",
        f"UPDATE {schema}.ohlc_data SET id = 1000, inserted_at = timestamp + interval '15 minutes' WHERE {late}",
    )
    words = ("--window", "1h", "--at", instant_text(START + 120 * MINUTE), "--interval", "1m")
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\n')
    quiet = desk.json(server.tcp(), *words)
    assert "out_of_order_timestamp" not in {finding[0] for finding in quiet.findings}
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\norder_by = "{column}"\n')
    told = [finding for finding in desk.json(server.tcp(), *words).findings if finding[0] == "out_of_order_timestamp"]
    assert [(finding[1], finding[2]) for finding in told] == [("BTC-USD", instant_text(START + 100 * MINUTE))]
