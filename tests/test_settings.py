"""Settings: what dq.toml, .env and the environment say, and every fault of theirs at once."""

import pickle
from pathlib import Path

import pytest

from dq.model import HOUR, MINUTE, SECOND, SettingsError
from dq.settings import AlertSettings, Settings, read_settings

HOME = {"HOME": "/ann"}


def read(folder: Path, toml: str = "", dotenv: str = "", **environment: str) -> Settings:
    if toml:
        (folder / "dq.toml").write_text(toml + "\n")
    if dotenv:
        (folder / ".env").write_text(dotenv)
    return read_settings({**HOME, **environment}, folder)


def faults(folder: Path, toml: str = "", dotenv: str = "", **environment: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        read(folder, toml, dotenv, **environment)
    assert raised.value.exit_status == 2
    lines = raised.value.message.splitlines()
    return [line.strip().replace(f"{folder}/", "") for line in (lines[1:] if len(lines) > 1 else lines)]


def test_nothing_said_is_the_defaults(tmp_path):
    settings = read(tmp_path)
    assert settings.history == Path("/ann/.local/state/dq/history.sqlite")
    assert settings.cache == Path("/ann/.cache/dq")
    assert settings.grace == 60 * SECOND
    assert settings.source.url is None
    assert settings.source.tables == {"ohlc": "ohlc_data", "levels": "reference_levels", "errors": "error_log"}
    assert settings.source.columns["timestamp"] == "timestamp"
    assert (settings.series, settings.instruments, settings.alerts, settings.config) == ({}, (), (), None)


def test_everything_that_dq_toml_may_say(tmp_path):
    settings = read(
        tmp_path,
        """
        suite = "ohlc_1d"
        grace = "0s"
        deadline = "30s"
        window = "1h"
        history = "runs.sqlite"
        [source]
        url = "postgresql://ann@db/market"
        timezone = "America/Chicago"
        schema = "market"
        order_by = "id"
        tables = { ohlc = "bars" }
        [source.columns]
        timestamp = "ts"
        [series."NQ=F"]
        interval = "1m"
        calendar = "CME_Equity"
        tick = 0.25
        label = "close"
        delay = "10m"
        continuous = true
        extended_hours = false
        [series.SPREAD]
        allow_non_positive = true
        calendar = "auto"
        [collector]
        cycle = "60s"
        [[alert]]
        url = "slack://a/b/c"
        [[alert]]
        url = "mailto://ann:secret@example.com"
        min_severity = "critical"
        """,
    )
    source, series = settings.source, settings.series["NQ=F"]
    assert (settings.suite, settings.grace, settings.deadline, settings.window) == ("ohlc_1d", 0, 30 * SECOND, HOUR)
    assert settings.history == tmp_path / "runs.sqlite"
    assert settings.config == tmp_path / "dq.toml"
    assert (source.url, source.timezone, source.schema, source.order_by) == (
        "postgresql://ann@db/market",
        "America/Chicago",
        "market",
        "id",
    )
    assert source.tables == {"ohlc": "bars", "levels": "reference_levels", "errors": "error_log"}
    assert (source.columns["timestamp"], source.columns["open"]) == ("ts", "open")
    assert (series.interval, series.calendar, series.tick, series.label) == (MINUTE, "CME_Equity", 0.25, "close")
    assert (series.delay, series.continuous, series.extended_hours, series.adjusted) == (10 * MINUTE, True, False, None)
    assert settings.series["SPREAD"].allow_non_positive is True
    assert settings.collector.cycle == MINUTE
    assert settings.alerts == (
        AlertSettings("slack://a/b/c", "slack 1", "warning"),
        AlertSettings("mailto://ann:secret@example.com", "mailto 2", "critical"),
    )


def test_environment_beats_dotenv_beats_toml(tmp_path):
    toml = '[source]\nurl = "postgresql://toml/db"\n[collector]\ncycle = "5m"\n'
    dotenv = "DATABASE_URL=postgresql://dotenv/db\nINSTRUMENT=ES=F\n"
    assert read(tmp_path, toml).source.url == "postgresql://toml/db"
    assert read(tmp_path, toml, dotenv).source.url == "postgresql://dotenv/db"
    settings = read(tmp_path, toml, dotenv, DATABASE_URL="postgresql://env/db", FETCH_INTERVAL_SECONDS="15")
    assert settings.source.url == "postgresql://env/db"
    assert settings.instruments == ("ES=F",)
    assert settings.collector.cycle == 15 * SECOND


def test_the_collectors_own_variables_work_as_they_are(tmp_path):
    settings = read(
        tmp_path,
        SUPABASE_URL="https://abc.supabase.co",
        SUPABASE_KEY="eyJ.secret",
        INSTRUMENT="NQ=F, ES=F,NQ=F,",
        MARKET_TIMEZONE="America/New_York",
    )
    assert (settings.source.url, settings.source.key) == ("https://abc.supabase.co", "eyJ.secret")
    assert settings.instruments == ("NQ=F", "ES=F")
    assert settings.shown_zone == "America/New_York"


def test_a_database_goes_before_its_web_interface_and_drivers_of_sqlalchemy_are_taken_out(tmp_path):
    address = "postgresql+psycopg2://u:p+w@db:5432/m"
    settings = read(tmp_path, SUPABASE_URL="https://abc.supabase.co", DATABASE_URL=address)
    assert settings.source.url == "postgresql://u:p+w@db:5432/m"


def test_a_variable_set_to_nothing_is_not_set(tmp_path):
    toml = '[source]\nurl = "postgresql://toml/db"\n'
    assert read(tmp_path, toml, DATABASE_URL="  ", MARKET_TIMEZONE="").source.url == "postgresql://toml/db"


def test_secrets_are_in_no_repr(tmp_path):
    settings = read(
        tmp_path, '[[alert]]\nurl = "slack://tok-en"\n', SUPABASE_KEY="k-e-y", DATABASE_URL="postgresql://u:pw@h/d"
    )
    assert not any(secret in repr(settings) for secret in ("tok-en", "k-e-y", "pw"))


def test_settings_travel_to_other_processes(tmp_path):
    settings = read(tmp_path, '[series.X]\ntick = 1\n[[alert]]\nurl = "slack://a"\n')
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_every_fault_is_told_at_once_with_its_line_and_what_is_allowed(tmp_path):
    told = faults(
        tmp_path,
        """histroy = "x"
grace = "-5s"
[source]
timezone = "America/chicago2"
[series."NQ=F"]
tick = -1
label = "opne"
continuous = "yes"
calendar = "CME_Equty"
interval = 60
[[alert]]
url = "slack://a"
[[alert]]
min_severity = "critcal"
""",
        "FETCH_INTERVAL_SECONDS=soon\n",
        MARKET_TIMEZONE="Mars/One",
    )
    beginnings = [
        "environment: MARKET_TIMEZONE: 'Mars/One'",
        ".env:1: FETCH_INTERVAL_SECONDS: 'soon'",
        "dq.toml:1: histroy: dq knows no such key (did you mean 'history'?)",
        "dq.toml:2: grace: '-5s'",
        "dq.toml:4: source.timezone: 'America/chicago2' is not a time zone (did you mean 'America/Chicago'?)",
        'dq.toml:6: series."NQ=F".tick: -1',
        "dq.toml:7: series.\"NQ=F\".label: 'opne' is not allowed (did you mean 'open'?); it must be one of open, close",
        "dq.toml:8: series.\"NQ=F\".continuous: 'yes' is text; it must be true or false",
        'dq.toml:9: series."NQ=F".calendar: There is no calendar',
        'dq.toml:10: series."NQ=F".interval: 60 is a whole number; write a duration',
        "dq.toml:14: alert[2].min_severity: 'critcal'",
        "dq.toml:13: alert[2]: its url is missing",
    ]
    assert [next((one for one in told if one.startswith(beginning)), beginning) for beginning in beginnings] == told


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("[source]\nport = 5432", "dq.toml:2: source.port: dq knows no such key"),
        ("source = 3", "dq.toml:1: source: it must be a table"),
        ("series = 3", "dq.toml:1: series: it must be tables, one per instrument"),
        ("[series]\nX = 1", "dq.toml:2: series.X: it must be a table"),
        ("[alert]\nurl = 'slack://a'", "dq.toml:1: alert: it must be a list of tables"),
        ("alert = [1]", "dq.toml:1: alert[1]: it must be a table"),
        ("[[alert]]\nurl = 'slack'", "dq.toml:2: alert[1].url: it is not an address"),
        ("[series.X]\ntick = inf", "dq.toml:2: series.X.tick: inf"),
        ("[series.X]\ntick = nan", "dq.toml:2: series.X.tick: nan"),
        ("[series.X]\ntick = true", "dq.toml:2: series.X.tick: true"),
        (f"[series.X]\ntick = 1{'0' * 400}", "dq.toml:2: series.X.tick: 1000"),
        ("series.X.delay = 2020-01-01", "dq.toml:1: series.X.delay: 2020-01-01 is a date or time"),
        ("[series]\nX = { interval = '1x' }", "dq.toml:2: series.X.interval: '1x'"),
        ("[series.X]\ninterval = '0m'", "dq.toml:2: series.X.interval: '0m'"),
        ("deadline = '0s'", "dq.toml:1: deadline: '0s'"),
        ("suite = ''", "dq.toml:1: suite: it is empty"),
        ("history = 'mysql://u:pw@h/d'", "dq.toml:1: history: 'mysql://***' is not allowed"),
        ("[source]\nurl = 'mysql://u:pw@h/d'", "dq.toml:2: source.url: 'mysql://***' is not allowed"),
        ("[source]\nurl = ['pw']", "dq.toml:2: source.url: it is a list"),
        ("[source.columns]\nclose = 'open'", "dq.toml:1: source.columns: open and close are the same column, 'open'"),
        ("[source.tables]\nohcl = 'x'", "dq.toml:2: source.tables.ohcl: dq knows no such key (did you mean 'ohlc'?)"),
        (
            "[source]\ntimezone = '../../etc/passwd'",
            "dq.toml:2: source.timezone: '../../etc/passwd' is not a time zone",
        ),
        ("a = 1\nb = ", "dq.toml:2: it is not TOML: Invalid value, column 5"),
        ("grace = '1s'\ngrace = '2s'", "dq.toml:2: it is not TOML: Cannot overwrite a value"),
        ("[source", "dq.toml:1: it is not TOML"),
        ("x = " + "[" * 2000, "dq.toml: it is not TOML"),
    ],
)
def test_one_fault_is_one_line(tmp_path, toml, told):
    (found,) = faults(tmp_path, toml)
    assert found.startswith(told)
    assert "pw" not in found.replace("passwd", "")


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("DATABASE_URL", "mysql://root:hunter2@h/db", "environment: DATABASE_URL: 'mysql://***' is not allowed"),
        ("DATABASE_URL", "host=h password=hunter2", "environment: DATABASE_URL: it is not an address"),
        ("SUPABASE_URL", "eyJhunter2", "environment: SUPABASE_URL: it is not an address; it must begin with https://"),
        ("SUPABASE_URL", "postgresql://u:hunter2@h/d", "environment: SUPABASE_URL: 'postgresql://u:***@h/d'"),
        ("FETCH_INTERVAL_SECONDS", "0", "environment: FETCH_INTERVAL_SECONDS: '0'"),
        ("FETCH_INTERVAL_SECONDS", "nan", "environment: FETCH_INTERVAL_SECONDS: 'nan'"),
        ("INSTRUMENT", ",", "environment: INSTRUMENT: ',' names no instrument"),
        ("MARKET_TIMEZONE", "EDST", "environment: MARKET_TIMEZONE: 'EDST' is not a time zone"),
        ("DQ_HISTORY", "mysql://u:hunter2@h/d", "environment: DQ_HISTORY: 'mysql://***' is not allowed"),
        ("DQ_CONFIG", "absent.toml", "DQ_CONFIG: 'absent.toml' is not a file"),
    ],
)
def test_a_variable_that_cannot_be_used(tmp_path, variable, value, told):
    (found,) = faults(tmp_path, **{variable: value})
    assert found.startswith(told)
    assert "hunter2" not in found


