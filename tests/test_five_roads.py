"""The road by which bars come changes nothing: the same table of bars on every road, identical findings in JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from road_samples import faulty
from supabase_lite import SECRET, lite

import dq

WINDOWS = {
    "the last hours": {"window": "5h", "at": "2025-11-25T20:00Z"},
    "bounds": {"begin": "2025-11-25T12:30Z", "end": "2025-11-25T18:00Z", "at": "2025-11-25T22:30Z"},
}
UNKNOWABLE = "out_of_order_timestamp"  # of tables, which have no order
ORDERS = ["as they arrived", "shuffled"]


@pytest.fixture(scope="module")
def written():
    rows = faulty()
    return {"as they arrived": rows, "shuffled": rows.shuffled()}


TABLE = (
    "CREATE TABLE {schema}.ohlc_data (instrument text, timestamp timestamptz, open numeric, high numeric, low numeric,"
    " close numeric, volume numeric); CREATE INDEX ON {schema}.ohlc_data (instrument, timestamp)"
)


def filled(rows):
    """A statement that writes the rows into the table, in another order."""
    lines = rows.shuffled(5).csv.splitlines()[1:]
    told = (", ".join(f"'{cell}'" if cell else "NULL" for cell in line.split(",")) for line in lines)
    return f"INSERT INTO {{schema}}.ohlc_data VALUES {', '.join(f'({row})' for row in told)}"


@pytest.fixture(scope="module")
def postgres(server, written):
    server.run("CREATE SCHEMA roads")
    server.run(*(one.replace("{schema}", "roads") for one in (TABLE, filled(written["as they arrived"]))))
    yield server.url + "&options=-csearch_path%3Droads"
    server.run("DROP SCHEMA roads CASCADE")


@pytest.fixture(scope="module")
def supabase(server, written):
    with lite(server, TABLE, filled(written["as they arrived"]), rows=300) as running:
        yield running


@pytest.fixture(scope="module")
def by_postgres():
    """What PostgreSQL told, by window: the same table is asked once."""
    return {}


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """Nothing of the user's own has a say."""
    for name in ("DATABASE_URL", "SUPABASE_URL", "SUPABASE_KEY", "INSTRUMENT", "MARKET_TIMEZONE", "DQ_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def suite(alone):
    """What is asked of minutes, without what no table can know: the order in which rows arrived."""
    asked = json.loads((Path(dq.__file__).parents[1] / "expectations" / "ohlc_1m.json").read_text("utf-8"))
    asked["expectations"] = [one for one in asked["expectations"] if one["type"] != f"expect_no_{UNKNOWABLE}"]
    (alone / "timeless.json").write_text(json.dumps(asked))
    return alone / "timeless.json"


def document(source, **question):
    """What the run says, without what is its own: when and where it ran."""
    told = json.loads(dq.validate(source, **question).to_json())
    for name in ("id", "seconds", "source"):
        del told["run"][name]
    return told


def csv(rows, folder):
    (folder / "bars.csv").write_text(rows.csv)
    return folder / "bars.csv"


def parquet(kind):
    def write(rows, folder):
        pq.write_table(rows.arrow(kind), folder / "bars.parquet", row_group_size=500)
        return folder / "bars.parquet"

    return write


def polars(kind):
    def frame(rows, folder):
        return pytest.importorskip("polars").from_arrow(rows.arrow(kind))

    return frame


ROADS = {
    "CSV": csv,
    "Parquet of decimals": parquet(pa.decimal128(38, 10)),
    "Parquet of doubles": parquet(pa.float64()),
    "pandas of Decimal objects": lambda rows, folder: rows.pandas("America/New_York"),
    "pandas of floats": lambda rows, folder: rows.arrow(pa.float64()).to_pandas(),
    "pandas by its index": lambda rows, folder: rows.pandas().set_index(["instrument", "timestamp"]),
    "polars of decimals": polars(pa.decimal128(38, 10)),
    "polars of floats": polars(pa.float64()),
    "Arrow": lambda rows, folder: rows.arrow(pa.decimal256(50, 10)),
}


@pytest.mark.parametrize("asked", WINDOWS)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("road", ROADS)
def test_a_road_tells_what_postgres_tells(postgres, by_postgres, written, alone, suite, road, order, asked):
    question = {**WINDOWS[asked], "suite": suite}
    if asked not in by_postgres:
        by_postgres[asked] = document(postgres, **question)
    expected = by_postgres[asked]
    assert len(expected["findings"]) > 20
    assert document(ROADS[road](written[order], alone), **question) == expected


@pytest.mark.parametrize("asked", WINDOWS)
def test_supabase_tells_what_postgres_tells(postgres, supabase, alone, suite, monkeypatch, asked):
    question = {**WINDOWS[asked], "suite": suite}
    expected = document(postgres, **question)
    monkeypatch.setenv("SUPABASE_KEY", SECRET)
    (alone / "dq.toml").write_text(f'[source]\nschema = "{supabase.schema}"\n')
    assert document(supabase.url, **question) == expected


def test_by_the_whole_suite_roads_differ_in_that_one_verdict_alone(postgres, written, alone):
    told, expected = (
        document(road, **WINDOWS["bounds"]) for road in (csv(written["as they arrived"], alone), postgres)
    )
    for document_of, verdict in ((told, "pass"), (expected, "not_checked")):
        for series in document_of["series"]:
            (unknowable,) = [one for one in series["checks"] if one["check"] == UNKNOWABLE]
            assert unknowable["verdict"] == verdict
            series["checks"].remove(unknowable)
    assert told == expected
