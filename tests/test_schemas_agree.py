"""The light check at the door and the pandera models made from the same contract say the same of any frame."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_reading import ALL, AT, FOREVER, MINUTE

from dq.door import ERROR_LOG, OHLC_DATA, REFERENCE_LEVELS, settle
from dq.model import BarsError, SettingsError
from dq.schemas import ErrorLog, ReferenceLevels, faults
from dq.schemas.reading import read_column
from dq.sources import Access, Wanted, open_source
from dq.sources.columns import found_in

ROWS = 12
INSTANTS = pd.Series(pd.to_datetime(AT + MINUTE * np.arange(ROWS), unit="us", utc=True))
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def objects(*cells):
    return st.lists(st.sampled_from(cells), min_size=ROWS, max_size=ROWS).map(lambda one: pd.Series(one, dtype=object))


stamps = st.one_of(
    st.sampled_from(
        [
            INSTANTS,
            INSTANTS.dt.tz_convert("Asia/Tokyo"),
            INSTANTS.dt.tz_localize(None),
            INSTANTS.where(INSTANTS.index % 3 > 0),
            INSTANTS.astype("int64") // 1_000_000,
            (INSTANTS.astype("int64") // 1000).astype("Int64").where(INSTANTS.index != 4),
            INSTANTS.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            INSTANTS.dt.strftime("%Y-%m-%d %H:%M"),
            INSTANTS.dt.date.astype(pd.ArrowDtype(pa.date32())),
            INSTANTS.astype("int64").astype(float),
            pd.Series(pd.NaT, INSTANTS.index),
            pd.Series(None, INSTANTS.index, dtype=object),
            pd.Series("soon", INSTANTS.index),
        ]
    ),
    objects("2024-03-05T14:35Z", "2024-03-05T14:36:00+01:00", None, "", "soon", pd.NaT, 17, "1709649300"),
    objects(INSTANTS[0], INSTANTS[1].to_pydatetime(), None, INSTANTS[2].tz_localize(None), "2024-03-05T14:35Z"),
)
numbers = st.one_of(
    st.sampled_from(
        [
            pd.Series(21.5, INSTANTS.index),
            pd.Series(21, INSTANTS.index),
            pd.Series([1.5, None] * (ROWS // 2)),
            pd.Series([1, None] * (ROWS // 2), dtype="Int64"),
            pd.Series("21.5", INSTANTS.index),
            pd.Series(True, INSTANTS.index),
            pd.Series(21.5, INSTANTS.index).astype(pd.ArrowDtype(pa.decimal128(20, 10))),
            pd.Series(21.5, INSTANTS.index).astype("category"),
            INSTANTS,
        ]
    ),
    objects(21.5, 3, None, "21.5", "x", "", True, "NaN"),
    objects("x", "y", None, "1,5"),
)
names = st.one_of(
    st.sampled_from(
        [
            pd.Series("ES", INSTANTS.index),
            pd.Series(["ES", ""] * (ROWS // 2)),
            pd.Series(["ES", None] * (ROWS // 2), dtype="category"),
            pd.Series(None, INSTANTS.index, dtype="str"),
            pd.Series(7203, INSTANTS.index),
        ]
    ),
    objects("ES", " ", None, 7, "NQ=F"),
)
OF_KIND = {"name": names, "instant": stamps, "price": numbers, "volume": numbers, "text": names}


@st.composite
def frames(draw, contract):
    """Frames that are right for the most part: some columns of any kind, some absent."""
    usual = {"name": "ES", "price": 21.5, "volume": 3.0, "text": "x"}
    columns = {}
    for column in contract:
        fate = draw(st.sampled_from(["right"] * 5 + ["any"] * 3 + ["absent"]))
        if fate == "any":
            columns[column.name] = draw(OF_KIND[column.kind])
        elif fate == "right":
            columns[column.name] = (
                INSTANTS if column.kind == "instant" else pd.Series(usual[column.kind], INSTANTS.index)
            )
    return pd.DataFrame(columns, index=INSTANTS.index)


def light(frame, zone):
    """The columns that the door refuses; the rows that it sets aside, 1-based."""
    try:
        with open_source(Access("frame", frame=frame, timezone=zone)) as source:
            asked = [Wanted(one.instrument, ALL) for one in source.listed(0, FOREVER)]
            read = [*source.read(asked), source.unnamed]
    except SettingsError:
        return {"timestamp"}, set()
    except BarsError as told:
        return named_in(told.message, OHLC_DATA), set()
    return set(), {one.row for rows in read for one in rows.unreadable}


def named_in(message, contract):
    """The columns that a message names, without those that it lists as there."""
    said = set(re.findall(r'"(\w+)"', re.sub(r"\(it has.*?\)", "", message)))
    return said & {column.name for column in contract}


def strict(frame, zone):
    """The same by the model of pandera."""
    found = faults(frame, timezone=zone)
    kinds = {column.name: column for column in OHLC_DATA}
    rows = set()
    for name in {one.column for one in found if one.row is not None}:
        rows |= set((np.flatnonzero(read_column(frame[name], kinds[name], zone).unread) + 1).tolist())
    return {one.column for one in found if one.row is None}, rows


@slow
@given(frames(OHLC_DATA), st.integers(1, ROWS), st.sampled_from([None, "UTC", "America/New_York"]))
def test_the_door_and_the_model_refuse_the_same(frame, rows, zone):
    frame = frame.head(rows)
    columns, aside = light(frame, zone)
    refused, wrong = strict(frame, zone)
    assert bool(refused) == bool(columns)
    assert columns <= refused  # the door stops at columns that are absent or of a wrong type, before it reads cells
    if not columns:
        assert aside == wrong


@settings(slow, max_examples=30)  # of each two frames
@given(st.data())
def test_columns_of_the_collectors_tables_are_settled_alike(data):
    for contract, model in ((REFERENCE_LEVELS, ReferenceLevels), (ERROR_LOG, ErrorLog)):
        frame = data.draw(frames(contract))
        held = found_in(frame, {column.name: column.kind for column in contract}).held
        refused = set()
        try:
            settle({name: (one.form, one.kind) for name, one in held.items()}, "frame", {}, contract=contract)
        except BarsError as told:
            refused = named_in(told.message, contract)
        whole = [one for one in faults(frame, model, timezone="UTC") if one.row is None]
        assert refused == {one.column for one in whole if not one.why.startswith("holds nothing")}
