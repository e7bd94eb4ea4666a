"""PostgreSQL: a few rows far off, of another unit, of no name: told, and never in the way of all the others."""

import pytest
from bar_tables import DAY, SECOND, START, create, fill, minutes, opened, read_table
from source_reading import ALL, FOREVER, MINUTE

from dq.model import BarsError
from dq.sources import Wanted

AT = START // SECOND


def add(server, schema, stamp, name="ES", price="100"):
    server.run(f"INSERT INTO {schema}.ohlc_data VALUES ('{name}', {stamp}, {price}, 100, 100, 100, 1)")


@pytest.mark.parametrize(
    ("stamp", "factor", "strays"),
    [
        ("bigint", 1, [AT * 1000, AT * 10**6, 2**63 - 1, 1 - 2**63, 10**11, -(10**11)]),
        ("bigint", 1000, [AT * 10**6, 10**14]),
        ("bigint", 10**6, [AT * 10**9]),
        ("integer", 1, [2**31 - 1, -(2**31)]),
    ],
)
@pytest.mark.parametrize("spans", [ALL, ((START, START + 99 * DAY), (START + 100 * DAY, None))])
def test_integers_of_another_unit_are_told_and_the_others_read(server, schema, stamp, factor, strays, spans):
    create(server, schema, stamp=stamp, key="UNIQUE (instrument, timestamp)")
    fill(server, schema, 500, stamp="integer", names=("ES", "NQ=F"))
    server.run(f"UPDATE {schema}.ohlc_data SET timestamp = timestamp * {factor}::{stamp}")
    for stray in strays:
        add(server, schema, stray)
    es, nq = read_table(server, schema, Wanted("ES", spans), Wanted("NQ=F", spans))
    assert minutes(es.bars.timestamp) == minutes(nq.bars.timestamp) == list(range(500))
    assert (es.set_aside, nq.set_aside) == (len(strays), 0)
    assert es.unreadable[0].value == str(max(strays))


@pytest.mark.parametrize("stamp", ["timestamptz", "timestamp", "date"])
def test_instants_beyond_64_bits_are_told_and_the_others_read(server, schema, stamp):
    create(server, schema, stamp=stamp, key="")
    fill(server, schema, 30, stamp="timestamptz" if stamp == "date" else stamp, step=DAY)
    for far in ("294270-01-01", "294276-12-31", "infinity"):
        add(server, schema, f"'{far}'")
    es, nq = read_table(server, schema, timezone="UTC")
    assert (len(es.bars), es.set_aside, len(nq.bars), nq.set_aside) == (30, 3, 30, 0)


@pytest.mark.parametrize("year", ["1970", "0001", "2200", "10000", "55841"])
@pytest.mark.parametrize("count", [1, 1500])
def test_bars_far_off_do_not_cut_the_gap_to_pieces(server, schema, year, count):
    create(server, schema)
    fill(server, schema, 6000, names=("ES",))
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT 'ES', timestamptz '{year}-01-01Z' + n * interval '1 second', 1, 1, 1, 1, 1 "
        f"FROM generate_series(1, {count}) AS n"
    )
    with opened(server, schema, call_seconds=10) as source:
        (rows,) = source.read([Wanted("ES", ALL)])
        assert rows.set_aside == 0
        stamps = rows.bars.timestamp
        near = stamps[(stamps >= START) & (stamps < START + 6000 * MINUTE)]
        assert (minutes(near), len(stamps)) == (list(range(6000)), 6000 + count)


@pytest.mark.parametrize("key", ["UNIQUE (instrument, timestamp)", "PRIMARY KEY (instrument, timestamp)", ""])
@pytest.mark.parametrize("kind", ["text", "varchar", "char(8)"])
def test_names_of_blanks_name_no_series(server, schema, key, kind):
    create(server, schema, key=key)
    server.run(f"ALTER TABLE {schema}.ohlc_data ALTER instrument TYPE {kind}")
    fill(server, schema, names=("ES",))
    for minute in range(3):
        add(server, schema, f"to_timestamp({AT + 60 * minute})", name="  " if minute else "")
    with opened(server, schema) as source:
        assert [one.instrument.strip() for one in source.listed(START, FOREVER)] == ["ES"]
        assert source.unnamed.set_aside == 3


@pytest.mark.parametrize(("price", "size"), [("1e400", "large"), ("-1e400", "large"), ("1e-400", "small")])
def test_numbers_that_float64_does_not_hold_say_which_way(server, schema, price, size):
    create(server, schema, price="numeric")
    add(server, schema, f"to_timestamp({AT})", price=price)
    with pytest.raises(BarsError, match=f"holds a number too {size} for float64") as told:
        read_table(server, schema)
    assert len(told.value.hint) < 200


def test_domains_over_domains_are_what_they_stand_on(server, schema):
    create(server, schema, price="numeric")
    server.run(
        f"CREATE DOMAIN {schema}.one AS numeric(12, 4)",
        f"CREATE DOMAIN {schema}.two AS {schema}.one",
        f"ALTER TABLE {schema}.ohlc_data ALTER close TYPE {schema}.two",
    )
    fill(server, schema, names=("ES",))
    assert len(read_table(server, schema)[0].bars) == 10
