"""The collector's tables as databases have them: absent, forbidden, otherwise built; and what their findings explain."""

from dataclasses import replace

import numpy as np
import pytest
from bar_tables import create, opened
from market_samples import NOON, instant
from table_cases import CASES, TABLES, TableCase, fill_tables

from dq.model import DAY, HOUR, MINUTE, SECOND
from dq.reports.text import render
from dq.run import Asked, validate
from dq.settings import CollectorSettings, Settings
from dq.sources import Absent, Access

AS_OF = instant("2026-03-04T15:00")
CYCLE = CollectorSettings(cycle=MINUTE)


def case(name):
    return TableCase(next(path for path in CASES if path.stem == name))


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("sessions")


@pytest.fixture
def ask(server, schema, cache):
    """The run of the hour before 15:00, read by a role that may only read."""

    def asking(suite="collector", collector=CYCLE, as_of=AS_OF, **access):
        settings = Settings(history=cache / "history", cache=cache, collector=collector)
        access = Access(server.tcp(), schema=schema, **access)
        asked = Asked(access, settings, now=as_of, window=HOUR, suite=suite, record=False)
        return validate(asked, "0").run

    return asking


def reasons(run):
    """Why the checks of the collector's tables were not asked."""
    assert run.errors == ()
    names = ("uncovered_level", "failed_cycle")
    return {one.check: one.reason for each in run.series for one in each.checks if one.check in names}


