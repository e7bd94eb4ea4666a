"""Folders of files, and what is no source at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from parquet_samples import stamps, stored, table
from source_reading import ALL, AT, FOREVER, MINUTE, alone, read

from dq.model import SettingsError, SourceError
from dq.sources import Access, Wanted, open_source


def test_a_folder_is_all_its_files_in_the_order_of_their_paths(tmp_path):
    stored(tmp_path, table(names=["B"] * 3), "b/2.parquet")
    stored(tmp_path, table(names=["A", "B", "A"], at=stamps(3, AT + 10 * MINUTE)), "a/1.parquet")
    (tmp_path / "c.CSV").write_text("instrument,timestamp,open,high,low,close\nA,2024-03-05T10:00Z,1,2,0.5,1.5\n")
    (tmp_path / "notes.txt").write_text("no bars")
    found = read(tmp_path)
    assert list(found) == ["A", "B"]
    assert found["A"].bars.timestamp.tolist() == [AT + 10 * MINUTE, AT + 12 * MINUTE, AT - 275 * MINUTE]
    assert found["B"].bars.timestamp.tolist() == [AT + 11 * MINUTE, *stamps(3)]


def test_a_series_is_given_as_soon_as_its_last_file_was_read(tmp_path):
    for name in ("A", "B"):
        stored(tmp_path, table(names=[name] * 3), f"{name}.parquet")
    with open_source(Access(str(tmp_path))) as source:
        wanted = [Wanted(one.instrument, ALL) for one in source.listed(0, FOREVER)]
        rows = source.read(wanted)
        assert next(rows).instrument == "A"
        (tmp_path / "B.parquet").unlink()
        assert len(next(rows).bars) == 0
        assert "B.parquet" in source.errors[0].message


def test_a_file_whose_name_is_in_another_encoding_can_be_told(tmp_path):
    (tmp_path / "\udcff.csv").write_text("timestamp,open,high,low,close\n2024-03-05T10:00Z,1,2,0.5,1.5\n")
    assert list(read(tmp_path)) == ["\\udcff"]


def test_series_are_given_in_the_order_asked(tmp_path):
    for name in ("A", "B", "C"):
        stored(tmp_path, table(names=[name] * 3), f"{name}.parquet")
    with open_source(Access(str(tmp_path))) as source:
        rows = list(source.read([Wanted(name, ALL) for name in ("C", "none", "A")]))
    assert [(one.instrument, len(one.bars)) for one in rows] == [("C", 3), ("none", 0), ("A", 3)]


def test_files_of_one_series_may_keep_different_clocks(tmp_path):
    header = "timestamp,open,high,low,close\n"
    lines = (
        "2024-03-05 09:35:00,1,2,0.5,1.5\n",
        "2024-03-05T14:36:00Z,1,2,0.5,1.5\n",
        "2024-03-05 09:37:00,1,2,0.5,1.5\n",
    )
    for number, line in enumerate(lines):
        (tmp_path / f"{number}.csv").write_text(header + line)
    rows = alone(tmp_path, timezone="America/New_York", instrument="ES")
    assert rows.bars.timestamp.tolist() == stamps(3)


def test_partitioned_folders_name_their_series(tmp_path):
    for name in ("NQ%3DF", "ES%3DF"):
        stored(tmp_path, table(instrument=None), f"instrument={name}/part-0.parquet")
    assert list(read(tmp_path)) == ["ES=F", "NQ=F"]


def test_one_bad_file_among_ten_does_not_hide_the_others(tmp_path):
    for number in range(9):
        stored(tmp_path, table(names=[f"I{number}"] * 3), f"{number}.parquet")
    (tmp_path / "5x.parquet").write_bytes(b"PAR1 rubbish")
    (tmp_path / "6x.csv").write_text("instrument,timestamp,open,high,low,close\n" + "A,soon,1,2,0.5,1.5\n" * 12)
    (tmp_path / "7x.csv").write_text("")
    with open_source(Access(str(tmp_path))) as source:
        listed = source.listed(0, FOREVER)
        assert [one.instrument for one in listed] == [f"I{number}" for number in range(9)]
        rows = list(source.read([Wanted(one.instrument, ALL) for one in listed]))
        assert [len(one.bars) for one in rows] == [3] * 9
        assert [Path(error.message.split(" ")[0]).name for error in source.errors] == ["5x.parquet", "6x.csv", "7x.csv"]
        assert {error.exit_status for error in source.errors} == {3}


def test_notes_of_many_files_are_one(tmp_path):
    for number in range(4):
        stored(tmp_path, table(volume=None) if number else table(), f"{number}.parquet")
    with open_source(Access(str(tmp_path))) as source:
        source.listed(0, FOREVER)
        assert source.notes == ["There is no column volume: volumes are unknown. (3 of 4 files)"]


def test_a_folder_with_nothing_to_read_is_told(tmp_path):
    with pytest.raises(SourceError, match="holds no file that dq reads"):
        open_source(Access(str(tmp_path)))
    (tmp_path / "a.parquet").write_bytes(b"rubbish")
    with pytest.raises(SourceError, match=r"None of the 1 files below .*a\.parquet is not a whole Parquet file"):
        open_source(Access(str(tmp_path)))


def test_naive_timestamps_in_one_file_of_a_folder_are_a_wrong_question(tmp_path):
    stored(tmp_path, table(), "a.parquet")
    (tmp_path / "b.csv").write_text("timestamp,open,high,low,close\n2024-03-05 14:35,1,2,0.5,1.5\n")
    with open_source(Access(str(tmp_path))) as source, pytest.raises(SettingsError, match=r"b\.csv have no time zone"):
        source.listed(0, FOREVER)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://abc.example.org/bars", "no source that this version of dq reads"),
        ("mysql://me:s3cret@host/db", r'"mysql://\*\*\*" is no source'),
        ("nowhere.csv", "nowhere.csv does not exist"),
        ("nowhere", "no source"),
        (__file__, "is no file of a kind that dq reads"),
    ],
)
def test_what_is_no_source_is_a_wrong_question_that_lists_the_sources(url, message):
    with pytest.raises(SettingsError, match=message) as told:
        open_source(Access(url))
    assert "postgresql://" in told.value.hint
    assert "s3cret" not in str(told.value)
