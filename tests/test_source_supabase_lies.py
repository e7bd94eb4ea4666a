"""Supabase over REST: answers that contradict themselves or each other, that nobody can read, or whose rows are gone."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from bar_tables import SECOND, START
from http_proxy import answer, capped, changed, in_front_of
from source_reading import ALL, FOREVER
from supabase_lite import SECRET, lite

from dq.model import BarsError, DqError, SourceError
from dq.sources import Access, Wanted, open_source
from dq.sources.supabase.pool import Pool

BARS = "CREATE TABLE {{schema}}.{name} (instrument text, timestamp {kind}, open numeric, high numeric, low numeric, close numeric, volume bigint)"
FILLED = (
    "INSERT INTO {{schema}}.{name} SELECT 'ES', {stamp}, 1, 2, 0.5, 1.5, n "
    f"FROM generate_series(0, 2879) AS n, LATERAL (SELECT to_timestamp({START // SECOND} + 60 * n) AS at) AS s"
)
TABLES = [
    BARS.format(name="ohlc_data", kind="timestamptz"),
    FILLED.format(name="ohlc_data", stamp="at"),
    "CREATE INDEX ON {schema}.ohlc_data (instrument, timestamp)",
    BARS.format(name="shrinking", kind="timestamptz"),
    FILLED.format(name="shrinking", stamp="at"),
    BARS.format(name="wordy", kind="text"),
    FILLED.format(name="wordy", stamp="to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"),
    "CREATE TABLE {schema}.reference_levels (level_type text, instrument text, timestamp timestamptz)",
    f"INSERT INTO {{schema}}.reference_levels SELECT 'high', 'ES', to_timestamp({START // SECOND} + n) FROM generate_series(1, 50) AS n",
]


@pytest.fixture(scope="module")
def rest(server):
    with lite(server, *TABLES, rows=1000) as running:
        yield running


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr("dq.sources.retrying.FIRST_PAUSE", 0.01)


def opened(url, rest, table="ohlc_data"):
    return open_source(Access(url, key=SECRET, schema=rest.schema, table=table, retries=1))


def read(source):
    source.listed(START, FOREVER)
    return [len(rows.bars) for rows in source.read([Wanted("ES", ALL)])]


def saying(content_range):
    kept = lambda headers: {name: value for name, value in headers.items() if name.lower() != "content-range"}  # noqa: E731
    return changed(lambda headers, body: (kept(headers) | {"Content-Range": content_range}, body))


def of_bars(fault):
    return lambda number, path: fault if "float8" in path else None


@pytest.mark.parametrize("said", ["0-999/10", "0-999/999", "0-999/0"])
def test_an_answer_with_more_rows_than_there_are_is_none(rest, said):
    with (
        in_front_of(rest.port, of_bars(saying(said))) as proxy,
        opened(proxy.url, rest) as source,
        pytest.raises(SourceError, match=r"said while reading bars of ES that it sends rows 0 to 999 of \d+\n"),
    ):
        read(source)


def test_one_such_answer_is_asked_for_again(rest):
    def plan(number, path, wrong=[]):  # noqa: B006  it remembers that the first answer was spoiled
        return wrong.append(path) or saying("0-999/10") if "float8" in path and not wrong else None

    with in_front_of(rest.port, plan) as proxy, opened(proxy.url, rest) as source:
        assert read(source) == [2880]


def test_the_tables_of_the_collector_are_not_cut_short_either(rest):
    plan = lambda number, path: saying("0-49/7") if "level_type" in path else None  # noqa: E731
    with (
        in_front_of(rest.port, plan) as proxy,
        opened(proxy.url, rest) as source,
        pytest.raises(SourceError, match="sends rows 0 to 49 of 7"),
    ):
        source.levels(START, FOREVER)


def test_what_the_listing_showed_is_asked_for_until_it_comes(rest):
    """Every page says that it is the last one: nothing in it is wrong, but the listing showed later bars."""
    with in_front_of(rest.port, of_bars(saying("0-999/1000"))) as proxy, opened(proxy.url, rest) as source:
        with pytest.raises(SourceError, match="shows bars of ES that it does not give") as wrong:
            read(source)
        assert wrong.value.series == "ES"
        pages = len([path for path in proxy.seen if "float8" in path])
        assert pages == 3


def test_the_same_holds_of_timestamps_alone_and_of_series_by_name(rest):
    plan = lambda number, path: saying("0-999/1000") if "limit=20000" in path else None  # noqa: E731
    with in_front_of(rest.port, plan) as proxy, opened(proxy.url, rest) as source:
        source.listed(START, FOREVER, ["ES"])
        with pytest.raises(SourceError, match="shows bars of ES that it does not give"):
            list(source.stamps([Wanted("ES", ALL)]))


def test_bars_that_are_deleted_after_the_listing_are_no_lie(rest):
    def plan(number, path):
        if "float8" in path:
            last = f"(SELECT max(timestamp) FROM {rest.schema}.shrinking)"
            rest.server.run(f"DELETE FROM {rest.schema}.shrinking WHERE timestamp = {last}") if not gone else None
            gone.append(path)

    gone = []
    with in_front_of(rest.port, plan) as proxy, opened(proxy.url, rest, "shrinking") as source:
        (count,) = read(source)
    assert count == int(rest.server.run(f"SELECT count(*) FROM {rest.schema}.shrinking")[0][0])


def vanishing(rest, table, times):
    """The oldest rows are deleted each time before one is asked for in another spelling."""

    def plan(number, path):
        if "05%3A30" in path and "neq." not in path and len(gone) < times:
            gone.append(path)
            for order in ("ASC", "DESC"):
                rows = f"SELECT ctid FROM {rest.schema}.{table} ORDER BY timestamp {order} LIMIT 50"
                rest.server.run(f"DELETE FROM {rest.schema}.{table} WHERE ctid = ANY(ARRAY({rows}))")

    gone = []
    return plan


@pytest.mark.parametrize("times", [1, 2])
def test_a_row_that_was_deleted_proves_nothing_of_its_column(rest, times):
    with (
        in_front_of(rest.port, vanishing(rest, "shrinking", times)) as proxy,
        opened(proxy.url, rest, "shrinking") as it,
    ):
        assert read(it)[0] > 1000
    with (
        in_front_of(rest.port, vanishing(rest, "wordy", times)) as proxy,
        pytest.raises(BarsError, match='column "timestamp" is text'),
    ):
        opened(proxy.url, rest, "wordy")


def test_rows_that_vanish_each_time_are_told(rest):
    with (
        in_front_of(rest.port, vanishing(rest, "shrinking", 99)) as proxy,
        pytest.raises(SourceError, match="lost each row that was looked at"),
    ):
        opened(proxy.url, rest, "shrinking")


FAR = {"Retry_After": "Mon, 01 Jan 99999999999 00:00:00 GMT", "Date": "Mon, 01 Jan 2024 00:00:00 GMT"}
DEEP = b"[" * 200_000
CRAZY = [
    answer(429, {"message": "x"}, **FAR),
    answer(503, {"message": "x"}, Retry_After="Mon, 01 Jan 2024 00:00:00 +99999999"),
    answer(200, DEEP, Content_Range="0-9/10"),
    answer(400, DEEP),
    answer(404, {"code": "PGRST205", "message": {"a": [[["b"]]]}}),
    saying("0-9/" + "9" * 5000),
    saying("9" * 5000 + "-9/9"),
    saying("9-0/10"),
    capped(0),
    *(
        answer(200, [{"i": "ES", "t": cell, "instrument": "ES", "timestamp": cell}] * 2)
        for cell in (None, True, 1, 10**30, 1.5, "", "yesterday", "\udc80", [], {"a": 1}, "2024-13-01T00:00:00Z")
    ),
    answer(200, [{"i": "ES"}, {"t": "2024-01-01T00:00:00Z"}]),
    answer(200, [{}]),
    answer(200, b'[{"i": NaN, "t": Infinity}]'),
]


@pytest.mark.parametrize("fault", CRAZY)
def test_whatever_a_server_answers_is_told_in_our_words(rest, fault):
    for spoiled in range(7):
        plan = lambda number, path, spoiled=spoiled: fault if number == spoiled else None  # noqa: E731
        with in_front_of(rest.port, plan) as proxy, suppress(DqError), opened(proxy.url, rest) as source:
            assert read(source) == [2880]
    of_levels = lambda number, path: fault if "reference_levels" in path and number > 1 else None  # noqa: E731
    with in_front_of(rest.port, of_levels) as proxy, suppress(DqError), opened(proxy.url, rest) as source:
        source.levels(START, FOREVER)


def test_a_pool_closes_while_its_threads_take_what_there_is_to_do():
    for _ in range(50):
        pool = Pool(4)
        calls = pool.ahead(lambda task: task, range(1000))
        assert next(calls) == 0
        closing = threading.Thread(target=pool.close, daemon=True)
        closing.start()
        closing.join(10)
        assert not closing.is_alive()
