"""CSV: what cannot be read is set aside with its line, or told with the name of the file."""

from __future__ import annotations

import gzip
import subprocess
import sys

import numpy as np
import pytest
from csv_samples import HEADER, bar, written
from source_reading import AT, FOREVER, MINUTE, alone, read

from dq.model import NO_INSTANT, BarsError, SourceError
from dq.sources import Access, open_source


def test_a_naive_row_among_others_is_set_aside(tmp_path):
    rows = alone(written(tmp_path, HEADER + bar() + bar() + bar("2024-03-05T14:36:00")))
    (one,) = rows.unreadable
    assert (one.row, one.column, one.value) == (4, "timestamp", "2024-03-05T14:36:00")
    assert len(rows.bars) == 2


def test_a_skipped_hour_of_naive_rows_is_told_with_its_line(tmp_path):
    text = HEADER + bar("2024-03-10 01:59:00") + bar("2024-03-10 02:30:00") + bar("2024-03-10 03:00:00")
    rows = alone(written(tmp_path, text), timezone="America/New_York")
    assert [one.row for one in rows.unreadable] == [3]
    assert np.diff(rows.bars.timestamp).tolist() == [MINUTE]


@pytest.mark.parametrize("cell", ["abc", "1_000", "0x10", "1.2.3", "--5", '"1,234.5"', "1,5"[:1] + "O"])
def test_text_in_a_price_sets_its_row_aside_and_says_where(tmp_path, cell):
    rows = alone(written(tmp_path, HEADER + bar() + bar(price=cell) + bar("2024-03-05T14:36Z")))
    (one,) = rows.unreadable
    assert (one.row, one.column, one.value, one.at) == (3, "open", cell.strip('"'), AT)
    assert "number" in one.why
    assert rows.bars.timestamp.tolist() == [AT, AT + MINUTE]


@pytest.mark.parametrize(
    "stamp", ["", "yesterday", "2024-02-30T00:00:00Z", "2024-03-05T25:00:00Z", "99999999999999999999"]
)
def test_an_unreadable_timestamp_sets_its_row_aside(tmp_path, stamp):
    rows = alone(written(tmp_path, HEADER + bar() + bar(stamp) + bar()))
    (one,) = rows.unreadable
    assert (one.row, one.column, one.value, one.at) == (3, "timestamp", stamp, NO_INSTANT)
    assert len(rows.bars) == 2


def test_milliseconds_in_a_column_of_seconds_are_set_aside(tmp_path):
    rows = alone(written(tmp_path, HEADER + bar("1709649300") + bar("1709649360") + bar("1709649300000")))
    assert [one.row for one in rows.unreadable] == [4]


def test_blank_lines_are_nothing_but_lines(tmp_path):
    rows = alone(written(tmp_path, HEADER + bar() + "\n\n" + bar(price="x") + "\n"))
    assert [one.row for one in rows.unreadable] == [5]
    assert len(rows.bars) == 1


def test_a_half_written_last_line_is_set_aside_under_its_series(tmp_path):
    found = read(written(tmp_path, HEADER + bar() + bar(name="ES") + "ES,2024-03-05T14:36:00Z,1,2"))
    (one,) = found["ES"].unreadable
    assert (one.row, one.column, one.value) == (4, "", "ES,2024-03-05T14:36:00Z,1,2")
    assert "4 cells" in one.why
    assert found["NQ=F"].unreadable == ()


def test_a_file_of_nothing_but_broken_lines_is_not_empty(tmp_path):
    rows = alone(written(tmp_path, HEADER + "NQ=F,2024-03-05T14:35Z,1"))
    assert (len(rows.bars), rows.set_aside, rows.unreadable[0].row) == (0, 1, 2)
    assert rows.unreadable[0].place.endswith("bars.csv")


def test_many_broken_lines_are_counted_and_the_first_are_told(tmp_path):
    rows = alone(written(tmp_path, HEADER + bar() + "NQ=F,1\n" * 30_000 + bar(price="x") * 30_000 + bar()))
    assert (len(rows.bars), rows.set_aside, len(rows.unreadable)) == (2, 60_000, 1000)


