"""`dq validate` over REST: the same findings as over PostgreSQL, no noise, and an end in time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest
from http_proxy import answer, capped, in_front_of, silent
from market_samples import NOON
from supabase_lite import PUBLISHABLE, SECRET, lite
from validate_support import minute

AT = minute(3000)
TABLES = [
    "CREATE TABLE {schema}.ohlc_data (instrument text, timestamp timestamptz, open numeric, high numeric, low numeric, close numeric, volume bigint); CREATE INDEX ON {schema}.ohlc_data (instrument, timestamp)",
    # a walk with ten digits, a hole, bars that stand twice, bars turned upside down, rows of nobody
    *(
        f"INSERT INTO {{schema}}.ohlc_data SELECT '{name}', to_timestamp({NOON // 1_000_000} + 60 * n), 100 + round(sin(n)::numeric, 10), 102.0123456789, 98, "
        f"100 + round(sin(n + 1)::numeric, 10), n % 17 + 1 FROM generate_series(0, 2999) AS n WHERE n NOT BETWEEN 2960 AND 2969"
        for name in ("BTC-USD", "ETH-USD")
    ),
    "INSERT INTO {schema}.ohlc_data SELECT * FROM {schema}.ohlc_data WHERE instrument = 'ETH-USD' AND volume = 3",
    "UPDATE {schema}.ohlc_data SET high = 90 WHERE instrument = 'BTC-USD' AND volume = 5 AND timestamp > to_timestamp({noon} + 60 * 2950)".replace(
        "{noon}", str(NOON // 1_000_000)
    ),
    f"INSERT INTO {{schema}}.ohlc_data VALUES (NULL, to_timestamp({NOON // 1_000_000}), 1, 2, 0.5, 1.5, 0)",
    "ALTER TABLE {schema}.ohlc_data ENABLE ROW LEVEL SECURITY",
]


@pytest.fixture(scope="module")
def rest(server):
    with lite(server, *TABLES) as running:
        yield running


@pytest.fixture
def shell(shell, rest):
    shell.write("dq.toml", f'[source]\nschema = "{rest.schema}"\n')
    return shell


def told(answer):
    """What was found, without what two runs may differ in."""
    report = answer.report
    for name in ("id", "seconds", "source"):
        report["run"].pop(name)
    report["run"].pop("notes", None)
    report.pop("notes", None)
    return report


@pytest.mark.parametrize(
    "words", [("--window", "1h"), ("--window", "2d"), ("--from", minute(-10), "--to", minute(3100))]
)
def test_the_same_findings_come_by_both_roads(rest, desk, words):
    asked = [*words, "--at", AT]
    ours = desk.json(rest.url, *asked, SUPABASE_KEY=SECRET)
    theirs = desk.json(rest.server.url, *asked)
    assert ours.err == ""
    assert ours.status == 1
    assert told(ours) == told(theirs)
    with in_front_of(rest.port, lambda number, path: capped(400)) as proxy:
        assert told(desk.json(proxy.url, *asked, SUPABASE_KEY=SECRET)) == told(theirs)


def test_the_collectors_own_variables_and_a_pasted_address(rest, desk):
    answer = desk.json("--at", AT, SUPABASE_URL=f"{rest.url}/rest/v1", SUPABASE_KEY=SECRET)
    assert answer.status == 1
    assert answer.report["run"]["source"] == f"Supabase at 127.0.0.1:{rest.port}, table {rest.schema}.ohlc_data"
    assert SECRET not in answer.out + answer.err


ONE_AFTER_THE_OTHER = (
    "import sys\n"
    "from dq.cli import main\n"
    "for url in sys.argv[2:]:\n"
    "    print(main(['validate', url, '--at', sys.argv[1], '--format', 'json', '--no-history']), '\\nEND')\n"
)


def test_no_library_says_a_word_and_nothing_is_left_open(rest, shell):
    faults = (None, answer(401, b"{}"), answer(503, b"{}"), answer(200, b"[{"))
    shell.write("dq.toml", f'[source]\nschema = "{rest.schema}"\nretries = 1\n')
    with ExitStack() as open_ones:
        plans = (lambda number, path, fault=fault: fault if number > 1 else None for fault in faults)
        urls = [open_ones.enter_context(in_front_of(rest.port, plan)).url for plan in plans]
        program = subprocess.run(
            [sys.executable, "-W", "error", "-X", "dev", "-c", ONE_AFTER_THE_OTHER, AT, *urls],
            cwd=shell.folder,
            env=shell.environment | {"SUPABASE_KEY": SECRET},
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert (program.returncode, program.stderr) == (0, b"")
    said = [text.rpartition("}") for text in program.stdout.decode().split("\nEND\n")[:-1]]
    assert [int(status) for _, _, status in said] == [1, 3, 3, 3]
    assert all(json.loads(report + "}") for report, *_ in said)


def test_a_missing_key_is_told_before_anything_is_fetched(rest, desk):
    with in_front_of(rest.port) as proxy:
        told = desk.json(proxy.url)
        assert (told.status, told.out) == (2, "")
        assert "SUPABASE_KEY" in told.sentence
        assert proxy.seen == []


def test_a_key_that_sees_nothing_could_not_tell(rest, desk):
    told = desk.json(rest.url, "--at", AT, "--allow-empty", SUPABASE_KEY=PUBLISHABLE)
    assert told.status == 3
    assert "shows the publishable key (role anon) no row" in told.errors[0]["message"]
    assert "CREATE POLICY" in told.errors[0]["hint"]


@pytest.mark.parametrize("url", ["https://supabase.com/dashboard/project/abcdefghij", "http://abcdefgh.supabase.co", "https://u:hunter2@h.supabase.co", "https://h.supabase.co:port"])  # fmt: skip
def test_addresses_that_name_no_project(desk, url):
    told = desk.json(url, SUPABASE_KEY=SECRET)
    assert (told.status, told.out) == (2, "")
    assert "hunter2" not in told.err


def test_a_server_that_never_answers_is_told_in_time(rest, desk):
    desk.write("dq.toml", f'[source]\nschema = "{rest.schema}"\nconnect_timeout = "1s"\n')
    with in_front_of(rest.port, lambda number, path: silent) as proxy:
        begun = time.monotonic()
        told = desk.json(proxy.url, SUPABASE_KEY=SECRET)
        assert time.monotonic() - begun < 5  # one, on a machine that does nothing else
        assert len(proxy.seen) == 1
    assert told.status == 3
    assert "did not answer within 1 s" in told.errors[0]["message"]


def test_a_deadline_ends_a_run_that_waits_for_an_answer(rest, desk):
    with in_front_of(rest.port, lambda number, path: silent if number > 2 else None) as proxy:
        begun = time.monotonic()
        told = desk.json(proxy.url, "--deadline", "2s", SUPABASE_KEY=SECRET)
        assert time.monotonic() - begun < 6
    assert told.status == 3
    assert "did not end within 2s" in told.errors[0]["message"]


def test_a_pause_that_the_server_asks_for_does_not_outlast_the_deadline(rest, desk):
    busy = answer(429, b"{}", Retry_After="25")
    with in_front_of(rest.port, lambda number, path: busy if "float8" in path else None) as proxy:
        begun = time.monotonic()
        told = desk.json(proxy.url, "--at", AT, "--deadline", "2s", SUPABASE_KEY=SECRET)
        assert time.monotonic() - begun < 10
    assert told.status == 3


@pytest.mark.parametrize("asked", ["flag", "settings"])
def test_the_key_goes_to_no_other_project(rest, desk, asked):
    with in_front_of(rest.port) as other:
        words = ("--reference", other.url) if asked == "flag" else ()
        if asked == "settings":
            desk.write("dq.toml", f'[source]\nschema = "{rest.schema}"\n[reference]\nurl = "{other.url}"\n')
        told = desk.json(rest.url, "--at", AT, *words, SUPABASE_KEY=SECRET)
        assert other.seen == []
    said = "is another project than the source: SUPABASE_KEY is not sent there"
    if asked == "flag":
        assert told.status == 2
        assert said in told.err + told.sentence
    else:
        assert told.status == 1
        assert any(said in note for note in told.report["run"]["notes"])
