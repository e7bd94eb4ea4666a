"""Supabase over REST: pages, however small, give every bar once, whatever others write meanwhile."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from bar_tables import SECOND, START, minutes
from http_proxy import capped, in_front_of
from hypothesis import given, settings
from hypothesis import strategies as st
from source_reading import ALL, FOREVER, MINUTE
from supabase_lite import PUBLISHABLE, SECRET, lite

from dq.model import COLUMNS, SourceError
from dq.sources import Absent, Access, Wanted, open_source
from dq.sources.supabase.pages import cut, proved, spacing

COLUMNS_SQL = "(instrument text, timestamp timestamptz, open numeric, high numeric, low numeric, close numeric, volume bigint{more})"
ES = Wanted("ES", ALL)
FIRST, NEW = (
    START // SECOND,
    "INSERT INTO {schema}.{table} SELECT 'ES', to_timestamp({at}), 1, 2, 0.5, 1.5, {volume} FROM generate_series(1, {count}) AS n",
)


def made(name, *, more=""):
    return f"CREATE TABLE {{schema}}.{name} {COLUMNS_SQL.format(more=more)}; CREATE INDEX ON {{schema}}.{name} (instrument, timestamp)"


def filled(name, count, values="1, 2, 0.5, 1.5, n", at="n * 60"):
    return (
        f"INSERT INTO {{schema}}.{name} SELECT 'ES', to_timestamp({FIRST} + {at}), {values} "
        f"FROM generate_series(0, {count - 1}) AS n"
    )


TABLES = [
    made("ohlc_data", more=", id serial"),
    filled("ohlc_data", 600, at="n * 60"),
    filled(
        "ohlc_data", 40, at="(n / 4) * 60 * 59", values="1, 2, 0.5, 1.5, n / 2"
    ),  # many stamps twice to five times, some rows alike
    filled("ohlc_data", 150, at="300 * 60", values="1, 2, 0.5, 1.5, n / 3"),  # more of one stamp than a page holds
    filled("ohlc_data", 30, at="n * 86400 * 30 + 86400 * 9"),  # sparse after dense
    made("growing"),
    filled("growing", 600),
    made("shrinking"),
    filled("shrinking", 600),
    "CREATE TABLE {schema}.reference_levels (level_type text, instrument text, timestamp timestamptz)",
    f"INSERT INTO {{schema}}.reference_levels SELECT 'kind' || n % 3, 'ES', to_timestamp({FIRST} + (n / 20) * 60) FROM generate_series(0, 199) AS n",
    "CREATE TABLE {schema}.error_log (component text, operation text, error_message text, severity text, timestamp timestamptz)",
    f"INSERT INTO {{schema}}.error_log SELECT 'collector', 'fetch', E'it said \"no\", \\\\ and\nwent ' || repeat('x', 600), NULL, to_timestamp({FIRST} + n) FROM generate_series(0, 4) AS n",
    "ALTER TABLE {schema}.error_log ENABLE ROW LEVEL SECURITY",
]


@pytest.fixture(scope="module")
def rest(server):
    with lite(server, *TABLES) as running:
        yield running


def opened(url, rest, **access):
    return open_source(Access(url, key=access.pop("key", SECRET), schema=rest.schema, **access))


def rows_of(source, wanted=ES):
    """Every row as a tuple, in a fixed order: a multiset."""
    (rows,) = source.read([wanted])
    columns = [rows.bars.timestamp, *(rows.bars.column(name) for name in COLUMNS)]
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


@pytest.fixture(scope="module")
def truth(rest):
    with open_source(Access(rest.server.url, schema=rest.schema)) as source:
        return rows_of(source)


@pytest.mark.parametrize("cap", [40, 150, 500])
def test_pages_of_any_size_give_every_row_once(rest, truth, cap):
    with in_front_of(rest.port, lambda number, path: capped(cap)) as proxy, opened(proxy.url, rest) as source:
        assert rows_of(source) == truth
        ((_, stamps),) = source.stamps([ES])
        assert stamps.tolist() == [row[0] for row in truth]
        (listed,) = source.listed(START, FOREVER)
        assert len(listed.stamps) == (200)


def test_a_server_told_to_give_few_rows_gives_them_all(server):
    with lite(server, *TABLES[:2], rows=50) as small, opened(small.url, small) as source:
        assert len(rows_of(source)) == 600


def test_the_order_of_arrival_holds_across_pages(rest):
    with in_front_of(rest.port, lambda number, path: capped(100)) as proxy:
        found = []
        for url, key in ((rest.server.url, None), (proxy.url, SECRET)):
            with open_source(Access(url, key=key, schema=rest.schema, order_by="id")) as source:
                (rows,) = source.read([ES])
                assert rows.bars.arrival
                found.append((rows.bars.timestamp.tolist(), rows.bars.volume.tolist()))
    assert found[0] == found[1]


def test_a_collector_that_writes_meanwhile_does_no_harm(rest):
    done = threading.Event()

    def write():
        at = FIRST + 600 * 60
        while not done.wait(0.005):
            rest.server.run(NEW.format(schema=rest.schema, table="growing", at=at, volume=1, count=1))
            at += 60

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with in_front_of(rest.port, lambda number, path: capped(50)) as proxy:
            for _ in range(3):
                with opened(proxy.url, rest, table="growing") as source:
                    (rows,) = source.read([ES])
                    stamps = minutes(rows.bars.timestamp)
                    assert stamps == list(range(len(stamps)))
                    assert len(stamps) >= 600
    finally:
        done.set()
        writer.join()


def deleting(rest, *numbers):
    """Before those requests for bars, a row that has been read already and one that has not are deleted."""
    seen = []

    def plan(number, path):
        if "float8" in path:
            if len(seen) in numbers:
                for minute in (len(seen), 500 + len(seen)):
                    rest.server.run(
                        f"DELETE FROM {rest.schema}.shrinking WHERE timestamp = to_timestamp({FIRST + minute * 60})"
                    )
            seen.append(path)
        return capped(50)

    return plan


def test_bars_deleted_between_pages_never_make_others_vanish(rest):
    with in_front_of(rest.port, deleting(rest, 2, 5)) as proxy, opened(proxy.url, rest, table="shrinking") as source:
        found = rows_of(source)
        left = {
            int(one[0]) for one in rest.server.run(f"SELECT extract(epoch FROM timestamp) FROM {rest.schema}.shrinking")
        }
        assert left <= {row[0] // SECOND for row in found}
        assert len({row[0] for row in found}) == len(found)


def test_bars_that_vanish_each_time_are_not_told_as_missing(rest):
    with (
        in_front_of(rest.port, deleting(rest, *range(1, 5000))) as proxy,
        opened(proxy.url, rest, table="shrinking") as source,
        pytest.raises(SourceError, match="lost bars of ES while they were read, 3 times") as wrong,
    ):
        rows_of(source)
    assert wrong.value.exit_status == 3


def test_the_tables_of_the_collector(rest):
    with in_front_of(rest.port, lambda number, path: capped(7)) as proxy, opened(proxy.url, rest) as source:
        levels = source.levels(START + 2 * MINUTE, START + 9 * MINUTE)
        assert minutes(levels.timestamp) == np.repeat(np.arange(2, 9), 20).tolist()
        assert set(levels.level_type) == {"kind0", "kind1", "kind2"}
        log = source.error_log(START + SECOND, START + 3 * SECOND)
        assert (log.timestamp - START).tolist() == [SECOND, 2 * SECOND]
        assert log.message[0].startswith('it said "no", \\ and\nwent xxx')
        assert len(log.message[0]) == 500
        assert list(log.severity) == ["", ""]
    with open_source(Access(rest.server.url, schema=rest.schema)) as source:
        theirs = source.levels(START, FOREVER)
    with opened(rest.url, rest, levels_table="none") as source:
        assert source.levels(START, FOREVER).reason.startswith("there is no table none that the server shows")
    with opened(rest.url, rest) as source:
        ours = source.levels(START, FOREVER)
    assert sorted(zip(ours.timestamp.tolist(), ours.level_type, strict=True)) == sorted(
        zip(theirs.timestamp.tolist(), theirs.level_type, strict=True)
    )
    with opened(rest.url, rest, key=PUBLISHABLE) as source:
        log = source.error_log(START, FOREVER)
        assert isinstance(log, Absent)
        assert "shows the publishable key (role anon) no row of" in log.reason


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 60), max_size=120),
    st.integers(1, 12),
    st.randoms(use_true_random=False),
    st.integers(1, 70),
)
def test_following_pages_gives_the_multiset(stamps, cap, chance, end):
    """A server that gives `cap` rows of those that match, by time, and equal times in any order it likes."""
    rows = list(enumerate(stamps))
    expected = sorted(row for row in rows if row[1] < end)
    read, start = [], 0
    for _ in range(len(rows) + 2):
        chance.shuffle(rows)
        match = sorted((row for row in rows if start <= row[1] < end), key=lambda row: row[1])
        page = match[:cap]
        worth = proved(np.array([row[1] for row in page], np.int64), len(match))
        read += page[: worth.keep]
        if worth.rest is None:
            break
        start = worth.rest
        if worth.alone:
            read += [row for row in rows if row[1] == start]
            start += 1
    assert sorted(read) == expected


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=50), st.integers(1, 10**4), st.integers(10, 1000))
def test_parts_tile_the_span_and_are_not_too_many(stamps, rows, page):
    space = spacing(np.sort(np.array(stamps, np.int64)))
    start, end = min(stamps), max(stamps) + 1
    parts = list(cut(start, end, space, rows, page))
    assert [parts[0][0], *(part[1] for part in parts)] == [*(part[0] for part in parts), end]
    assert all(low < high for low, high in parts)
    assert len(parts) <= 4 * (rows // page + 2)