def test_lines_keep_their_numbers_behind_broken_ones(tmp_path):
    text = HEADER + "NQ=F,1\n" + bar() + "NQ=F,1,2,3,4,5,6,7,8,9\n" + bar(price="x") + bar() + "NQ=F\n"
    rows = alone(written(tmp_path, text))
    assert sorted(one.row for one in rows.unreadable) == [2, 4, 5, 7]
    assert len(rows.bars) == 2


def test_line_numbers_hold_across_blocks(tmp_path):
    count = 60_000  # several megabytes
    lines = [bar(f"{1_600_000_000 + 60 * row}") for row in range(count)]
    for broken in (10, 30_000, 59_990):
        lines[broken] = "NQ=F,1\n"
    lines[30_001] = bar("1601800060", price="x")
    lines[59_999] = bar("soon")
    rows = alone(written(tmp_path, HEADER + "".join(lines)))
    assert sorted(one.row for one in rows.unreadable) == [12, 30_002, 30_003, 59_992, 60_001]
    assert len(rows.bars) == count - 5


def test_rows_without_an_instrument_belong_to_none(tmp_path):
    with open_source(Access(written(tmp_path, HEADER + bar() + bar(name="") + "\n"))) as source:
        assert [one.instrument for one in source.listed(0, FOREVER)] == ["NQ=F"]
        (one,) = source.unnamed.unreadable
        assert (one.row, one.column, source.unnamed.set_aside) == (3, "instrument", 1)


def test_a_series_of_which_nothing_can_be_read_is_not_lost(tmp_path):
    found = read(written(tmp_path, HEADER + bar() + bar("never", name="ES")))
    assert len(found["ES"].bars) == 0
    assert found["ES"].set_aside == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("# only a comment\n", "is empty"),
        (bar() + bar(), "has no header"),
        ("instrument,timestamp,open,high,close\n", 'no column "low"'),
        ("instrument;timestamp\n", 'no column "open"'),
        (HEADER.replace("volume", "open"), 'two columns "open"'),
        (b"PAR1\x00\x00\xff\xfe", "not text"),
        (HEADER + (bar().strip() + ",\n") * 12, "none of its lines has 7 cells as the header has"),
        (HEADER + bar("soon") * 12, "holds no instants"),
        (HEADER + bar(price="abc") * 12, 'no cell of column "open" is a number'),
    ],
)
def test_what_cannot_become_bars_is_said_with_the_name_of_the_file(tmp_path, text, message):
    path = written(tmp_path, text)
    with pytest.raises(BarsError, match=message) as told:
        read(path)
    assert path in told.value.message
    assert told.value.exit_status == 3


def test_a_header_alone_is_a_file_without_series(tmp_path):
    assert read(written(tmp_path, HEADER)) == {}
    assert read(written(tmp_path, HEADER.strip())) == {}
    assert len(alone(written(tmp_path, "timestamp,open,high,low,close\n", "ES.csv")).bars) == 0


def test_gzip_is_read_whatever_the_name(tmp_path):
    packed = gzip.compress((HEADER + bar()).encode())
    assert alone(written(tmp_path, packed, "bars.csv.gz")).bars.timestamp.tolist() == [AT]
    assert alone(written(tmp_path, packed, "bars.csv")).bars.timestamp.tolist() == [AT]


def test_a_gzip_cut_in_half_is_an_incomplete_answer(tmp_path):
    packed = gzip.compress((HEADER + "".join(bar(str(1_700_000_000 + 60 * row)) for row in range(9000))).encode())
    with pytest.raises(SourceError, match="cannot be read to its end"):
        read(written(tmp_path, packed[: len(packed) // 2], "bars.csv.gz"))


def test_no_pandas_is_imported_on_the_way_not_even_for_broken_rows(tmp_path):
    text = HEADER + bar() + bar(price="x") + bar("soon") + bar(volume="n/a") + bar(name="") + "NQ=F\n"
    path = written(tmp_path, text)
    program = f"""
import sys
from dq.sources import Access, Wanted, open_source
source = open_source(Access({path!r}))
names = [one.instrument for one in source.listed(0, 2**63 - 1)]
rows = list(source.read([Wanted(name, ((-2**63, None),)) for name in names]))
assert rows[0].set_aside == 3, rows[0]
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