def test_a_file_that_is_no_text_or_no_file(tmp_path):
    (tmp_path / "dq.toml").write_bytes(b"suite = '\xff'")
    (tmp_path / ".env").mkdir()
    told = faults(tmp_path)
    assert told[0].startswith(".env: it cannot be read:")
    assert told[1].startswith("dq.toml: it is not UTF-8 text: byte 9")


def test_dq_config_names_the_file_and_relative_paths_start_beside_it(tmp_path):
    other = tmp_path / "etc"
    other.mkdir()
    (other / "prod.toml").write_text("\ufeffhistory = 'runs.sqlite'\n", "utf-8")
    settings = read(tmp_path, 'suite = "ignored"', "DQ_CONFIG=etc/prod.toml")
    assert settings.suite is None
    assert settings.history == other / "runs.sqlite"


def test_where_files_lie(tmp_path):
    at = read(tmp_path, XDG_STATE_HOME="/s", XDG_CACHE_HOME="/c")
    assert (at.history, at.cache) == (Path("/s/dq/history.sqlite"), Path("/c/dq"))
    ignored = read(tmp_path, XDG_STATE_HOME="relative")
    assert ignored.history == Path("/ann/.local/state/dq/history.sqlite")
    named = read(tmp_path, "history = 'other'", DQ_HISTORY="~/runs.sqlite", DQ_CACHE_DIR="cache")
    assert (named.history, named.cache) == (Path("/ann/runs.sqlite"), tmp_path / "cache")


def test_without_a_home_files_are_kept_where_dq_works(tmp_path):
    settings = read_settings({}, tmp_path)
    assert (settings.history, settings.cache) == (tmp_path / ".dq" / "history.sqlite", tmp_path / ".dq")


def test_the_sample_of_the_manual_is_right(tmp_path):
    manual = (Path(__file__).parents[1] / "docs" / "settings.md").read_text("utf-8")
    (tmp_path / "dq.toml").write_text(manual.split("```toml\n")[1].split("```")[0])
    elsewhere = {"SLACK_URL": "slack://a/b/c", "HEARTBEAT_URL": "https://beat.example/7"}
    settings = read_settings({"HOME": str(tmp_path), **elsewhere}, tmp_path)
    assert (settings.alerts[0].url, settings.heartbeat) == tuple(elsewhere.values())
    assert settings.series["NQ=F"].delay == 10 * MINUTE
    assert settings.source.columns["timestamp"] == "ts"
