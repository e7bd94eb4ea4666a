"""PostgreSQL: an answer that is cut, wherever, by whomever, is never taken for a short one."""

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from bar_tables import START, create, fill, of_several_statements
from postgres_server import started
from source_reading import ALL, MINUTE
from tcp_proxy import Fault, proxy

from dq.model import SourceError
from dq.reports import render
from dq.run import Asked, validate
from dq.settings import SeriesSettings, read_settings
from dq.sources import Access, Wanted, open_source
from dq.sources.postgres import asking

END = START + 3000 * MINUTE


def asked_of(url, schema, folder, **access):
    """All bars of all series of a table, judged as `dq validate` judges them."""
    access = Access(url, schema=schema, **({"retries": 0} | access))
    settings = read_settings({"DQ_CACHE_DIR": str(folder / "cache")}, Path(folder))
    flags = SeriesSettings(interval=MINUTE, calendar="24/7")
    return Asked(access, settings, now=END, begin=START - MINUTE, end=END, flags=flags, record=False, folder=folder)


def judged(url, schema, folder, **access):
    return validate(asked_of(url, schema, folder, **access), "0").run


def content(run):
    """What a run says, whenever and wherever it was."""
    return json.loads(render("json", replace(run, id="", seconds=0.0, source=""), width=100, coloured=False))


@pytest.fixture
def bars(server, schema, monkeypatch):
    """3,000 bars of each of two series, read by several statements; one of them has a hole."""
    of_several_statements(server, schema, monkeypatch)
    server.run(f"DELETE FROM {schema}.ohlc_data WHERE instrument = 'ES' AND timestamp BETWEEN '2024-01-01 06:00Z' AND '2024-01-01 07:00Z'")  # fmt: skip
    return schema


def assert_untold(run):
    assert (run.verdict, run.exit_code, run.findings, run.series) == ("unknown", 3, (), ())
    (error,) = run.errors
    assert error.message.startswith("PostgreSQL")
    assert "\n" not in error.message
    assert error.hint
    assert "s3cret" not in error.message + error.hint


def test_wherever_the_connection_is_cut_nothing_is_told_or_the_truth(server, bars, tmp_path):
    with proxy(server.port) as through:
        sound = judged(through.url(server.tcp()), bars, tmp_path)
        total = through.passed[0]
    assert sound.verdict == "fail"
    assert {one.bars for one in sound.series} == {2939, 3000}
    untold = 0
    for number, after in enumerate([*range(0, 40, 4), *range(60, total, total // 19), *range(total - 90, total, 9)]):
        with proxy(server.port, Fault(after, then=("cut", "reset")[number % 2])) as through:
            run = judged(through.url(server.tcp()), bars, tmp_path)
        if (
            run.verdict == "fail"
        ):  # whatever was cut was needed for nothing: the farewell, or what the second had taken on
            assert content(run) == content(sound)
        else:
            assert_untold(run)
            untold += 1
    assert untold > 20


@pytest.mark.parametrize("then", ["cut", "reset"])
def test_a_second_connection_that_is_cut_is_not_forgotten(server, bars, tmp_path, then):
    slow = Fault(delay=0.02)
    with proxy(server.port, slow, Fault(90_000, then=then)) as through:
        assert_untold(judged(through.url(server.tcp()), bars, tmp_path))
        assert len(through.passed) == 2


def test_where_a_second_connection_is_not_to_be_had_the_first_does_it_all(server, bars, tmp_path):
    server.run("CREATE ROLE single LOGIN PASSWORD 'one' CONNECTION LIMIT 1", "GRANT reader TO single")
    run = judged(server.tcp(user="single", password="one"), bars, tmp_path)
    assert content(run) == content(judged(server.tcp(), bars, tmp_path))


def test_a_lost_connection_begins_a_fresh_snapshot(server, bars, tmp_path):
    sound = judged(server.tcp(), bars, tmp_path)
    fault = Fault(50_000, then="cut")
    with proxy(server.port, fault, fault, fault, fault) as through:
        assert content(judged(through.url(server.tcp()), bars, tmp_path, retries=4)) == content(sound)
    with proxy(server.port, then=Fault(20_000, then="cut")) as through:
        assert_untold(judged(through.url(server.tcp()), bars, tmp_path, retries=2))
        assert through.passed.count(20_000) == 3  # the others are second connections


@pytest.mark.parametrize("after", [3000, 20_000, 100_000])
def test_a_server_that_falls_silent_is_told_once(server, bars, tmp_path, monkeypatch, after):
    monkeypatch.setattr(asking, "GRACE", 0.2)
    silent = Fault(after, then="silent")
    with proxy(server.port, then=silent) as through:
        run = judged(through.url(server.tcp()), bars, tmp_path, call_seconds=0.6, retries=3)
        assert_untold(run)
        assert "fell silent: " in run.errors[0].message
        assert "call_timeout under [source]" in run.errors[0].hint
        assert len(through.passed) <= 2


def test_a_session_that_is_terminated_is_begun_again(server, bars, tmp_path):
    def terminate():
        server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dq'")

    with proxy(server.port, Fault(60_000, do=terminate, delay=0.01)) as through:
        run = judged(through.url(server.tcp()), bars, tmp_path)
        assert_untold(run)
        assert "ended the connection while " in run.errors[0].message
    with proxy(server.port, Fault(60_000, do=terminate, delay=0.01)) as through:
        again = judged(through.url(server.tcp()), bars, tmp_path, retries=1)
    assert content(again) == content(judged(server.tcp(), bars, tmp_path))


def test_a_server_that_dies_while_it_is_read():
    with started() as own:
        own.run("CREATE SCHEMA s", "GRANT USAGE ON SCHEMA s TO reader")
        create(own, "s")
        fill(own, "s", 200_000, names=("ES",))
        postmaster = int((own.folder / "postmaster.pid").read_text().splitlines()[0])
        kill = Fault(
            1_000_000, do=lambda: os.kill(postmaster, signal.SIGQUIT), delay=0.005
        )  # what pg_ctl calls immediate
        with (
            proxy(own.port, kill) as through,
            open_source(Access(through.url(own.tcp()), schema="s")) as source,
            pytest.raises(
                SourceError, match=r"ended the connection while reading bars of ES|lost the connection"
            ) as told,
        ):
            list(source.read([Wanted("ES", ALL)]))
        assert told.value.passing


def test_what_is_written_while_a_run_lasts_changes_nothing(server, bars, tmp_path):
    sound = judged(server.tcp(), bars, tmp_path)

    def write():
        server.run(
            f"DELETE FROM {bars}.ohlc_data WHERE timestamp < '2024-01-02Z'",
            f"UPDATE {bars}.ohlc_data SET high = 1",
            f"INSERT INTO {bars}.ohlc_data SELECT 'new', timestamp, 1, 1, 1, 1, 1 FROM {bars}.ohlc_data WHERE instrument = 'ES'",
        )

    with proxy(server.port, Fault(12_000, do=write, delay=0.005)) as through:
        during = judged(through.url(server.tcp()), bars, tmp_path)
        assert through.passed[0] > 12_000
    assert content(during) == content(sound)
    assert content(judged(server.tcp(), bars, tmp_path)) != content(sound)
