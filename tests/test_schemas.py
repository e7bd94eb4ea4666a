"""The contract as pandera models: what they accept, what they refuse, and how a person is told."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from pandera.typing import DataFrame

import dq
from dq.schemas import ErrorLog, OhlcData, ReferenceLevels

COLUMNS = ("open", "high", "low", "close", "volume")


def bars(count=3, **columns):
    stamps = pd.date_range("2024-03-05T14:35Z", periods=count, freq="min")
    return pd.DataFrame({"instrument": "ES", "timestamp": stamps, **dict.fromkeys(COLUMNS, 21.5), **columns})


def test_a_model_accepts_bars_and_returns_them():
    assert OhlcData.validate(bars(), lazy=True).equals(bars())
    assert dq.schemas.validate(given := bars()) is given


def test_all_faults_are_told_at_once():
    given = bars(timestamp=bars().timestamp.dt.tz_localize(None), high=["a", "b", "c"]).drop(columns="close")
    given["low"] = pd.Series([1, "x", 2], dtype=object)
    with pytest.raises(pa.errors.SchemaErrors) as told:
        OhlcData.validate(given, lazy=True)
    columns = told.value.failure_cases
    assert {*columns.column[columns.schema_context == "Column"]} == {"timestamp", "high", "low"}
    assert "close" in set(columns.failure_case)


def test_faults_are_told_in_our_words_without_a_traceback_of_pandera():
    given = bars(high=["a", "b", "c"], timestamp=[None, bars().timestamp[1], None]).drop(columns="close")
    given["low"] = pd.Series([1, "x", 2], dtype=object)
    with pytest.raises(dq.DqError) as told:
        dq.schemas.validate(given)
    assert told.value.message.splitlines() == [
        "DataFrame (3 rows × 6 columns) is not OhlcData: 4 faults",
        '  column "close" is absent, needed is a number',
        (
            '  column "timestamp", row 1: is empty, needed is a time stamp (best with time zone), a date, or whole seconds, '
            "ms, µs or ns since 1970 (and 1 more such row)"
        ),
        '  column "high" is str, needed is a number',
        '  column "low", row 2: "x", needed is a number',
    ]
    assert 'columns={"close": "…"}' in told.value.hint
    assert told.value.__cause__ is None


def test_faults_can_be_counted():
    found = dq.schemas.faults(bars(50, instrument=["ES", " "] * 25))
    assert [(one.column, one.row, one.value, one.rows) for one in found] == [("instrument", 2, " ", 25)]


def test_failure_cases_are_bounded_though_every_row_is_wrong():
    given = bars(100_000, instrument=np.where(np.arange(100_000) % 2, "ES", ""), timestamp=pd.NaT)
    given["timestamp"] = bars(100_000).timestamp.where(given.index == 0)
    with pytest.raises(pa.errors.SchemaErrors) as told:
        OhlcData.validate(given, lazy=True)
    assert len(told.value.failure_cases) <= 40
    assert [one.rows for one in dq.schemas.faults(given)] == [50_000, 99_999]


def test_validation_switched_off_for_pandera_is_not_switched_off_for_us(monkeypatch):
    script = "import dq, pandas as pd; print(len(dq.schemas.faults(pd.DataFrame({'open': ['x']}))))"
    answer = subprocess.run(
        [sys.executable, "-c", script],
        env={"PANDERA_VALIDATION_ENABLED": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "5\n"


def test_naive_stamps_need_a_clock():
    naive = bars(timestamp=bars().timestamp.dt.tz_localize(None))
    (fault,) = dq.schemas.faults(naive)
    assert fault.why == "is datetime64[us], without a time zone, and nobody said on which clock they were written"
    assert dq.schemas.faults(naive, timezone="America/Chicago") == ()
    with pytest.raises(dq.DqError, match="Mars"):
        dq.schemas.faults(naive, timezone="Mars")


def test_columns_may_be_called_otherwise():
    renamed = bars().rename(columns={"timestamp": "Open time", "volume": "Vol."})
    model = OhlcData.adapted(columns={"timestamp": "Open time", "volume": "Vol."})
    model.validate(renamed, lazy=True)
    assert [one.column for one in dq.schemas.faults(bars(), model)] == ["Open time"]
    assert dq.schemas.faults(renamed, columns={"timestamp": "Open time"}) == ()
    with pytest.raises(dq.DqError, match='"stamp"; the columns it can rename are instrument, timestamp'):
        OhlcData.adapted(columns={"stamp": "ts"})


def test_a_name_that_stands_twice_is_refused():
    given = pd.concat([bars(), bars()[["open"]]], axis=1)
    assert [(one.column, one.row) for one in dq.schemas.faults(given)] == [("open", None)]
    others = pd.concat([bars(), bars()[["open"]].set_axis(["more"], axis=1)] * 1, axis=1)
    assert dq.schemas.faults(pd.concat([others, others[["more"]]], axis=1)) == ()


def test_frames_of_every_owner_and_their_index_are_read():
    polars, arrow = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    given = bars()
    for one in (given.set_index("timestamp"), polars.from_pandas(given), arrow.Table.from_pandas(given)):
        assert dq.schemas.validate(one) is one
    wrong = polars.from_pandas(given).with_columns(instrument=polars.lit(None, polars.String))
    assert [(one.column, one.row, one.rows) for one in dq.schemas.faults(wrong)] == [("instrument", 1, 3)]


def test_a_model_stands_in_decorators_of_pandera():
    @pa.check_types(lazy=True)
    def last(frame: DataFrame[OhlcData]) -> DataFrame[OhlcData]:
        return frame.tail(1)

    assert len(last(bars())) == 1
    with pytest.raises(pa.errors.SchemaErrors):
        last(bars(open="x"))


def test_a_model_can_be_extended():
    class WithSpread(OhlcData):
        """Bars with a column of one's own."""

        spread: float = pa.Field(gt=0)

        @pa.check("close", name="cheap")
        def cheap(cls, series):  # noqa: N805
            return series < 100

    WithSpread.validate(bars(spread=0.25), lazy=True)
    found = dq.schemas.faults(bars(spread=0.25, close=[1, 2, 300]), WithSpread)
    assert [(one.column, one.row, one.value) for one in found] == [("close", 3, "300")]
    assert [one.column for one in dq.schemas.faults(bars(), WithSpread)] == ["spread"]
    assert (
        WithSpread.adapted(columns={"timestamp": "ts"}).validate(bars(spread=1.0).rename(columns={"timestamp": "ts"}))
        is not None
    )


def test_the_collectors_tables_have_models_too():
    levels = pd.DataFrame({"level_type": ["pdh"], "instrument": ["ES"], "timestamp": ["2024-03-05T14:35Z"]})
    log = pd.DataFrame(
        {
            "component": ["feed"],
            "operation": ["fetch"],
            "error_message": [None],
            "severity": ["error"],
            "timestamp": [1_709_649_300],
        }
    )
    assert dq.schemas.faults(levels, ReferenceLevels) == ()
    assert dq.schemas.faults(log, ErrorLog) == ()
    assert [one.column for one in dq.schemas.faults(levels, ErrorLog)] == [
        "component",
        "operation",
        "error_message",
        "severity",
    ]
    assert [one.column for one in dq.schemas.faults(log.assign(severity=3), ErrorLog)] == ["severity"]


def test_what_is_no_table_is_told_in_our_words():
    with pytest.raises(dq.DqError, match="does not let itself be read as a table"):
        dq.schemas.validate([1, 2])


def test_pandera_is_imported_for_the_schemas_alone():
    script = "import sys, dq; dq.validate; before = 'pandera' in sys.modules; dq.schemas; print(before, 'pandera' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout == "False True\n"
