"""Supabase over REST: instruments that a column of fixed width fills up with blanks, and those that are nothing but blanks."""

from __future__ import annotations

import pytest
from bar_tables import SECOND, START
from source_reading import ALL, FOREVER
from supabase_lite import SECRET, lite

from dq.sources import Access, Wanted, open_source

BARS = "CREATE TABLE {{schema}}.{name} (instrument {kind}, timestamp timestamptz, open numeric, high numeric, low numeric, close numeric, volume bigint)"
FILLED = (
    "INSERT INTO {{schema}}.{name} SELECT i, to_timestamp({at} + 60 * n), 1, 2, 0.5, 1.5, n "
    "FROM unnest(ARRAY[{names}]) AS i, generate_series(0, 299) AS n"
)


def made(name, kind, *names):
    listed = ", ".join("NULL" if one is None else f"'{one}'" for one in names)
    return [BARS.format(name=name, kind=kind), FILLED.format(name=name, at=START // SECOND, names=listed)]


TABLES = [
    *made("fixed", "char(10)", "ES=F", "a b", "NQ=F"),
    *made("both", "text", "trail", "trail ", " lead", "only "),
    *made("blank", "text", "", "  ", "\t", None, "ES"),
    *made("fixed_blank", "char(10)", "", None, "ES"),
]


@pytest.fixture(scope="module")
def rest(server):
    with lite(server, *TABLES, rows=1000) as running:
        yield running


def opened(rest, table):
    return open_source(Access(rest.url, key=SECRET, schema=rest.schema, table=table))


def names_of(source):
    return [one.instrument for one in source.listed(START, FOREVER)]


def test_names_of_fixed_width_are_those_that_postgresql_gives(rest):
    with (
        opened(rest, "fixed") as source,
        open_source(Access(rest.server.url, schema=rest.schema, table="fixed")) as sql,
    ):
        names = names_of(source)
        assert names == [name.rstrip() for name in names_of(sql)] == ["ES=F", "NQ=F", "a b"]
        assert [len(one.stamps) for one in source.listed(START, FOREVER)] == [200] * 3
        read = [(rows.instrument, len(rows.bars)) for rows in source.read([Wanted(name, ALL) for name in names])]
        assert read == [("ES=F", 300), ("NQ=F", 300), ("a b", 300)]


def test_blanks_that_tell_two_series_apart_stay(rest):
    with opened(rest, "both") as source:
        names = names_of(source)
        assert names == [" lead", "only ", "trail", "trail "]
        assert [len(rows.bars) for rows in source.read([Wanted(name, ALL) for name in names])] == [300] * 4


@pytest.mark.parametrize(("table", "count"), [("blank", 1200), ("fixed_blank", 600)])
def test_rows_whose_instrument_is_blank_belong_to_nobody(rest, table, count):
    with opened(rest, table) as source:
        assert names_of(source) == ["ES"]
        assert source.unnamed.set_aside == count
        (why,) = source.unnamed.unreadable
        assert (why.column, why.value) == ("instrument", "NULL or blank")
