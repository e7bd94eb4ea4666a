"""`dq init`: what it writes is right, is valid, and leaves `dq validate` nothing to assume."""

import os
import stat
from pathlib import Path

import pytest
from bar_tables import create
from doctor_support import recent, tell
from market_samples import instant, walk
from validate_support import clean, csv_of

from dq.demo import fill, story
from dq.model import MINUTE, SettingsError, instant_text
from dq.settings import read_settings
from dq.setup.toml import _text
from dq.setup.writing import write

SUNDAY = instant("2026-03-08T15:00")


@pytest.fixture(scope="module")
def five(server, tmp_path_factory):
    """The demo's five instruments in a database of their own, and its address."""
    server.run("CREATE DATABASE story")
    url = server.url.replace("/postgres?", "/story?")
    fill(url, story(SUNDAY, tmp_path_factory.getbasetemp() / "sessions"))
    yield url
    server.run("DROP DATABASE story WITH (FORCE)")


def settings_in(folder):
    """What was written, read as `dq` reads it: raises every fault."""
    return read_settings({"HOME": str(folder)}, folder)


def test_of_five_instruments_nothing_is_left_to_assume(desk, five):
    answer = tell(desk, "init", five, "--at", instant_text(SUNDAY))
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.splitlines()[-2:] == ["  dq doctor", "  dq validate --window 1h"]
    settings = settings_in(desk.folder)
    told = {name: (one.interval, one.calendar, one.tick) for name, one in settings.series.items()}
    assert told == {
        "NQ=F": (MINUTE, "CME_Equity", 0.25),
        "ES=F": (MINUTE, "CME_Equity", 0.25),
        "EURUSD=X": (MINUTE, "FX", 0.00001),
        "BTC-USD": (MINUTE, "24/7", 0.01),
        "AAPL": (MINUTE, "XNYS", 0.01),
    }
    assert settings.source.tables == {"ohlc": "ohlc_data", "levels": "reference_levels", "errors": "error_log"}
    report = desk.json("--window", "1h", "--at", instant_text(SUNDAY)).report
    assert len(report["series"]) == 5
    assert [one["assumed"] for one in report["series"]] == [[]] * 5
    assert "Assumed" not in desk.ask("--window", "1h", "--at", instant_text(SUNDAY)).out


def test_the_doctor_is_content_with_what_it_writes(server, schema, desk):
    create(server, schema)
    recent(server, schema)
    assert tell(desk, "init", server.tcp(), "--table", f"{schema}.ohlc_data").status == 0
    answer = tell(desk, "doctor", DATABASE_URL=server.tcp())
    assert answer.status == 0
    assert "24/7 (set) for BTC-USD" in " ".join(answer.out.split())


def test_a_table_of_any_name_with_columns_of_any_name(server, schema, desk):
    server.run(
        f'CREATE TABLE {schema}."MarketBars" (id bigserial, "Symbol" varchar(20), ts timestamptz, o numeric, h numeric, '
        "l numeric, c numeric, vol bigint)",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader",
    )
    recent(server, schema, table="MarketBars", columns='"Symbol", ts, o, h, l, c, vol')
    answer = tell(desk, "init", server.tcp(), "--table", f"{schema}.marketbars")
    assert (answer.status, answer.err) == (0, "")
    source = settings_in(desk.folder).source
    assert (source.schema, source.tables["ohlc"], source.order_by) == (schema, "MarketBars", "id")
    assert dict(source.columns) == {
        "instrument": "Symbol",
        "timestamp": "ts",
        **{name: name[0] for name in ("open", "high", "low", "close")},
        "volume": "vol",
    }
    report = desk.json("--window", "1h", DATABASE_URL=server.tcp()).report
    assert [(one["instrument"], one["bars"] > 50, one["assumed"]) for one in report["series"]] == [
        ("BTC-USD", True, [])
    ]


def test_no_password_is_written_or_shown(server, schema, desk):
    create(server, schema)
    recent(server, schema)
    answer = tell(desk, "init", server.tcp(), "--table", f"{schema}.ohlc_data")
    texts = [(desk.folder / name).read_text() for name in ("dq.toml", ".env.example")]
    assert all("s3cret" not in text for text in [*texts, answer.out, answer.err])
    assert f"DATABASE_URL=postgresql://reader:PASSWORD@127.0.0.1:{server.port}/postgres" in texts[1]
    assert "cp .env.example .env    # then write DATABASE_URL into it" in answer.out
    again = tell(desk, "init", "--table", f"{schema}.ohlc_data", "--output", "more", DATABASE_URL=server.tcp())
    assert "cp .env.example" not in again.out
    assert "cd more" in again.out


def test_stamps_without_a_zone_ask_for_one(server, schema, desk):
    create(server, schema, stamp="timestamp")
    server.run(
        f"INSERT INTO {schema}.ohlc_data VALUES ('BTC-USD', now() AT TIME ZONE 'UTC' - interval '1 minute', 1, 1, 1, 1, 1)"
    )
    refused = tell(desk, "init", server.tcp(), "--table", f"{schema}.ohlc_data")
    assert (refused.status, "--timezone" in refused.err, list(desk.folder.iterdir())) == (2, True, [])
    assert tell(desk, "init", server.tcp(), "--table", f"{schema}.ohlc_data", "--timezone", "UTC").status == 0
    assert settings_in(desk.folder).source.timezone == "UTC"
    assert tell(desk, "init", server.tcp(), "--timezone", "Mars/Base", "--output", "x").status == 2


