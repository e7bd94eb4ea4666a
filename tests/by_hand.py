"""The statements that people run by hand, and the collector's three tables for them to look at."""

from __future__ import annotations

from pathlib import Path

from dq.model import SECOND, instant_text

SQL = Path(__file__).parents[1] / "sql"
TABLES = (
    "CREATE TABLE {}.ohlc_data (instrument text, timestamp timestamptz, open numeric, high numeric, low numeric, close numeric, volume bigint)",
    "CREATE TABLE {}.reference_levels (level_type text, instrument text, timestamp timestamptz)",
    "CREATE TABLE {}.error_log (component text, operation text, error_message text, severity text, timestamp timestamptz)",
)
STATEMENTS = ("hourly_gaps", "hourly_freshness", "hourly_level_coverage", "hourly_failed_cycles", "rollback_duplicates")


def text_of(name):
    """The statement as it lies there."""
    return (SQL / f"{name}.sql").read_text("utf-8")


def tables(server, schema):
    """The three tables, empty, without an index."""
    server.run(*(one.format(schema) for one in TABLES), f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader")


def by_hand(server, schema, name, at=None, **edits):
    """Its answer, a dict per row: as it is, or as somebody edited it who asks about another instant than now."""
    import psycopg
    from psycopg.rows import dict_row

    text = text_of(name)
    for old, new in {**({"now()": f"timestamptz '{instant_text(at)}'"} if at else {}), **edits}.items():
        assert old in text
        text = text.replace(old, new)
    with psycopg.connect(server.url, autocommit=True, row_factory=dict_row) as connection:
        connection.execute(f"SET search_path TO {schema}")
        return connection.execute(text).fetchall()


def walked(server, schema, instants, name="BTC-USD"):
    """Bars of a calm walk at those instants, in microseconds UTC; an instant that comes twice has two rows alike."""
    listed = ", ".join(str(one // SECOND) for one in instants)
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT '{name}', to_timestamp(at), round(100 + sin(at / 60)::numeric, 2), 102, 98, "
        f"round(100 + sin(at / 60 + 1)::numeric, 2), at / 60 % 17 + 1 FROM unnest(ARRAY[{listed}]::bigint[]) AS at"
    )


def micros(instant):
    """Microseconds UTC of a datetime."""
    return round(instant.timestamp() * SECOND)