def minutes(server, schema, names, *lost):
    """Bars of the last six hours, without those of the minutes `lost` before 15:00."""
    kept = [at for at in range(AS_OF - 6 * HOUR, AS_OF - MINUTE, MINUTE) if (AS_OF - at) // MINUTE not in lost]
    for name in names:
        server.run(
            f"INSERT INTO {schema}.ohlc_data SELECT '{name}', to_timestamp(at / 1000000), 100, 101, 99, 100.5, at % 97 "
            f"FROM unnest('{{{','.join(map(str, kept))}}}'::bigint[]) AS at"
        )


def logged(server, schema, operation, *ago, severity="error"):
    """An entry five seconds into each of those minutes before 15:00."""
    for minute in ago:
        at = (AS_OF - minute * MINUTE) // SECOND + 5
        server.run(
            f"INSERT INTO {schema}.error_log VALUES ('fetcher', '{operation}', 'HTTP 503', '{severity}', to_timestamp({at}))"
        )


def test_tables_that_are_not_there_are_not_checked_and_say_so(server, schema, ask):
    create(server, schema)
    minutes(server, schema, ["BTC-USD"])
    why = reasons(ask())
    assert why["uncovered_level"].startswith(f"there is no table {schema}.reference_levels")
    assert why["failed_cycle"].startswith(f"there is no table {schema}.error_log")


def test_tables_that_the_role_may_not_read_say_whom_to_let(server, schema, ask):
    create(server, schema)
    minutes(server, schema, ["BTC-USD"])
    server.run(TABLES.format(schema), f"GRANT SELECT (component, operation) ON {schema}.error_log TO reader")
    why = reasons(ask())
    assert why["uncovered_level"].startswith(f"role reader may not read table {schema}.reference_levels")
    assert why["failed_cycle"].startswith(f"role reader may not read table {schema}.error_log")


def test_tables_of_another_make_say_what_they_lack(server, schema, ask):
    create(server, schema)
    minutes(server, schema, ["BTC-USD"])
    server.run(
        f"CREATE TABLE {schema}.reference_levels (instrument text, level_type text, timestamp text)",
        f"CREATE TABLE {schema}.error_log (component text, timestamp timestamptz)",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader",
    )
    why = reasons(ask())
    assert why["uncovered_level"].endswith("reference_levels is text, no time stamp")
    assert why["failed_cycle"].endswith("has no column operation and no error_message and no severity")


def test_files_have_no_such_tables(tmp_path, cache):
    (tmp_path / "bars.csv").write_text(
        "timestamp,open,high,low,close\n2026-03-04T14:00Z,1,1,1,1\n2026-03-04T14:01Z,1,1,1,1\n"
    )
    settings = Settings(history=tmp_path / "history", cache=cache, collector=CYCLE)
    asked = Asked(
        Access(str(tmp_path / "bars.csv"), instrument="BTC-USD"), settings, AS_OF, suite="collector", record=False
    )
    why = reasons(validate(asked, "0").run)
    assert set(why.values()) == {"files hold bars alone, not the tables of a collector"}


@pytest.mark.parametrize("kind", ["timestamp", "bigint", "date"])
def test_other_forms_of_time_mean_the_same(kind, server, schema):
    create(server, schema)
    value = {
        "timestamp": "to_timestamp({0}) AT TIME ZONE 'America/New_York'",
        "bigint": "{0} * 1000::bigint",
        "date": "(to_timestamp({0}) AT TIME ZONE 'UTC')::date",
    }[kind]
    step = DAY if kind == "date" else HOUR
    instants = [instant("2026-03-06T00:00") + at * step for at in range(6)]
    server.run(f"CREATE TABLE {schema}.reference_levels (level_type text, instrument text, timestamp {kind})")
    server.run(
        *(
            f"INSERT INTO {schema}.reference_levels VALUES ('pivot', 'NQ=F', {value.format(at // SECOND)})"
            for at in instants
        )
    )
    with opened(server, schema, timezone="America/New_York") as source:
        levels = source.levels(instants[1], instants[5])
        nothing = source.levels(instants[5] + 1, instants[5] + DAY)
    assert levels.timestamp.tolist() == instants[1:5]
    assert set(zip(levels.level_type, levels.instrument, strict=True)) == {("pivot", "NQ=F")}
    assert len(nothing.timestamp) == 0


def test_times_without_a_zone_need_one(server, schema):
    create(server, schema)
    server.run(f"CREATE TABLE {schema}.reference_levels (level_type text, instrument text, timestamp timestamp)")
    with opened(server, schema) as source:
        assert "no time zone" in source.levels(NOON, NOON + HOUR).reason


def test_odd_tables_are_read_as_they_are(server, schema):
    create(server, schema)
    server.run(
        f"CREATE TYPE {schema}.grade AS ENUM ('low', 'high')",
        f'CREATE TABLE {schema}."Log 100%" (component text, operation varchar(9), error_message text, severity {schema}.grade, ts timestamptz)',
        f"INSERT INTO {schema}.\"Log 100%\" VALUES (NULL, 'fetch', repeat('x', 900), 'high', '2026-03-04T14:00Z'), "
        "('a', NULL, NULL, NULL, '2026-03-04T13:00Z'), ('a', 'b', 'c', 'low', 'infinity'), ('a', 'b', 'c', 'low', NULL)",
    )
    with opened(server, schema, errors_table="Log 100%", columns={"volume": "volume"}) as source:
        missing = source.error_log(AS_OF - 2 * HOUR, AS_OF)
    assert isinstance(missing, Absent)
    server.run(f'ALTER TABLE {schema}."Log 100%" RENAME ts TO timestamp')
    with opened(server, schema, errors_table="Log 100%") as source:
        log = source.error_log(AS_OF - 2 * HOUR, AS_OF)
    assert log.timestamp.tolist() == [AS_OF - 2 * HOUR, AS_OF - HOUR]
    assert (log.component, log.operation, log.severity) == (["a", ""], ["", "fetch"], ["", "high"])
    assert [len(message) for message in log.message] == [0, 500]


def test_the_command_tells_it_as_the_schema_says(server, schema, desk):
    create(server, schema)
    fill_tables(server, schema, case("failed_cycle"))
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\n')
    words = (server.tcp(), "--suite", "collector", "--window", "1h", "--at", "2026-03-04T15:00Z")
    answer = desk.json(*words, FETCH_INTERVAL_SECONDS="60")
    told = [one for one in answer.report["findings"] if one["check"] == "failed_cycle"]
    assert {(one["instrument"], one["interval"]) for one in told} == {(None, None)}
    assert answer.status == 1
    assert "hunter2" not in answer.out
    assert "set [collector] cycle, or FETCH_INTERVAL_SECONDS" in desk.json(*words).out


def test_nothing_is_read_that_no_suite_asks_for(server, schema, ask):
    create(server, schema)
    minutes(server, schema, ["BTC-USD"])
    without = ask(suite="ohlc_1m")
    assert (reasons(without), without.cycles) == ({}, None)
    unsaid = ask(collector=CollectorSettings())
    assert reasons(unsaid)["failed_cycle"].startswith("nobody says how often")
    assert unsaid.cycles is None


def test_failed_cycles_explain_the_bars_that_did_not_come(server, schema, ask):
    create(server, schema)
    lost = range(20, 32)
    minutes(server, schema, ["NQ=F", "ES=F"], *lost)
    minutes(server, schema, ["BTC-USD"], *lost)
    fill_tables(server, schema)
    for name in ("NQ=F", "ES=F"):
        logged(server, schema, f"fetch {name}", *(ago - 1 for ago in lost))  # a bar is fetched when it is over
    run = ask()
    incidents = {one.check: one for one in run.incidents}
    told = incidents["failed_cycle"]
    assert told.message.endswith("That explains 24 missing bars of ES=F, NQ=F.")
    assert (told.severity, set(told.series)) == ("critical", {"ES=F", "NQ=F"})
    assert run.cycles == (60, 12)
    assert incidents["missing_bar"].series == ("BTC-USD",)
    assert "failed_cycle: 12 of 60 cycles failed" in render(run, width=300)
    assert {one.series for one in run.findings if one.check == "failed_cycle"} == {None}
    assert all(one.verdict == "fail" for each in run.series for one in each.checks if one.check == "failed_cycle")


def test_bars_that_were_lost_at_another_time_are_not_explained(server, schema, ask):
    create(server, schema)
    minutes(server, schema, ["BTC-USD"], *range(20, 32))
    fill_tables(server, schema)
    logged(server, schema, "fetch all", *range(1, 9), *range(45, 56))
    run = ask()
    assert {one.check for one in run.incidents} == {"failed_cycle", "missing_bar"}
    assert "explains" not in "".join(one.message for one in run.incidents)


def test_retries_that_succeeded_explain_nothing(server, schema, ask):
    create(server, schema)
    minutes(server, schema, ["BTC-USD"], *range(20, 32))
    fill_tables(server, schema)
    server.run(
        f"INSERT INTO {schema}.error_log SELECT 'fetcher', 'fetch', 'retry 1 of 3', 'warning', "
        f"to_timestamp({AS_OF // SECOND} - 60 * n) FROM generate_series(1, 60) AS n"
    )
    told = {one.check: one for one in ask().incidents}
    assert told["failed_cycle"].cause == "retries"
    assert told["missing_bar"].series == ("BTC-USD",)
    assert "explains" not in told["failed_cycle"].message


def test_a_hundred_series_whose_levels_stopped_are_told_once(server, schema, ask):
    create(server, schema)
    names = [f"C{number:03}-USD" for number in range(100)]
    minutes(server, schema, names)
    fill_tables(server, schema)
    hours = np.arange(AS_OF - 9 * DAY, AS_OF - HOUR, HOUR) // SECOND
    server.run(
        f"INSERT INTO {schema}.reference_levels SELECT kind, name, 1, to_timestamp(at) "
        f"FROM unnest(ARRAY['pivot', 'high']) AS kind, unnest('{{{','.join(names)}}}'::text[]) AS name, "
        f"unnest('{{{','.join(map(str, hours.tolist()))}}}'::bigint[]) AS at"
    )
    run = ask()
    (incident,) = run.incidents
    assert (incident.check, len(incident.series), len(incident.findings)) == ("uncovered_level", 100, 200)
    text = render(run, width=120)
    assert text.count("uncovered_level:") == 2  # the incident, and what to do
    assert "200 times in 100 series" in text
    server.run(f"DROP TABLE {schema}.reference_levels")
    assert render(ask(), width=120).count("there is no table") == 1


@pytest.mark.parametrize("dead", [False, True], ids=["never had any", "died weeks ago"])
def test_an_instrument_without_levels_fails_only_where_they_are_promised(dead, server, schema, ask):
    create(server, schema)
    one = case("uncovered_level")
    fill_tables(server, schema, one)
    minutes(server, schema, ["BTC-USD"])
    last = f"to_timestamp({(one.as_of - 40 * DAY) // SECOND})"
    if dead:
        server.run(f"INSERT INTO {schema}.reference_levels VALUES ('daily_low', 'BTC-USD', 1, {last})")

    def verdicts(**collector):
        run = ask(collector=replace(CYCLE, **collector), as_of=one.as_of)
        checks = {each.series.instrument: each.checks for each in run.series}
        return {name: next(one for one in told if one.check == "uncovered_level") for name, told in checks.items()}

    unsaid, promised = verdicts(), verdicts(levels={"daily_low": 1})
    assert {name: each.verdict for name, each in promised.items()} == {"NQ=F": "pass", "BTC-USD": "fail"}
    assert unsaid["BTC-USD"].verdict == "not_checked"
    assert "none of BTC-USD" in unsaid["BTC-USD"].reason
