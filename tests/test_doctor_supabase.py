"""`dq doctor` and `dq init` on Supabase's web interface: its own server over the tests' PostgreSQL."""

import pytest
from conftest import free_port
from doctor_support import UP_TO_NOW, doctor, tell
from supabase_lite import PUBLISHABLE, SECRET, lite

from dq.settings import read_settings

BARS = (
    "(instrument text, timestamp timestamptz, open numeric, high numeric, low numeric, close numeric, volume numeric)"
)
FILLED = (
    f"INSERT INTO {{schema}}.{{table}} SELECT 'BTC-USD', {UP_TO_NOW}, "
    "100 + round(40 * sin(n)) / 4, 112, 88, 100 + round(40 * sin(n + 1)) / 4, n % 17 + 1 FROM generate_series(1, 600) AS n"
)
TABLES = [
    f"CREATE TABLE {{schema}}.ohlc_data {BARS}",
    FILLED.replace("{table}", "ohlc_data"),
    f"CREATE TABLE {{schema}}.hidden {BARS}",
    FILLED.replace("{table}", "hidden"),
    "ALTER TABLE {schema}.hidden ENABLE ROW LEVEL SECURITY",
    "CREATE TABLE {schema}.reference_levels (level_type text, instrument text, level numeric, timestamp timestamptz)",
]


@pytest.fixture(scope="module")
def rest(server):
    with lite(server, *TABLES) as running:
        yield running


@pytest.fixture
def desk(desk, rest):
    desk.write("dq.toml", f'[source]\nschema = "{rest.schema}"\n')
    return desk


def test_in_order_but_for_a_table_that_is_not_there(desk, rest):
    answer = doctor(desk, SUPABASE_URL=rest.url, SUPABASE_KEY=PUBLISHABLE)
    assert (answer.status, answer.steps("failed"), answer.steps("not_tried")) == (0, [], [])
    assert "failed_cycle" in answer.lines["collector"]["said"]
    assert "role anon" in answer.lines["key"]["said"]
    assert "1 series" in answer.lines["newest bar"]["said"]
    assert PUBLISHABLE not in answer.out


def test_a_secret_key_is_more_than_it_takes(desk, rest):
    line = doctor(desk, rest.url, SUPABASE_KEY=SECRET).lines["key"]
    assert (line["verdict"], "service_role" in line["said"]) == ("warning", True)


def test_a_wrong_key_is_refused_at_the_tables(desk, rest):
    answer = doctor(desk, rest.url, SUPABASE_KEY="sb_publishable_hunter2")
    assert (answer.status, answer.steps("failed")) == (3, ["tables"])
    assert "refused the key" in answer.lines["tables"]["said"]
    assert "hunter2" not in answer.out


def test_a_secret_key_that_is_refused_is_not_said_to_open_anything(desk, rest):
    answer = doctor(desk, rest.url, SUPABASE_KEY="sb_secret_hunter2")
    assert answer.steps("failed") == ["tables"]
    assert answer.lines["key"]["said"].startswith("its text is that of a secret key")


def test_no_key_is_a_wrong_question(desk, rest):
    answer = doctor(desk, rest.url)
    assert (answer.status, "SUPABASE_KEY" in answer.lines["settings"]["said"]) == (2, True)


def test_what_row_level_security_hides_comes_with_the_policy(desk, rest):
    desk.write("dq.toml", f'[source]\nschema = "{rest.schema}"\n[source.tables]\nohlc = "hidden"\n')
    answer = doctor(desk, rest.url, SUPABASE_KEY=PUBLISHABLE)
    assert (answer.status, answer.steps("failed")) == (3, ["tables"])
    assert "CREATE POLICY" in answer.lines["tables"]["hint"]


def test_nobody_listens(desk):
    answer = doctor(desk, f"http://127.0.0.1:{free_port()}", SUPABASE_KEY="sb_publishable_hunter2")
    assert (answer.status, answer.steps("failed")) == (3, ["TCP"])
    assert answer.verdicts["key"] == "ok"


def test_settings_are_written_without_the_key(desk, rest):
    variables = {"SUPABASE_URL": rest.url, "SUPABASE_KEY": PUBLISHABLE}
    answer = tell(desk, "init", "--output", "new", DQ_CONFIG="dq.toml", **variables)
    assert (answer.status, answer.err) == (0, "")
    folder = desk.folder / "new"
    texts = [(folder / name).read_text() for name in ("dq.toml", ".env.example")]
    assert all(PUBLISHABLE not in text for text in [*texts, answer.out])
    assert f"SUPABASE_URL={rest.url}\nSUPABASE_KEY=KEY" in texts[1]
    settings = read_settings({"HOME": str(folder)}, folder)
    assert (settings.source.schema, settings.series["BTC-USD"].calendar) == (rest.schema, "24/7")
    report = type(desk)(folder, desk.cache).json("--window", "1h", **variables).report
    assert [one["assumed"] for one in report["series"]] == [[]]
