"""PostgreSQL: what row-level security hides is not taken for empty, nor what it shows for hidden."""

import pytest
from bar_tables import START, create, fill, opened
from source_reading import FOREVER
from table_cases import TABLES

from dq.model import SourceError
from dq.sources import Absent

VIEW = "CREATE VIEW {0}.v WITH (security_invoker = {1}) AS SELECT * FROM {0}.ohlc_data"


@pytest.fixture
def secured(server, schema):
    """All three tables with rows, and row-level security without a policy."""
    create(server, schema)
    fill(server, schema)
    server.run(
        TABLES.format(schema),
        f"INSERT INTO {schema}.reference_levels (level_type, instrument, timestamp) VALUES ('pivot', 'ES', '2024-01-01Z')",
        f"INSERT INTO {schema}.error_log (component, operation, error_message, severity, timestamp) VALUES ('a', 'b', 'c', 'error', '2024-01-01Z')",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader",
        *(f"ALTER TABLE {schema}.{name} ENABLE ROW LEVEL SECURITY" for name in ("ohlc_data", "reference_levels", "error_log")),
    )  # fmt: skip
    return schema


def listed(server, schema, **access):
    with opened(server, schema, url=server.tcp(), **access) as source:
        return [one.instrument for one in source.listed(START, FOREVER)]


@pytest.mark.parametrize("names", [None, ["ES"]])
def test_bars_that_are_all_hidden_are_an_error_with_the_policy_to_copy(server, secured, names):
    with (
        opened(server, secured, url=server.tcp()) as source,
        pytest.raises(SourceError, match=rf"shows role reader no row of table {secured}\.ohlc_data") as told,
    ):
        source.listed(START, FOREVER, names)
    policy = told.value.hint.partition("its owner: ")[2]
    server.run(policy)
    assert listed(server, secured) == ["ES", "NQ=F"]
    server.run(f"DELETE FROM {secured}.ohlc_data")
    assert listed(server, secured) == []


def test_views_that_read_as_their_reader_are_hidden_with_their_table(server, secured):
    server.run(VIEW.format(secured, "on"), f"GRANT SELECT ON {secured}.v TO reader")
    with pytest.raises(SourceError, match=r"no row of table .*\.v") as told:
        listed(server, secured, table="v")
    server.run(told.value.hint.partition("its owner: ")[2])
    assert listed(server, secured, table="v") == ["ES", "NQ=F"]


def test_views_that_read_as_their_owner_hide_nothing(server, secured):
    server.run(VIEW.format(secured, "off"), f"GRANT SELECT ON {secured}.v TO reader")
    assert listed(server, secured, table="v") == ["ES", "NQ=F"]


@pytest.mark.parametrize("table", ["levels", "error_log"])
def test_tables_of_the_collector_that_are_hidden_are_absent(server, secured, table):
    def found():
        with opened(server, secured, url=server.tcp()) as source:
            return getattr(source, table)(START, FOREVER)

    absent = found()
    assert isinstance(absent, Absent)
    assert absent.reason.startswith("row-level security hides table ")
    server.run(absent.reason.partition("(")[2].removesuffix(")"))
    assert not isinstance(found(), Absent)
    server.run(f"DELETE FROM {secured}.reference_levels", f"DELETE FROM {secured}.error_log")
    assert not isinstance(found(), Absent)


def test_a_policy_that_others_restrict_still_hides(server, secured):
    server.run(
        f"CREATE POLICY wide ON {secured}.ohlc_data USING (true)",
        f"CREATE POLICY narrow ON {secured}.ohlc_data AS RESTRICTIVE USING (instrument = 'nobody')",
    )
    with pytest.raises(SourceError, match="no row of table"):
        listed(server, secured)
    with opened(server, secured) as source:  # row-level security does not hold for a superuser
        assert (len(source.listed(START, FOREVER)), source.notes) == (2, [])
