"""Frames in memory as a source: pandas, polars and Arrow, whatever their types and their index."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from source_reading import ALL, AT, FOREVER, MINUTE

from dq.model import COLUMNS, BarsError, SettingsError
from dq.sources import Absent, Access, Wanted, open_source

EXACT = Decimal("18000.1234567891")


def frame(**columns):
    """Three bars of one series."""
    stamps = pd.to_datetime(AT + MINUTE * np.arange(3), unit="us", utc=True)
    prices = {key: [21.5, 21.75, 22.0] for key in COLUMNS}
    return pd.DataFrame({"instrument": ["ES"] * 3, "timestamp": stamps, **prices, **columns})


def read(given, **access):
    """Every series of a frame by name, and the source."""
    with open_source(Access("frame", frame=given, **access)) as source:
        names = [one.instrument for one in source.listed(0, FOREVER)]
        return {rows.instrument: rows for rows in source.read([Wanted(name, ALL) for name in names])}, source


def alone(given, **access):
    ((rows,), _) = (list(part.values()) if isinstance(part, dict) else part for part in read(given, **access))
    return rows


def same(rows, values=(21.5, 21.75, 22.0)):
    assert rows.bars.timestamp.tolist() == [AT, AT + MINUTE, AT + 2 * MINUTE]
    assert [rows.bars.column(name).tolist() for name in COLUMNS] == [list(values)] * 5
    assert rows.set_aside == 0


polars = pytest.importorskip("polars")
STAMPS = {
    "another zone": lambda given: given.timestamp.dt.tz_convert("Asia/Tokyo"),
    "seconds": lambda given: given.timestamp.astype("datetime64[s, UTC]"),
    "nanoseconds": lambda given: given.timestamp.astype("datetime64[ns, UTC]"),
    "integers of ms": lambda given: given.timestamp.astype("int64") // 1000,
    "Int64 of pandas": lambda given: (given.timestamp.astype("int64") // 1_000_000).astype("Int64"),
    "objects of Python": lambda given: given.timestamp.dt.to_pydatetime().astype(object),
    "objects of two zones": lambda given: [
        given.timestamp[0].tz_convert("Asia/Tokyo"),
        *given.timestamp.dt.tz_convert("America/New_York")[1:],
    ],
    "text": lambda given: given.timestamp.astype(str),
    "a categorical": lambda given: given.timestamp.astype("category"),
    "Arrow's": lambda given: given.timestamp.astype(pd.ArrowDtype(pa.timestamp("us", "UTC"))),
}
PRICES = {
    "Decimal objects": [Decimal("21.5"), Decimal("21.75"), Decimal("22.0000000000")],
    "objects of several kinds": pd.Series([21.5, Decimal("21.75"), 22], dtype=object),
    "text among objects": pd.Series([21.5, "21.75", 22], dtype=object),
    "Float64 of pandas": pd.Series([21.5, 21.75, 22.0], dtype="Float64"),
    "single precision": np.array([21.5, 21.75, 22.0], np.float32),
    "half precision": np.array([21.5, 21.75, 22.0], np.float16),
    "Arrow's decimals": pd.Series([21.5, 21.75, 22.0]).astype(pd.ArrowDtype(pa.decimal128(20, 10))),
    "a categorical": pd.Series([21.5, 21.75, 22.0]).astype("category"),
}


@pytest.mark.parametrize("kind", STAMPS)
def test_stamps_of_any_kind_are_the_same_instants(kind):
    given = frame()
    same(alone(given.assign(timestamp=STAMPS[kind](given))))


@pytest.mark.parametrize("kind", PRICES)
def test_numbers_of_any_kind_are_the_same_numbers(kind):
    same(alone(frame(**dict.fromkeys(COLUMNS, PRICES[kind]))))


@pytest.mark.parametrize("kind", ["pandas", "polars", "Arrow", "batch", "chunks", "categories of polars"])
def test_every_owner_of_frames_is_read(kind):
    given = frame()
    table = pa.Table.from_pandas(given)
    owned = {
        "pandas": given,
        "polars": polars.from_pandas(given),
        "Arrow": table,
        "batch": table.to_batches()[0],
        "chunks": pa.concat_tables([table.slice(0, 1), table.slice(1)]),
        "categories of polars": polars.from_pandas(given).with_columns(
            polars.col("instrument").cast(polars.Categorical), polars.col("timestamp").dt.to_string("iso")
        ),
    }
    same(alone(owned[kind]))


@pytest.mark.parametrize("levels", [["timestamp"], ["instrument", "timestamp"], ["timestamp", "instrument"]])
def test_the_index_holds_columns_too(levels):
    same(alone(frame().set_index(levels)))


def test_an_index_of_stamps_needs_no_name():
    same(alone(frame().set_index("timestamp").rename_axis(None)))
    same(alone(frame().set_index("timestamp").rename_axis("Date")))


def test_a_column_wins_over_the_index():
    given = frame()
    same(alone(given.set_index(given.timestamp + pd.Timedelta("1h"))))


def test_exact_decimals_become_the_nearest_float():
    given = frame(**dict.fromkeys(COLUMNS, [EXACT] * 3))
    for one in (given, polars.from_pandas(given), pa.Table.from_pandas(given)):
        same(alone(one), [float(EXACT)] * 3)


def test_what_is_no_value_is_none():
    missing = pd.Series([None, pd.NA, Decimal("NaN")], dtype=object)
    rows = alone(frame(open=missing, high=[1.5, np.nan, None], volume=pd.Series([1, None, 3], dtype="Int64")))
    assert np.isnan(rows.bars.open).tolist() == [True, True, True]
    assert np.isnan(rows.bars.high).tolist() == [False, True, True]
    assert np.isnan(rows.bars.volume).tolist() == [False, True, False]


def test_rows_keep_their_order_and_series_their_rows():
    given = frame().iloc[[2, 0, 1]].assign(instrument=["ES", "NQ=F", "ES"])
    series, _ = read(given)
    assert {name: rows.bars.timestamp.tolist() for name, rows in series.items()} == {
        "ES": [AT + 2 * MINUTE, AT + MINUTE],
        "NQ=F": [AT],
    }
    assert series["ES"].bars.arrival


def test_unreadable_cells_are_set_aside_with_their_row():
    given = frame(open=pd.Series([21.5, "soon", 22.0], dtype=object), timestamp=[*frame().timestamp[:2], None])
    rows = alone(given)
    assert [(one.row, one.column, one.value, one.why) for one in rows.unreadable] == [
        (2, "open", "soon", "is not a number"),
        (3, "timestamp", "", "is empty"),
    ]


def test_a_row_of_nothing_is_a_row():
    _, source = read(pd.concat([frame(), pd.DataFrame([{}])], ignore_index=True))
    assert source.unnamed.set_aside == 1


def test_a_frame_without_instrument_is_one_series():
    assert list(read(frame().drop(columns="instrument"), instrument="NQ=F")[0]) == ["NQ=F"]
    assert list(read(frame().drop(columns="instrument").iloc[:0])[0]) == ["DataFrame"]


def test_naive_stamps_need_a_clock():
    given = frame()
    given["timestamp"] = given.timestamp.dt.tz_convert("America/New_York").dt.tz_localize(None)
    same(alone(given, timezone="America/New_York"))
    with pytest.raises(SettingsError, match=r"DataFrame \(3 rows × 7 columns\) have no time zone") as told:
        read(given)
    assert 'timezone="UTC"' in told.value.hint


WRONG = {
    "a column absent": (frame().drop(columns="close"), 'has no column "close"'),
    "text for a price": (frame(close=["1", "2", "3"]), 'column "close" is str, needed is a number'),
    "objects of text for a price": (
        frame(close=pd.Series(["1", "2", "3"], dtype=object)),
        'column "close" is object holding text',
    ),
    "truth for a price": (frame(close=[True, False, True]), 'column "close" is bool'),
    "complex numbers": (frame(close=[1j, 2j, 3j]), 'column "close" is complex128'),
    "numbers for a name": (frame(instrument=[1, 2, 3]), 'column "instrument" is int64, needed is text'),
    "floats for stamps": (frame(timestamp=[1.5, 2.5, 3.5]), 'column "timestamp" is float64'),
    "polars' text for a price": (
        polars.from_pandas(frame()).with_columns(close=polars.lit("x")),
        'column "close" is String',
    ),
    "one name twice": (pd.concat([frame(), frame()[["close"]]], axis=1), 'two columns "close"'),
    "a single column": (polars.Series([1.5]), "does not let itself be read as a table"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_become_bars_says_why(case):
    given, said = WRONG[case]
    with pytest.raises(BarsError) as told:
        read(given)
    assert said in told.value.message


def test_cells_that_no_float_and_no_file_can_hold():
    signalling = frame(close=[Decimal("21.5"), Decimal("sNaN"), Decimal("NaN")])
    np.testing.assert_equal(alone(signalling).bars.close, [21.5, np.nan, np.nan])
    names = pd.Series(["ES", "\udcff", "é"], dtype=object)
    assert set(read(frame(instrument=names))[0]) == {"ES", "\\udcff", "é"}


def test_a_renamed_column_is_found_and_a_likely_name_proposed():
    given = frame().rename(columns={"timestamp": "ts"})
    same(alone(given, columns={"timestamp": "ts"}))
    with pytest.raises(BarsError) as told:
        read(given)
    assert told.value.hint == 'If it is called otherwise, say so in the call: columns={"timestamp": "ts"}'


def test_a_frame_has_no_tables_of_a_collector_and_is_told_by_its_shape():
    with open_source(Access("frame", frame=frame())) as source:
        assert source.label == "DataFrame (3 rows × 7 columns)"
        assert isinstance(source.levels(0, FOREVER), Absent)
        assert "frame" in source.error_log(0, FOREVER).reason
