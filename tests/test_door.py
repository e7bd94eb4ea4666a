"""The door: what becomes bars, what is set aside, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dq.door import KEPT, OHLC_DATA, Aside, Piece, admit, epoch_unit, from_epoch, local_to_utc, settle, text_form
from dq.model import COLUMNS, DAY, HOUR, MINUTE, BarsError, SettingsError

WHOLE = {
    "instrument": ("text", "text"),
    "timestamp": ("zoned", "timestamptz"),
    **dict.fromkeys(COLUMNS, ("real", "numeric")),
}
NEW_YORK = "America/New_York"


def local(text):
    return int(np.datetime64(text, "us").astype(np.int64))


def utc(text):
    return local(text)


def stamped(*stamps, position=None):
    count = len(stamps)
    columns = tuple(np.arange(count) + 10.0 * place for place in range(5))
    return Piece(np.array(stamps, np.int64), columns, position)


# the contract


def test_the_contract_names_each_column_once():
    assert [column.name for column in OHLC_DATA] == ["instrument", "timestamp", *COLUMNS]


def test_columns_in_any_order_and_others_besides_are_settled():
    found = {"id": ("integer", "bigint"), **dict(reversed(WHOLE.items()))}
    layout = settle(found, "Table t", {})
    assert layout.names == {name: name for name in WHOLE}
    assert layout.stamps == "zoned"


def test_columns_may_be_renamed():
    found = {**WHOLE, "ts": ("date", "date")}
    del found["timestamp"]
    assert settle(found, "Table t", {"timestamp": "ts"}).names["timestamp"] == "ts"


def test_instrument_and_volume_may_be_absent():
    found = {name: form for name, form in WHOLE.items() if name not in ("instrument", "volume")}
    layout = settle(found, "Table t", {})
    assert set(layout.names) == {"timestamp", "open", "high", "low", "close"}


def test_an_optional_column_that_was_renamed_has_to_be_there():
    with pytest.raises(BarsError, match='no column "vol"'):
        settle(WHOLE, "Table t", {"volume": "vol"})


def test_every_fault_is_told_at_once_with_the_way_out():
    found = {**WHOLE, "high": ("text", "text"), "o": ("real", "real")}
    del found["open"], found["low"]
    with pytest.raises(BarsError) as told:
        settle(found, "Table public.ohlc_data", {})
    assert told.value.exit_status == 3
    assert 'Table public.ohlc_data cannot become bars: it has no column "open", "low"' in told.value.message
    assert 'column "high" is text, needed is a number' in told.value.message
    assert '[source.columns] open = "o"' in told.value.hint


def test_an_unknown_name_under_source_columns_is_a_wrong_question():
    with pytest.raises(SettingsError, match=r'\[source.columns\] names "opne".*open'):
        settle(WHOLE, "Table t", {"opne": "o"})


# integers and texts


@pytest.mark.parametrize(("unit", "factor"), [("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)])
def test_integers_say_their_unit_by_their_size(unit, factor):
    seconds = np.array([315_532_800, 1_700_000_000, 4_000_000_000])  # 1980, 2023, 2096
    assert epoch_unit(seconds * factor) == unit
    instants, strange = from_epoch(seconds * factor, unit)
    assert (instants == seconds * 1_000_000).all()
    assert not strange.any()


def test_an_integer_of_a_finer_unit_than_its_column_is_not_an_instant():
    instants, strange = from_epoch(np.array([1_700_000_000, 1_700_000_000_000, 0, -5]), "s")
    assert strange.tolist() == [False, True, False, False]
    assert instants.tolist() == [1_700_000_000_000_000, 0, 0, -5_000_000]


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (["2024-03-05T14:35Z", "2024-03-05 14:35:00.25+01:00", "2024-03-05T14:35:00-0500"], "zoned"),
        (["2024-03-05T14:35", "2024-03-05 14:35:00.000001"], "naive"),
        (["2024-03-05"], "date"),
        (["1700000000", "n/a", "1700000060"], "integer"),
        (["yesterday", ""], "other"),
        ([], "other"),
    ],
)
def test_texts_say_how_they_are_written(cells, form):
    assert text_form(cells) == form


# clocks on the wall


@given(
    st.lists(st.integers(0, 2**31), min_size=1, max_size=30),
    st.sampled_from([NEW_YORK, "Europe/London", "Asia/Kolkata", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC"]),
)
def test_wall_clocks_are_read_as_python_reads_them(seconds, zone):
    clock = ZoneInfo(zone)
    walls = [(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)).astimezone(clock) for second in seconds]
    stamps = np.array([local(wall.replace(tzinfo=None).isoformat()) for wall in walls], np.int64)
    instants, missing, unsure = local_to_utc(stamps, zone)
    assert not missing.any()
    for instant, wall, doubt in zip(instants.tolist(), walls, unsure.tolist(), strict=True):
        one_of = {round(wall.replace(fold=fold).timestamp() * 1_000_000) for fold in (0, 1)}
        assert doubt or instant in one_of


def test_a_time_that_the_clock_skipped_is_set_aside():
    rows = admit(
        "NQ=F",
        [stamped(local("2024-03-10T01:59"), local("2024-03-10T02:30"), local("2024-03-10T03:00"))],
        zone=NEW_YORK,
    )
    assert rows.bars.timestamp.tolist() == [utc("2024-03-10T06:59"), utc("2024-03-10T07:00")]
    assert rows.bars.open.tolist() == [0.0, 2.0]
    (one,) = rows.unreadable
    assert (one.column, one.value) == ("timestamp", "2024-03-10T02:30:00")
    assert "set forward" in one.why


def test_an_hour_written_twice_in_a_row_is_two_hours():
    walls = [local("2024-11-03T00:30") + step * 30 * MINUTE for step in (0, 1, 2, 1, 2, 3)]
    rows = admit("NQ=F", [stamped(*walls)], zone=NEW_YORK)
    assert np.diff(rows.bars.timestamp).tolist() == [30 * MINUTE] * 5
    assert rows.set_aside == 0


def test_an_hour_written_once_means_the_earlier_one():
    rows = admit("NQ=F", [stamped(local("2024-11-03T01:00"), local("2024-11-03T01:30"))], zone=NEW_YORK)
    assert rows.bars.timestamp.tolist() == [utc("2024-11-03T05:00"), utc("2024-11-03T05:30")]


def test_a_doubled_hour_out_of_order_is_set_aside_where_it_is_twofold():
    walls = [local(f"2024-11-03T01:{minute}") for minute in ("00", "00", "10", "10", "20")]
    rows = admit("NQ=F", [stamped(*walls)], zone=NEW_YORK)
    assert rows.bars.timestamp.tolist() == [utc("2024-11-03T05:20")]
    assert rows.set_aside == 4
    assert "order of rows does not say" in rows.unreadable[0].why


def test_an_unknown_zone_is_a_wrong_question():
    with pytest.raises(SettingsError, match='timezone = "Mars/Olympus"'):
        local_to_utc(np.zeros(1, np.int64), "Mars/Olympus")


def test_instants_beyond_the_years_of_datetime_do_not_raise():
    instants, missing, unsure = local_to_utc(np.array([-(2**62), 2**62]), NEW_YORK)
    assert len(instants) == 2
    assert not (missing | unsure).any()


# rows


def test_pieces_become_bars_in_the_order_of_arrival():
    rows = admit("ES", [stamped(3 * HOUR, HOUR), stamped(2 * HOUR)])
    assert rows.instrument == "ES"
    assert rows.bars.arrival
    assert rows.bars.timestamp.tolist() == [3 * HOUR, HOUR, 2 * HOUR]
    assert rows.bars.volume.tolist() == [40.0, 41.0, 40.0]


def test_positions_decide_the_order_and_rows_that_came_together_stand_by_time():
    pieces = [stamped(HOUR, 3 * HOUR, position=np.array([5, 7])), stamped(2 * HOUR, 0, position=np.array([6, 5]))]
    assert admit("ES", pieces).bars.timestamp.tolist() == [0, HOUR, 2 * HOUR, 3 * HOUR]


def test_no_pieces_are_no_bars():
    rows = admit("ES", [], arrival=False)
    assert len(rows.bars) == 0
    assert not rows.bars.arrival


def test_rows_outside_the_spans_are_left_out():
    spans = ((0, HOUR), (2 * HOUR, None))
    rows = admit("ES", [stamped(0, HOUR - 1, HOUR, 2 * HOUR - 1, 2 * HOUR, DAY)], spans=spans)
    assert rows.bars.timestamp.tolist() == [0, HOUR - 1, 2 * HOUR, DAY]


def test_unreadable_rows_known_to_lie_outside_the_spans_are_not_told():
    aside = Aside()
    aside.add(2, "open", "x" * 50, "is not a number", at=HOUR)
    aside.add(3, "open", "y", "is not a number", at=DAY)
    aside.add(4, "timestamp", "", "is empty")
    rows = admit("ES", [], aside, spans=((0, 2 * HOUR),))
    assert [one.row for one in rows.unreadable] == [2, 4]
    assert rows.set_aside == 2
    assert len(rows.unreadable[0].value) == 40


def test_all_unreadable_rows_are_counted_and_the_first_are_kept():
    aside = Aside()
    for row in range(KEPT + 500):
        aside.add(row, "open", "x", "is not a number")
    rows = admit("ES", [], aside)
    assert (len(rows.unreadable), rows.set_aside) == (KEPT, KEPT + 500)
