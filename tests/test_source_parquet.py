"""Parquet files."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from parquet_samples import stamps, stored, table
from source_reading import ALL, AT, FOREVER, MINUTE, alone, read

from dq.model import BarsError, SettingsError
from dq.sources import Access, Wanted, open_source


def test_bars_are_read_as_they_stand(tmp_path):
    rows = alone(stored(tmp_path, table()))
    assert rows.instrument == "NQ=F"
    assert rows.bars.arrival
    assert rows.bars.timestamp.tolist() == stamps(3)
    assert rows.bars.close.tolist() == [103.0, 104.0, 105.0]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_timestamps_of_any_unit_and_zone_are_instants(tmp_path, unit, zone):
    column = pa.array(stamps(3), pa.timestamp("us", tz="UTC")).cast(pa.timestamp(unit, tz=zone))
    assert alone(stored(tmp_path, table(timestamp=column))).bars.timestamp.tolist() == stamps(3)


@pytest.mark.parametrize("factor", [10**6, 10**3, 1])
def test_integers_are_instants_by_their_size(tmp_path, factor):
    column = pa.array([at // factor for at in stamps(3)], pa.int64())
    assert alone(stored(tmp_path, table(timestamp=column))).bars.timestamp.tolist() == stamps(3)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_timestamps_may_be_text(tmp_path, kind):
    column = pa.array([f"2024-03-05T14:{minute}:00Z" for minute in (35, 36, 37)]).cast(kind)
    assert alone(stored(tmp_path, table(timestamp=column))).bars.timestamp.tolist() == stamps(3)


@pytest.mark.parametrize("kind", [pa.date32(), pa.date64()])
def test_dates_are_midnight_utc(tmp_path, kind):
    column = pa.array([dt.date(2024, 3, day) for day in (5, 6, 7)]).cast(kind)
    rows = alone(stored(tmp_path, table(timestamp=column)))
    assert [str(at)[:10] for at in rows.bars.timestamp.view("datetime64[us]")] == [
        "2024-03-05",
        "2024-03-06",
        "2024-03-07",
    ]


def test_naive_timestamps_are_refused_until_somebody_says_their_clock(tmp_path):
    path = stored(tmp_path, table(timestamp=pa.array([at - 5 * 60 * MINUTE for at in stamps(3)], pa.timestamp("us"))))
    with pytest.raises(SettingsError, match="have no time zone"):
        open_source(Access(path))
    assert alone(path, timezone="America/New_York").bars.timestamp.tolist() == stamps(3)


@pytest.mark.parametrize(
    "kind",
    [
        pa.float32(),
        pa.int8(),
        pa.int64(),
        pa.uint16(),
        pa.decimal128(10, 2),
        pa.decimal128(38, 0),
        pa.decimal256(40, 4),
    ],
    ids=str,
)
def test_prices_may_be_of_any_numeric_type_with_nulls(tmp_path, kind):
    values = [Decimal(row) if pa.types.is_decimal(kind) else row for row in (1, 2)]
    rows = alone(stored(tmp_path, table(open=pa.array([values[0], None, values[1]], kind))))
    assert rows.bars.open.dtype == np.float64
    assert np.array_equal(rows.bars.open, [1.0, np.nan, 2.0], equal_nan=True)


@pytest.mark.parametrize("scale", [0, 1, 2, 5, 8, 18, 25])
def test_decimals_become_the_nearest_float(tmp_path, scale):
    generator = np.random.default_rng(7)
    texts = [str(Decimal(int(number)).scaleb(-scale)) for number in generator.integers(-(10**15), 10**15, 500)]
    texts += [str(Decimal(10**30 + 1).scaleb(-scale)), str(Decimal(2**53 + 1).scaleb(-scale))]
    column = pa.array([Decimal(text) for text in texts], pa.decimal128(38, scale))
    rows = alone(stored(tmp_path, table(len(texts), open=column)))
    assert rows.bars.open.tolist() == [float(text) for text in texts]


def test_infinity_and_nan_are_for_the_checks_to_judge(tmp_path):
    rows = alone(stored(tmp_path, table(high=pa.array([np.inf, -np.inf, np.nan]))))
    assert np.array_equal(rows.bars.high, [np.inf, -np.inf, np.nan], equal_nan=True)
    assert rows.set_aside == 0


def test_rows_without_a_timestamp_are_set_aside_with_their_number(tmp_path):
    column = pa.array([AT, None, AT + MINUTE], pa.timestamp("us", tz="UTC"))
    rows = alone(stored(tmp_path, table(timestamp=column)))
    (one,) = rows.unreadable
    assert (one.row, one.column, one.why) == (2, "timestamp", "is empty")
    assert rows.bars.close.tolist() == [103.0, 105.0]


def test_rows_without_an_instrument_belong_to_none(tmp_path):
    names = pa.array(["ES", None, " ", "ES"])
    with open_source(Access(stored(tmp_path, table(4, instrument=names)))) as source:
        assert [one.instrument for one in source.listed(0, FOREVER)] == ["ES"]
        assert [one.row for one in source.unnamed.unreadable] == [2, 3]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())], ids=str)
def test_interleaved_series_keep_their_own_order_across_row_groups(tmp_path, kind):
    generator = np.random.default_rng(3)
    names = generator.choice(["A", "B", "C"], 1000).tolist()
    at = generator.permutation(stamps(1000)).tolist()
    column = pa.array(names).cast(kind)
    found = read(stored(tmp_path, table(1000, instrument=column, at=at), row_group_size=64))
    assert list(found) == list(dict.fromkeys(names))
    for name, rows in found.items():
        assert rows.bars.timestamp.tolist() == [stamp for stamp, owner in zip(at, names, strict=True) if owner == name]


def test_series_one_after_the_other_are_listed_in_their_order(tmp_path):
    names = ["Z"] * 700 + ["A"] * 700
    path = stored(
        tmp_path, table(1400, names=names, at=stamps(700) + stamps(700, AT - 999 * MINUTE)), row_group_size=100
    )
    with open_source(Access(path)) as source:
        listed = source.listed(0, FOREVER)
        assert [one.instrument for one in listed] == ["Z", "A"]
        assert listed[0].stamps.tolist() == stamps(700)[-200:]
        assert listed[1].stamps.tolist() == stamps(700, AT - 999 * MINUTE)[-200:]
        (only,) = source.listed(0, AT + 50 * MINUTE, ["Z"])
        assert only.stamps.tolist() == stamps(50)


def test_the_most_recent_timestamps_are_found_wherever_they_stand(tmp_path):
    at = np.random.default_rng(5).permutation(stamps(3000)).tolist()
    path = stored(tmp_path, table(3000, at=at), row_group_size=100)
    with open_source(Access(path)) as source:
        assert source.listed(0, FOREVER)[0].stamps.tolist() == stamps(3000)[-200:]
        assert [(name, found.tolist()) for name, found in source.stamps([Wanted("NQ=F", ALL)])] == [("NQ=F", at)]


def test_a_window_leaves_out_the_other_rows(tmp_path):
    rows = read(stored(tmp_path, table(10)), spans=((AT + MINUTE, AT + 3 * MINUTE),))["NQ=F"]
    assert rows.bars.timestamp.tolist() == stamps(10)[1:3]


@pytest.mark.parametrize("named", [True, False])
def test_a_file_without_rows(tmp_path, named):
    path = stored(tmp_path, table(0) if named else table(0, instrument=None), "ES.parquet")
    assert [(name, len(rows.bars)) for name, rows in read(path).items()] == ([] if named else [("ES", 0)])


def test_without_columns_instrument_and_volume(tmp_path):
    rows = alone(stored(tmp_path, table(instrument=None, volume=None), "ES_1m.parquet"))
    assert rows.instrument == "ES_1m"
    assert np.isnan(rows.bars.volume).all()


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"open": pa.array(["1", "2", "3"])}, 'column "open" is string, needed is a number'),
        ({"open": None}, 'no column "open"'),
        ({"timestamp": None}, 'no column "timestamp"'),
        ({"timestamp": pa.array([True, False, True])}, 'column "timestamp" is bool'),
        ({"timestamp": pa.array([1.5, 2.5, 3.5])}, 'column "timestamp" is double'),
        ({"instrument": pa.array([1, 2, 3])}, 'column "instrument" is int64, needed is text'),
    ],
)
def test_columns_that_cannot_become_bars_are_told_with_file_and_type(tmp_path, columns, message):
    path = stored(tmp_path, table(**columns))
    with pytest.raises(BarsError, match=message) as told:
        open_source(Access(path))
    assert path in told.value.message


def test_text_that_is_no_instant_is_told(tmp_path):
    path = stored(tmp_path, table(20, timestamp=pa.array(["soon"] * 20)))
    with pytest.raises(BarsError, match="holds no instants"):
        read(path)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1", b"instrument,timestamp\n"])
def test_a_file_that_is_not_parquet_is_told(tmp_path, content):
    path = tmp_path / "bars.parquet"
    path.write_bytes(content)
    with pytest.raises(BarsError, match=r"bars\.parquet is not a whole Parquet file"):
        open_source(Access(str(path)))


def test_a_file_cut_in_half_is_told(tmp_path):
    path = Path(stored(tmp_path, table(5000)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BarsError, match="is not a whole Parquet file"):
        open_source(Access(str(path)))


def test_damage_within_a_file_is_told_when_it_is_read(tmp_path):
    path = Path(stored(tmp_path, table(5000), write_page_checksum=True))
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    with pytest.raises(BarsError, match="is damaged in row group 1"):
        read(path)


def test_no_pandas_is_imported_on_the_way(tmp_path):
    columns = {
        "open": pa.array([Decimal("1.25"), None, Decimal(3)]),
        "timestamp": pa.array(["2024-03-05T14:35Z", None, "x"]),
    }
    path = stored(tmp_path, table(**columns))
    program = f"""
import sys
from dq.sources import Access, Wanted, open_source
source = open_source(Access({path!r}))
names = [one.instrument for one in source.listed(0, 2**63 - 1)]
(rows,) = source.read([Wanted(name, ((-2**63, None),)) for name in names])
assert rows.set_aside == 2, rows
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
