"""Tables of bars for tests."""

from source_reading import ALL, FOREVER, MINUTE

from dq.sources import Access, Wanted, open_source
from dq.sources.postgres import plan

SECOND = 1_000_000
START = 1_704_067_200 * SECOND  # 2024-01-01T00:00Z
DAY = 86_400 * SECOND

STAMPS = {
    "timestamptz": "to_timestamp(at)",
    "timestamp": "to_timestamp(at) AT TIME ZONE 'UTC'",
    "bigint": "at * 1000::bigint",
    "integer": "at",
}


def create(
    server, schema, *, stamp="timestamptz", price="double precision", key="PRIMARY KEY (instrument, timestamp)", more=""
):
    server.run(
        f"CREATE TABLE {schema}.ohlc_data (instrument text, timestamp {stamp}, open {price}, high {price}, low {price}, "
        f"close {price}, volume {price} {more} {', ' + key if key else ''})",
        f"GRANT SELECT ON {schema}.ohlc_data TO reader",
    )


def fill(server, schema, count=10, *, names=("ES", "NQ=F"), stamp="timestamptz", first=START, step=MINUTE):
    """Bars of a minute; every seventh volume is NULL."""
    listed = ", ".join(f"'{name}'" for name in names)
    server.run(
        f"INSERT INTO {schema}.ohlc_data (instrument, timestamp, open, high, low, close, volume) "
        f"SELECT i, {STAMPS[stamp]}, 100 + n * 0.25, 101 + n * 0.25, 99.5, 100.01 + n, nullif(n, 7 * (n / 7)) "
        f"FROM unnest(ARRAY[{listed}]) AS i, generate_series(0, {count - 1}) AS n, "
        f"LATERAL (SELECT {first // SECOND} + n * {step // SECOND} AS at) AS s"
    )


def of_several_statements(server, schema, monkeypatch):
    """3,000 bars of each of two series, which dq reads by several statements and connections."""
    for name, size in (("PART_BARS", 500), ("CALL_BARS", 1000), ("SAMPLE", 100), ("LONG", 0)):
        monkeypatch.setattr(plan, name, size)
    create(server, schema, price="numeric")
    fill(server, schema, 3000)
    return schema


def opened(server, schema, **access):
    return open_source(Access(access.pop("url", server.url), schema=schema, **access))


def read_table(server, schema, *wanted, **access):
    with opened(server, schema, **access) as source:
        names = wanted or [Wanted(one.instrument, ALL) for one in source.listed(START, FOREVER)]
        return list(source.read(names))


def minutes(stamps):
    return ((stamps - START) // MINUTE).tolist()
