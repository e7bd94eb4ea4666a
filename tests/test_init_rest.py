"""`dq init` on Supabase's web interface: its own server over the tests' PostgreSQL."""

import pytest
from doctor_support import UP_TO_NOW, tell
from supabase_lite import PUBLISHABLE, SECRET, lite

from dq.settings import read_settings

FILLED = (
    f"INSERT INTO {{schema}}.{{table}} SELECT 'BTC-USD', {UP_TO_NOW}{{zone}}, "
    "100 + round(40 * sin(n)) / 4, 112, 88, 100 + round(40 * sin(n + 1)) / 4, n % 17 + 1 FROM generate_series(1, 600) AS n"
)
BARS = "(instrument text, timestamp {stamp}, open numeric, high numeric, low numeric, close numeric, volume numeric)"
SHORT = "(symbol text, ts {stamp}, o numeric, h numeric, l numeric, c numeric, v numeric)"


def table(name, columns, stamp="timestamptz"):
    """The statements of a table of bars up to now."""
    zone = "" if stamp == "timestamptz" else " AT TIME ZONE 'UTC'"
    made = f"CREATE TABLE {{schema}}.{name} {columns.replace('{stamp}', stamp)}"
    return [made, FILLED.replace("{table}", name).replace("{zone}", zone)]


TABLES = [
    *table("ohlc_data", BARS),
    *table("candles", SHORT),
    *table("naive", SHORT, "timestamp"),
    f"CREATE TABLE {{schema}}.bare {SHORT.replace('{stamp}', 'timestamptz')}",
    "CREATE TABLE {schema}.odd (a text, b text)",
    "INSERT INTO {schema}.odd VALUES ('1', '2')",
    "CREATE TABLE {schema}.reference_levels (level_type text, instrument text, level numeric, timestamp timestamptz)",
    "INSERT INTO {schema}.reference_levels VALUES ('pivot', 'BTC-USD', 1, now() - interval '1 minute')",
]


@pytest.fixture(scope="module")
def rest(server):
    with lite(server, *TABLES) as running:
        yield running


def asked(desk, rest, name, *words, key=PUBLISHABLE):
    return tell(desk, "init", "--table", f"{rest.schema}.{name}", *words, SUPABASE_URL=rest.url, SUPABASE_KEY=key)


def source_in(folder):
    return read_settings({"HOME": str(folder)}, folder).source


def test_a_table_is_named_with_its_schema_and_the_others_are_asked(desk, rest):
    answer = asked(desk, rest, "ohlc_data")
    assert (answer.status, answer.err) == (0, "")
    source = source_in(desk.folder)
    text = (desk.folder / "dq.toml").read_text()
    assert (source.schema, source.tables["ohlc"]) == (rest.schema, "ohlc_data")
    assert '\nlevels = "reference_levels"' in text
    assert "# errors = " in text


def test_columns_by_other_names_are_found_in_its_rows(desk, rest):
    assert asked(desk, rest, "candles").status == 0
    source = source_in(desk.folder)
    short = {name: name[0] for name in ("open", "high", "low", "close", "volume")}
    assert (source.tables["ohlc"], dict(source.columns)) == (
        "candles",
        {"instrument": "symbol", "timestamp": "ts", **short},
    )
    report = desk.json("--window", "1h", SUPABASE_URL=rest.url, SUPABASE_KEY=PUBLISHABLE).report
    assert [(one["instrument"], one["assumed"]) for one in report["series"]] == [("BTC-USD", [])]


def test_stamps_without_a_zone_ask_for_one(desk, rest):
    refused = asked(desk, rest, "naive")
    assert (refused.status, "--timezone UTC" in refused.err, list(desk.folder.iterdir())) == (2, True, [])
    assert asked(desk, rest, "naive", "--timezone", "UTC").status == 0
    assert source_in(desk.folder).timezone == "UTC"


@pytest.mark.parametrize(
    ("name", "key", "says"),
    [
        ("bare", SECRET, "There are no bars"),
        ("bare", PUBLISHABLE, "Either it is empty"),
        ("odd", PUBLISHABLE, "it has: a, b"),
        ("nothing", PUBLISHABLE, "nothing"),
    ],
)
def test_a_table_that_holds_no_bars_is_told(desk, rest, name, key, says):
    answer = asked(desk, rest, name, key=key)
    assert (answer.status, says in answer.err, list(desk.folder.iterdir())) == (3, True, [])
