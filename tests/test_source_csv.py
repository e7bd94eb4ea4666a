"""CSV: files, gzipped files and standard input, written in the ways that people and programs write them."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import pytest
from csv_samples import HEADER, bar, written
from source_reading import ALL, AT, FOREVER, MINUTE, alone, read

from dq.model import BarsError, SettingsError
from dq.sources import Access, Wanted, open_source


def test_a_bar_is_read_as_it_stands(tmp_path):
    rows = alone(written(tmp_path, HEADER + bar()))
    assert rows.instrument == "NQ=F"
    assert rows.bars.arrival
    assert [rows.bars.timestamp[0], *(rows.bars.column(name)[0] for name in HEADER.strip().split(",")[2:])] == [
        AT, 1.0, 2.0, 0.5, 1.5, 5.0,
    ]  # fmt: skip
    assert rows.unreadable == ()


@pytest.mark.parametrize(
    "stamp",
    [
        "2024-03-05T14:35Z",
        "2024-03-05 14:35:00+00:00",
        "2024-03-05 14:35:00+00",
        "2024-03-05T09:35:00-05:00",
        "2024-03-05T20:05:00+0530",
        "2024-03-05T14:35:00.000000Z",
        "2024-03-05T14:35:00.000000000Z",
        "2024-03-05 14:35:00 UTC",
        "2024-03-05T14:35:00z",
        " 2024-03-05T14:35:00Z ",
        "1709649300",
        "1709649300000",
        "1709649300000000",
        "1709649300000000000",
    ],
)
def test_an_instant_may_be_written_in_many_ways(tmp_path, stamp):
    rows = alone(written(tmp_path, HEADER + bar(stamp)))
    assert rows.unreadable == ()
    assert rows.bars.timestamp.tolist() == [AT]


def test_several_ways_with_offset_may_stand_in_one_file(tmp_path):
    stamps = (
        "2024-03-05T14:35Z",
        "2024-03-05 14:35:00 UTC",
        "2024-03-05T14:35:00.000000000+00:00",
        "2024-03-05T14:35:00z",
    )
    rows = alone(written(tmp_path, HEADER + "".join(map(bar, stamps))))
    assert rows.bars.timestamp.tolist() == [AT] * 4


def test_integers_and_what_they_were_taken_for_are_noted(tmp_path):
    with open_source(Access(written(tmp_path, HEADER + bar("1709649300000")))) as source:
        source.listed(0, FOREVER)
        assert source.notes == ["Timestamps are integers, read as milliseconds since 1970."]


def test_dates_are_midnight_utc_whatever_the_clock(tmp_path):
    path = written(tmp_path, HEADER + bar("2024-03-05"))
    assert alone(path, timezone="Asia/Tokyo").bars.timestamp.tolist() == [1_709_596_800_000_000]


def test_naive_timestamps_are_refused_until_somebody_says_their_clock(tmp_path):
    path = written(tmp_path, HEADER + bar("2024-03-05 09:35:00"))
    with pytest.raises(SettingsError, match="have no time zone") as told:
        read(path)
    assert "[source] timezone" in told.value.hint
    assert alone(path, timezone="America/New_York").bars.timestamp.tolist() == [AT]


def test_an_unknown_time_zone_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(SettingsError, match="Nowhere"):
        open_source(Access(written(tmp_path, HEADER + bar()), timezone="Nowhere"))


def test_columns_stand_in_any_order_under_any_name_among_others(tmp_path):
    text = "v,c,l,h,o,note,ts,sym\n5,1.5,0.5,2,1,hello,2024-03-05T14:35Z,ES\n"
    columns = {
        "volume": "v",
        "close": "c",
        "low": "l",
        "high": "h",
        "open": "o",
        "timestamp": "ts",
        "instrument": "sym",
    }
    rows = alone(written(tmp_path, text), columns=columns)
    assert (rows.instrument, rows.bars.open[0], rows.bars.volume[0]) == ("ES", 1.0, 5.0)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_seen_in_the_header(tmp_path, delimiter):
    rows = alone(written(tmp_path, (HEADER + bar()).replace(",", delimiter)))
    assert rows.bars.close.tolist() == [1.5]


@pytest.mark.parametrize("text", [b"\xef\xbb\xbf" + (HEADER + bar()).encode(), (HEADER + bar()).replace("\n", "\r\n")])
def test_byte_order_mark_and_windows_lines_do_not_matter(tmp_path, text):
    rows = alone(written(tmp_path, text))
    assert rows.bars.volume.tolist() == [5.0]
    assert rows.unreadable == ()


def test_comments_above_the_header_are_passed_over_and_counted(tmp_path):
    rows = alone(written(tmp_path, "# a comment, with a comma\n" + HEADER + bar() + bar(price="x")))
    assert [one.row for one in rows.unreadable] == [4]


@pytest.mark.parametrize("cell", ["", "NULL", "null", "NaN", "nan", "N/A", "None", "\\N", " ", '""'])
def test_empty_cells_are_null_and_null_is_no_fault(tmp_path, cell):
    rows = alone(written(tmp_path, HEADER + bar(price=cell) + bar(volume=cell)))
    assert rows.unreadable == ()
    assert np.isnan(rows.bars.open[0])
    assert np.isnan(rows.bars.volume[1])


@pytest.mark.parametrize(
    ("cell", "value"),
    [("inf", np.inf), ("-Infinity", -np.inf), ("+1.5", 1.5), (" 1.5 ", 1.5), (".5", 0.5), ("1e3", 1000.0)],
)
def test_numbers_are_read_as_people_and_programs_write_them(tmp_path, cell, value):
    rows = alone(written(tmp_path, HEADER + bar(price=cell) + bar(price="oops")))
    assert rows.bars.open.tolist() == [value]


def test_interleaved_series_keep_their_own_order_of_arrival(tmp_path):
    lines = [
        bar(str(1_700_000_000 + second), name=name)
        for second, name in ((9, "B"), (3, "A"), (5, "B"), (4, "A"), (7, "B"))
    ]
    found = read(written(tmp_path, HEADER + "".join(lines)))
    assert list(found) == ["B", "A"]
    assert [
        (found["B"].bars.timestamp // 1_000_000 % 10).tolist(),
        (found["A"].bars.timestamp // 1_000_000 % 10).tolist(),
    ] == [[9, 5, 7], [3, 4]]


def test_a_file_without_instruments_is_named_by_whoever_asks_or_after_the_file(tmp_path):
    text = "timestamp,open,high,low,close\n2024-03-05T14:35Z,1,2,0.5,1.5\n"
    path = written(tmp_path, text, "NQ=F.csv")
    assert alone(path).instrument == "NQ=F"
    assert alone(path, instrument="ES").instrument == "ES"


def test_without_a_column_volume_volumes_are_unknown_and_that_is_noted(tmp_path):
    path = written(tmp_path, "timestamp,open,high,low,close\n2024-03-05T14:35Z,1,2,0.5,1.5\n")
    assert np.isnan(alone(path).bars.volume).all()
    with open_source(Access(path)) as source:
        source.listed(0, FOREVER)
        assert source.notes == ["There is no column volume: volumes are unknown."]


def test_a_window_leaves_out_the_other_rows(tmp_path):
    text = HEADER + "".join(bar(str(1_700_000_000 + 60 * row)) for row in range(10))
    start = 1_700_000_000_000_000
    rows = read(written(tmp_path, text), spans=((start + MINUTE, start + 3 * MINUTE), (start + 8 * MINUTE, None)))[
        "NQ=F"
    ]
    assert ((rows.bars.timestamp - start) // MINUTE).tolist() == [1, 2, 8, 9]


def test_the_most_recent_timestamps_are_listed_ascending(tmp_path):
    text = HEADER + "".join(bar(str(1_700_000_000 + 60 * row)) for row in reversed(range(500)))
    start = 1_700_000_000_000_000
    with open_source(Access(written(tmp_path, text))) as source:
        (one,) = source.listed(0, start + 300 * MINUTE)
        assert ((one.stamps - start) // MINUTE).tolist() == list(range(100, 300))
        assert [len(one.stamps) for one in source.listed(0, FOREVER, ["ES", "NQ=F"])] == [0, 200]


def test_timestamps_alone_and_bars_alike_can_be_read_twice(tmp_path):
    path = written(tmp_path, HEADER + bar() + bar("2024-03-05T14:36Z"))
    with open_source(Access(path)) as source:
        wanted = [Wanted("NQ=F", ALL), Wanted("ES", ALL)]
        for _ in range(2):
            assert [(name, len(stamps)) for name, stamps in source.stamps(wanted)] == [("NQ=F", 2), ("ES", 0)]
            assert [(rows.instrument, len(rows.bars)) for rows in source.read(wanted)] == [("NQ=F", 2), ("ES", 0)]


def test_standard_input_is_csv_and_is_read_once(tmp_path):
    text = (HEADER + bar() + bar(price="x")).encode()
    for stream in (io.BytesIO(text), io.BytesIO(gzip.compress(text))):
        with open_source(Access("-"), stream) as source:
            assert source.label == "standard input"
            (one,) = source.listed(0, FOREVER)
            (rows,) = source.read([Wanted(one.instrument, ALL)])
            assert (len(rows.bars), rows.unreadable[0].row) == (1, 3)
    with pytest.raises(BarsError, match="Standard input is empty"), open_source(Access("-"), io.BytesIO(b"")) as source:
        source.listed(0, FOREVER)


def test_a_text_is_decoded_once(tmp_path):
    path = written(tmp_path, HEADER + bar() + "NQ=F\n")
    with open_source(Access(path)) as source:
        source.listed(0, FOREVER)
        Path(path).unlink()
        (rows,) = source.read([Wanted("NQ=F", ALL)])
    assert (len(rows.bars), rows.set_aside) == (1, 1)