def test_several_tables_are_offered_and_none_is_taken(server, schema, desk):
    for name in ("bars", "candles"):
        server.run(f"CREATE TABLE {schema}.{name} (symbol text, time timestamptz, o real, h real, l real, c real)")
    server.run(
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO stranger", f"GRANT USAGE ON SCHEMA {schema} TO stranger"
    )
    answer = tell(desk, "init", server.tcp("stranger", "stranger"))
    assert (answer.status, f"{schema}.bars and {schema}.candles" in answer.err) == (2, True)
    absent = tell(desk, "init", server.tcp("stranger", "stranger"), "--table", "nothing")
    assert (absent.status, f"{schema}.bars" in absent.err) == (2, True)


def test_a_database_without_bars_is_not_guessed_at(server, schema, desk):
    none = tell(desk, "init", server.tcp("stranger", "stranger"))
    assert (none.status, "no table of bars" in none.err) == (3, True)
    create(server, schema)
    empty = tell(desk, "init", server.tcp(), "--table", f"{schema}.ohlc_data")
    assert (empty.status, "no bars" in empty.err) == (3, True)
    assert list(desk.folder.iterdir()) == []


@pytest.mark.parametrize("name", ["dq.toml", ".env.example"])
def test_nothing_is_ever_overwritten(desk, name):
    desk.write("bars.csv", clean())
    desk.write(name, "# mine\n")
    answer = tell(desk, "init", "bars.csv")
    assert (answer.status, f"{name} is there already: nothing was written" in answer.err) == (2, True)
    assert (desk.folder / name).read_text() == "# mine\n"
    assert {path.name for path in desk.folder.iterdir()} == {"bars.csv", name}


def test_a_link_to_nowhere_is_left_alone(desk):
    desk.write("bars.csv", clean())
    (desk.folder / "dq.toml").symlink_to(desk.folder / "elsewhere")
    assert tell(desk, "init", "bars.csv").status == 2
    assert not (desk.folder / "elsewhere").exists()


def test_what_cannot_be_written_whole_is_not_written_at_all(tmp_path):
    (tmp_path / "expectations").write_text("a file where a folder has to be")
    with pytest.raises(SettingsError, match="nothing was"):
        write(tmp_path, {"dq.toml": "", "expectations/mine.json": "{}"})
    assert [path.name for path in tmp_path.iterdir()] == ["expectations"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told_first(desk, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    assert tell(desk, "init", "nothing.csv", "--output", closed).status == 2


def test_a_folder_in_which_nobody_can_write_is_told(desk):
    desk.write("bars.csv", clean())
    answer = tell(desk, "init", "bars.csv", "--output", "/proc/dq")
    assert (answer.status, "nothing was" in answer.err or "Nothing can be" in answer.err) == (2, True)


def test_a_file_is_named_by_its_whole_path(desk):
    desk.write("bars.csv", clean().replace("instrument,timestamp,open", "Ticker,Time,Open"))
    answer = tell(desk, "init", "bars.csv", "--output", "made/here")
    assert answer.status == 0
    folder = desk.folder / "made" / "here"
    source = settings_in(folder).source
    assert Path(source.url) == desk.folder / "bars.csv"
    assert (source.columns["instrument"], source.columns["open"]) == ("Ticker", "Open")
    assert tell(a_desk_in(desk, folder), "validate", "--no-history").status == 0


def a_desk_in(desk, folder):
    return type(desk)(folder, desk.cache)


def test_a_calendar_that_the_bars_contradict_is_replaced_by_one_that_fits(desk):
    bars = walk(10 * 1440, start=instant("2026-10-05T00:00"))
    desk.write("bars.csv", csv_of(bars, "WEEKLESS"))
    assert tell(desk, "init", "bars.csv").status == 0
    assert settings_in(desk.folder).series["WEEKLESS"].calendar == "24/7"
    assert "XNYS, by the name, does not" in (desk.folder / "dq.toml").read_text()


def test_a_suite_is_copied_to_be_edited(desk):
    desk.write("bars.csv", clean())
    assert tell(desk, "init", "bars.csv", "--suite", "ohlc_1m").status == 0
    assert settings_in(desk.folder).suite == "ohlc_1m"
    copy = desk.folder / "expectations" / "ohlc_1m.json"
    copy.write_text(copy.read_text().replace('"name": "ohlc_1m"', '"name": "mine"'))
    assert desk.json().report["run"]["suite"] == "mine"
    assert tell(desk, "init", "bars.csv", "--suite", "ohlc_2m", "--output", "x").status == 2


def test_without_a_source_nothing_is_written_and_it_says_what_to_do(desk):
    answer = tell(desk, "init")
    assert (answer.status, "dq init postgresql://" in answer.err, list(desk.folder.iterdir())) == (2, True, [])


def test_a_source_that_does_not_answer_is_told(desk):
    answer = tell(desk, "init", "postgresql://me:hunter2@127.0.0.1:1/bars")
    assert (answer.status, "nobody listens" in answer.err, list(desk.folder.iterdir())) == (3, True, [])
    assert "hunter2" not in answer.err


@pytest.mark.parametrize("name", ['A "quoted" \\ name', "new\nline", "\x00\x07\x1f\x7f", "Ünï☃𝄞", "a.b", "]", "#", ""])
def test_any_name_survives_toml(name):
    import tomllib

    assert tomllib.loads(f"[series.{_text(name)}]\nx = {_text(name)}\n") == {"series": {name: {"x": name}}}


def test_bars_of_long_ago_are_said_to_be_old(server, schema, desk):
    create(server, schema)
    recent(server, schema, ago=40_000)
    assert tell(desk, "init", server.tcp(), "--table", f"{schema}.ohlc_data").status == 0
    assert "None of them had a bar in the last 14 days" in (desk.folder / "dq.toml").read_text()
