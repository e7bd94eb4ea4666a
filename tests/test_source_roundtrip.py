"""The road by which bars come changes nothing: the same rows from CSV, Parquet and PostgreSQL."""

from __future__ import annotations

import gzip
import itertools
import os
from math import isnan
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_reading import ALL, FOREVER

from dq.model import COLUMNS, instant_text
from dq.sources import Access, Wanted, open_source

NUMBERS = itertools.count()

numbers = st.one_of(st.floats(width=64), st.sampled_from([0.1, 1e-9, 123456.78, 0.0, -1.0, float("nan")]))
rows = st.lists(
    st.tuples(
        st.sampled_from(["NQ=F", "ES", "BTC-USD", 'a "b", c']),
        st.integers(315_532_800 * 10**6, 4_000_000_000 * 10**6),
        *[numbers] * 5,
    ),
    min_size=1,
    max_size=40,
)
slow = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(url, **access):
    with open_source(Access(str(url), **access)) as source:
        names = [one.instrument for one in source.listed(-(2**62), FOREVER)]
        found = list(source.read([Wanted(name, ALL) for name in names]))
    assert not any(one.set_aside for one in found)
    return {one.instrument: table_of(one.bars) for one in found}


def table_of(bars):
    return np.column_stack([bars.timestamp.view(np.float64), *(bars.column(name) for name in COLUMNS)]).view(np.int64)


def expected(written):
    """Each series in the order of its rows; NaNs are one NaN, whatever their bits."""
    series = {}
    for name, stamp, *values in written:
        series.setdefault(name, []).append((stamp, *values))
    tables = {}
    for name, bars in series.items():
        stamps = np.array([bar[0] for bar in bars], np.int64)
        tables[name] = np.column_stack([stamps.view(np.float64), np.array([bar[1:] for bar in bars], np.float64)]).view(
            np.int64
        )
    return tables


def same(found, wanted, *, ordered=True):
    assert set(found) == set(wanted)
    for name, table in wanted.items():
        one, other = plain(found[name]), plain(table)
        if not ordered:
            one, other = sorted(one), sorted(other)
        assert one == other


def plain(table):
    """Rows as texts that tell every float from every other, and all NaNs from none."""
    return [
        (row[0], *(float(value).hex() for value in np.array(row[1:], np.int64).view(np.float64)))
        for row in table.tolist()
    ]


def csv_text(written):
    lines = ["instrument,timestamp,open,high,low,close,volume"]
    for name, stamp, *values in written:
        quoted = '"' + name.replace('"', '""') + '"' if '"' in name else name
        lines.append(
            ",".join([quoted, instant_text(stamp), *("" if isnan(value) else repr(value) for value in values)])
        )
    return "\n".join(lines) + "\n"


@slow
@given(rows)
def test_through_csv(tmp_path, written):
    path = tmp_path / "bars.csv.gz"
    path.write_bytes(gzip.compress(csv_text(written).encode(), 1))
    same(read(path), expected(written))


@slow
@given(rows, st.integers(1, 50), st.sampled_from(["ns", "us"]))
def test_through_parquet(tmp_path, written, group, unit):
    columns = list(zip(*written, strict=True))
    stamps = pa.array(columns[1], pa.timestamp("us", tz="UTC")).cast(pa.timestamp(unit, tz="UTC"))
    values = {name: pa.array(column, pa.float64()) for name, column in zip(COLUMNS, columns[2:], strict=True)}
    pq.write_table(
        pa.table({"instrument": pa.array(columns[0]), "timestamp": stamps, **values}),
        tmp_path / "b.parquet",
        row_group_size=group,
    )
    same(read(tmp_path / "b.parquet"), expected(written))


@pytest.mark.parametrize("order_by", [None, "id"])
@slow
@given(written=rows)
def test_through_postgres(server, order_by, written):
    import psycopg

    name = f"r{next(NUMBERS)}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(
            f"CREATE TABLE {name} (id serial, instrument text, timestamp timestamptz, open float8, high float8, low float8, "
            f"close float8, volume float8); CREATE INDEX ON {name} (instrument, timestamp)"
        )
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {name} (instrument, timestamp, open, high, low, close, volume) FROM STDIN") as copy,
        ):
            for instrument, stamp, *values in written:
                copy.write_row(
                    [instrument, instant_text(stamp), *(None if isnan(value) else value for value in values)]
                )
        found = read(server.url, table=name, order_by=order_by)
        connection.execute(f"DROP TABLE {name}")
    same(found, expected(written), ordered=order_by is not None)


@pytest.mark.skipif("DQ_REAL_DATA" not in os.environ, reason="needs $DQ_REAL_DATA, a folder of real bars")
def test_real_bars_are_all_read_and_nothing_is_set_aside():
    for path in sorted(Path(os.environ["DQ_REAL_DATA"]).glob("*.csv*")):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt") as text:
            count = sum(1 for _ in text) - 1
        with open_source(Access(str(path))) as source:
            (one,) = source.listed(0, FOREVER)
            (rows_read,) = source.read([Wanted(one.instrument, ALL)])
        assert (len(rows_read.bars), rows_read.set_aside) == (count, 0), path.name
