"""A million faulty bars of eight series, exact to ten digits, by every road: are the findings the same to the letter?"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

import dq
from dq.demo import lend
from dq.model import MINUTE, PRICES

COUNT, SERIES = 1_000_000, 8
START = np.datetime64("2025-01-06", "us").astype(np.int64).item()
DIGITS = 10
EXACT = pa.decimal128(38, DIGITS)
UNKNOWABLE = "expect_no_out_of_order_timestamp"  # of tables, which have no order
QUESTION = {"begin": "2025-01-06T00:00Z", "end": "2025-04-03T00:00Z", "at": "2025-04-03T00:00Z"}
TABLE = (
    "CREATE UNLOGGED TABLE {}.ohlc_data (instrument text, timestamp timestamptz, open numeric, high numeric, low numeric,"
    " close numeric, volume numeric)"
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as held:
        os.chdir(folder)
        for name in ("DATABASE_URL", "SUPABASE_URL", "INSTRUMENT", "DQ_CONFIG"):
            os.environ.pop(name, None)
        suite = timeless(Path(folder))
        bars = faulty()
        first: dict | None = None
        for road, source in roads(bars, Path(folder), held):
            began = time.perf_counter()
            run = dq.validate(source, suite=suite, **QUESTION)
            seconds = time.perf_counter() - began
            told = json.loads(run.to_json())
            for name in ("id", "seconds", "source"):
                del told["run"][name]
            first = first or told
            same = "identical" if told == first else "DIFFERENT"
            print(
                f"{road:26s} {run.record.bars:,} bars, {len(run.record.findings):,} findings, {seconds:6.2f} s: {same}",
                flush=True,
            )
            assert told == first, road
            assert len(run.record.findings) > 1000


def faulty() -> pa.Table:
    """Walks with holes, duplicates that agree or not, spikes, frozen stretches and NULLs; one price beyond 53 bits."""
    rng = np.random.default_rng(4)
    parts = [series(rng, number) for number in range(SERIES)]
    return pa.concat_tables(parts)


def series(rng: np.random.Generator, number: int) -> pa.Table:
    """The unscaled prices are whole numbers of 64 bits, so that every digit is known."""
    count = COUNT // SERIES
    unit, level = 10**DIGITS, 1000 if number else 2_000_000
    close = level * unit + np.cumsum(rng.normal(0, level * unit * 2e-5, count)).astype(np.int64)
    opens = np.append(close[:1], close[:-1])
    wicks = np.abs(rng.normal(0, level * unit * 2e-5, (2, count))).astype(np.int64)
    columns = {"open": opens, "high": np.maximum(opens, close) + wicks[0], "low": np.minimum(opens, close) - wicks[1]}
    columns["close"] = close
    for column in columns.values():
        column[rng.integers(0, count, 30)] *= 3
    stamps = START + MINUTE * np.arange(count, dtype=np.int64)
    frozen = int(rng.integers(0, count - 100))
    for column in columns.values():
        column[frozen : frozen + 40] = close[frozen]
    kept = np.delete(np.arange(count), np.concatenate([rng.integers(0, count, 60), np.arange(5000, 5030)]))
    rows = np.sort(np.concatenate([kept, rng.choice(kept, 60)]))
    again = np.flatnonzero(rows[1:] == rows[:-1])[::2] + 1
    values = {name: column[rows] for name, column in columns.items()}
    values["close"][again] += 7
    table = {name: decimals(column, rng.random(len(rows)) < 5e-5) for name, column in values.items()}
    volume = decimals(rng.integers(1, 1000, len(rows)) * unit, rng.random(len(rows)) < 5e-5)
    names = pa.array([f"C{number}-USD"] * len(rows))
    return pa.table(
        {"instrument": names, "timestamp": pa.array(stamps[rows], pa.timestamp("us", "UTC")), **table, "volume": volume}
    )


def decimals(unscaled: np.ndarray, blank: np.ndarray) -> pa.Array:
    """Whole numbers of 64 bits as exact decimals, NULL where blank."""
    words = np.column_stack([unscaled, unscaled >> 63])
    bits = pa.py_buffer(np.packbits(~blank, bitorder="little").tobytes())
    return pa.Array.from_buffers(EXACT, len(unscaled), [bits, pa.py_buffer(words.tobytes())])


def roads(bars: pa.Table, folder: Path, held: ExitStack):
    """Every road with its source; what was written for one is thrown away before the next, but for the text."""
    text = bars.set_column(1, "timestamp", bars["timestamp"].cast(pa.string()))
    for place, name in enumerate((*PRICES, "volume"), 2):
        text = text.set_column(place, name, bars[name].cast(pa.string()))
    arrow_csv.write_csv(text, "bars.csv", arrow_csv.WriteOptions(quoting_style="none"))
    den = held.enter_context(lend(folder / "den"))
    fill(den.server.url, "public", "bars.csv")
    yield "Postgres, numeric", den.server.url
    yield "CSV", "bars.csv"
    pq.write_table(bars, "exact.parquet")
    yield "Parquet of decimals", "exact.parquet"
    floats = bars.select(["instrument", "timestamp"])
    for name in (*PRICES, "volume"):  # by Python's own arithmetic, not by ours
        nearest = [None if number is None else float(number) for number in bars[name].to_pylist()]
        floats = floats.append_column(name, pa.array(nearest, pa.float64()))
    pq.write_table(floats, "floats.parquet")
    yield "Parquet of doubles", "floats.parquet"
    yield "pandas of doubles", floats.to_pandas()
    frame = bars.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    yield "pandas of Decimal objects", frame
    del frame
    yield "Arrow of decimals", bars
    try:
        import polars as pl
    except ImportError:
        print("polars: not installed")
    else:
        yield "polars of decimals", pl.from_arrow(bars)
    yield from rest(held)


def rest(held: ExitStack):
    """Supabase's own small server over the tests' PostgreSQL, where both are installed."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    try:
        from postgres_server import started
        from supabase_lite import CLI, SECRET, lite
    except ImportError as absent:
        print(f"Supabase: not measured ({absent})")
        return
    if not CLI.is_file():
        print("Supabase: not measured (npm ci --prefix tests/supabase installs it)")
        return
    server = held.enter_context(started())
    shown = held.enter_context(lite(server, TABLE.replace("{}", "{schema}")))
    fill(server.url, shown.schema, "bars.csv", made=True)
    os.environ["SUPABASE_KEY"] = SECRET
    Path("dq.toml").write_text(f'[source]\nschema = "{shown.schema}"\n')
    yield "Supabase, numeric", shown.url


def fill(url: str, schema: str, path: str, *, made: bool = False) -> None:
    """The table, with the rows of a CSV in another order."""
    _, *lines = Path(path).read_text().splitlines(keepends=True)
    order = np.random.default_rng(5).permutation(len(lines)).tolist()
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        if not made:
            cursor.execute(TABLE.format(schema))
        with cursor.copy(f"COPY {schema}.ohlc_data FROM STDIN (FORMAT csv)") as copy:
            for start in range(0, len(order), 50_000):
                copy.write("".join(lines[row] for row in order[start : start + 50_000]))
        cursor.execute(f"CREATE INDEX ON {schema}.ohlc_data (instrument, timestamp)")
        cursor.execute(f"VACUUM (ANALYZE) {schema}.ohlc_data")


def timeless(folder: Path) -> Path:
    """The suite of minutes without what no table can know: the order in which rows arrived."""
    asked = json.loads((Path(__file__).parents[1] / "expectations" / "ohlc_1m.json").read_text("utf-8"))
    asked["expectations"] = [one for one in asked["expectations"] if one["type"] != UNKNOWABLE]
    (folder / "timeless.json").write_text(json.dumps(asked))
    return folder / "timeless.json"


if __name__ == "__main__":
    main()
