"""PostgreSQL: bars of every type that a table may keep them in."""

from __future__ import annotations

import numpy as np
import pytest
from bar_tables import DAY, SECOND, STAMPS, START, create, fill, minutes, opened, read_table
from source_reading import ALL, FOREVER, MINUTE

from dq.model import COLUMNS, SettingsError
from dq.sources import Wanted

PRICES = ("numeric", "double precision", "numeric(12,4)")


def test_bars_are_read_by_time_with_null_as_nan(server, schema):
    create(server, schema, price="numeric")
    fill(server, schema)
    es, nq = read_table(server, schema, url=server.tcp())
    assert (es.instrument, nq.instrument) == ("ES", "NQ=F")
    assert not es.bars.arrival
    assert minutes(es.bars.timestamp) == list(range(10))
    assert es.bars.open.tolist() == [100 + row * 0.25 for row in range(10)]
    assert es.bars.close.tolist() == [float(f"{100 + row}.01") for row in range(10)]
    assert np.flatnonzero(np.isnan(es.bars.volume)).tolist() == [0, 7]


@pytest.mark.parametrize("price", PRICES)
@pytest.mark.parametrize("stamp", STAMPS)
def test_the_same_bars_come_from_a_table_of_any_type(server, schema, stamp, price):
    create(server, schema, stamp=stamp, price=price)
    fill(server, schema, 30, stamp=stamp)
    window = ((START + 2 * MINUTE, START + 5 * MINUTE), (START + 20 * MINUTE, None))
    with opened(server, schema, timezone="UTC") as source:
        assert [(one.instrument, minutes(one.stamps)) for one in source.listed(START + MINUTE, START + 9 * MINUTE)] == [
            ("ES", list(range(9))),
            ("NQ=F", list(range(9))),
        ]
        (rows,) = source.read([Wanted("ES", window)])
        (whole,) = source.read([Wanted("ES", ALL)])
    wanted = [2, 3, 4, *range(20, 30)]
    assert minutes(rows.bars.timestamp) == wanted
    assert minutes(whole.bars.timestamp) == list(range(30))
    assert rows.bars.close.tolist() == [float(f"{100 + row}.01") for row in wanted]
    assert rows.bars.timestamp.dtype == np.int64
    assert {rows.bars.column(name).dtype for name in COLUMNS} == {np.dtype(np.float64)}


def test_real_prices_are_what_float32_holds(server, schema):
    create(server, schema, price="real")
    fill(server, schema, 2)
    assert read_table(server, schema)[0].bars.close.tolist() == [float(np.float32(100.01)), float(np.float32(101.01))]


def test_dates_are_midnight_utc(server, schema):
    create(server, schema, stamp="date")
    server.run(f"INSERT INTO {schema}.ohlc_data VALUES ('ES', '2024-01-02', 1, 2, 0.5, 1.5, 0)")
    with opened(server, schema, timezone="Asia/Tokyo") as source:
        assert source.notes == ["Timestamps are dates, read as 00:00 UTC."]
        (rows,) = source.read([Wanted("ES", ((START + 1, START + DAY + 1),))])
        assert rows.bars.timestamp.tolist() == [START + DAY]


def test_naive_timestamps_are_refused_until_somebody_says_their_clock(server, schema):
    create(server, schema, stamp="timestamp")
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT 'ES', '2024-03-10 01:00'::timestamp + n * interval '30 minutes', 1, 2, 0.5, 1.5, 0 "
        "FROM generate_series(0, 5) AS n"
    )
    with pytest.raises(SettingsError, match=rf"The timestamps of table {schema}\.ohlc_data have no time zone"):
        opened(server, schema)
    five = 1_710_050_400 * SECOND  # 06:00Z, 01:00 in New York
    with opened(server, schema, timezone="America/New_York") as source:
        (rows,) = source.read([Wanted("ES", ((five, five + 30 * MINUTE), (five + 30 * MINUTE, five + 120 * MINUTE)))])
    assert ((rows.bars.timestamp - five) // MINUTE).tolist() == [0, 30, 60, 90]
    assert [one.value[11:16] for one in rows.unreadable] == ["02:00", "02:30"]


def test_infinite_and_missing_prices_are_for_the_checks_to_judge(server, schema):
    create(server, schema, price="numeric")
    server.run(
        f"INSERT INTO {schema}.ohlc_data VALUES ('ES', to_timestamp({START // SECOND}), 'NaN', 'Infinity', '-Infinity', NULL, 1)"
    )
    (rows,) = read_table(server, schema)
    assert np.isnan(rows.bars.open[0])
    assert (rows.bars.high[0], rows.bars.low[0]) == (np.inf, -np.inf)
    assert np.isnan(rows.bars.close[0])


def test_rows_without_a_place_in_time_are_counted(server, schema):
    create(server, schema, key="")
    fill(server, schema)
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT 'ES', t, 1, 2, 0.5, 1.5, 0 "
        "FROM unnest(ARRAY[NULL, NULL, 'infinity', '-infinity']::timestamptz[]) AS t"
    )
    es, nq = read_table(server, schema)
    assert (len(es.bars), es.set_aside, len(nq.bars), nq.set_aside) == (10, 4, 10, 0)
    assert es.unreadable[0].column == "timestamp"


def test_rows_without_an_instrument_are_counted(server, schema):
    create(server, schema, key="UNIQUE (instrument, timestamp)")
    fill(server, schema)
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT NULL, to_timestamp({START // SECOND}), 1, 2, 0.5, 1.5, 0 FROM generate_series(1, 3)"
    )
    with opened(server, schema) as source:
        assert [one.instrument for one in source.listed(START, FOREVER)] == ["ES", "NQ=F"]
        assert source.unnamed.set_aside == 3
        assert source.unnamed.unreadable[0].column == "instrument"


@pytest.mark.parametrize("key", ["PRIMARY KEY (instrument, timestamp)", "PRIMARY KEY (timestamp, instrument)", ""])
def test_series_of_late_are_listed_with_or_without_an_index(server, schema, key):
    create(server, schema, key=key)
    fill(server, schema, 300, names=("A", "B", "a b", "Ω"))
    fill(server, schema, 5, names=("old",), first=START - 30 * DAY)
    with opened(server, schema) as source:
        listed = source.listed(START, START + 250 * MINUTE)
        assert [one.instrument for one in listed] == ["A", "B", "a b", "Ω"]
        assert minutes(listed[0].stamps) == list(range(50, 250))
        named = source.listed(START, START + 2 * MINUTE, ["old", "none", "A"])
        assert [(one.instrument, len(one.stamps)) for one in named] == [("old", 5), ("none", 0), ("A", 2)]
        assert source.listed(START + 10 * DAY, FOREVER) == []
