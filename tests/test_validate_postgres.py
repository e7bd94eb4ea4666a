"""`dq validate` on PostgreSQL, when the server, the table or its bars are not as they should be."""

import signal
import socket
import time

import pytest
from bar_tables import create
from conftest import free_port
from market_samples import NOON
from validate_support import minute

from dq.model import DAY, MINUTE, instant_text

AT = minute(60)


@pytest.fixture
def shell(shell, schema):
    shell.write("dq.toml", f'[source]\nschema = "{schema}"\n')
    return shell


@pytest.fixture
def silent():
    """A port that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def walked(server, schema, first, last, name="BTC-USD", *, stamp="to_timestamp(at)"):
    """A calm walk, a bar a minute, from one minute after noon to another."""
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT '{name}', {stamp}, 100 + sin(n), 102, 98, 100 + sin(n + 1), abs(n) % 17 + 1 "
        f"FROM (SELECT n, {NOON // 1_000_000} + 60 * n AS at FROM generate_series({first}, {last - 1}) AS n) AS minutes"
    )


def ask(desk, url, *words, **environment):
    """The answer for the hour after noon."""
    return desk.json(url, "--window", "1h", "--at", AT, *words, **environment)


def untold(answer):
    """The one reason why nothing could be told."""
    assert (answer.status, answer.report["run"]["verdict"], answer.err) == (3, "unknown", "")
    (error,) = answer.errors
    assert "\n" not in error["message"]
    assert "hunter2" not in answer.out
    return error["message"]


def test_an_hour_without_a_defect(server, schema, desk):
    create(server, schema, price="numeric(20, 10)")
    walked(server, schema, -600, 60)
    answer = ask(desk, server.tcp())
    assert (answer.status, answer.findings, answer.errors, answer.err) == (0, [], [], "")
    assert answer.report["summary"]["expected_bars"] == 60
    assert "s3cret" not in answer.out


def test_servers_that_cannot_be_entered(server, desk):
    assert "refused the password" in untold(ask(desk, server.tcp(password="hunter2")))
    assert "has no such database" in untold(ask(desk, server.tcp(name="nowhere")))
    port = free_port()
    assert "nobody listens there" in untold(ask(desk, f"postgresql://reader:hunter2@127.0.0.1:{port}/bars"))


def test_a_server_that_never_answers_is_told_within_five_seconds(server, shell, silent):
    begun = time.monotonic()
    ask(shell, server.tcp(password="hunter2"))
    refused = time.monotonic() - begun  # what the command takes on this machine when nothing keeps it waiting
    answer = ask(shell, f"postgresql://reader:hunter2@127.0.0.1:{silent}/bars")
    assert time.monotonic() - begun - 2 * refused < 5
    assert answer.report["run"]["seconds"] < 5
    assert "did not answer" in untold(answer)


def test_a_deadline_ends_the_wait_sooner(desk, silent):
    answer = ask(desk, f"postgresql://reader:hunter2@127.0.0.1:{silent}/bars", "--deadline", "1s")
    assert "did not end within 1s" in untold(answer)


def test_an_interrupt_ends_the_wait_at_once(shell):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)
        port = listening.getsockname()[1]
        program = shell.start(f"postgresql://reader@127.0.0.1:{port}/bars", "--format", "json")
        client, _ = listening.accept()
        with client:
            client.recv(1)  # it has asked, and waits
            program.send_signal(signal.SIGINT)
            out, err = program.communicate(
                timeout=8
            )  # now and then the driver keeps the interrupt until its own limit, 4 s
    assert (program.returncode, out, err) == (130, b"", b"dq: interrupted.\n")


def test_tables_that_cannot_become_bars(server, schema, desk):
    assert f"has no table {schema}.ohlc_data that this role can see" in untold(ask(desk, server.tcp()))
    create(server, schema)
    answer = ask(desk, server.tcp())
    assert untold(answer).startswith("There are no bars to check in PostgreSQL at ")
    assert ask(desk, server.tcp(), "--allow-empty").status == 0
    server.run(f"ALTER TABLE {schema}.ohlc_data ALTER open TYPE text")
    told = untold(ask(desk, server.tcp()))
    assert 'column "open" is text, needed is a number' in told


def test_naive_timestamps_want_a_zone(server, schema, desk):
    create(server, schema, stamp="timestamp")
    walked(server, schema, -600, 60, stamp="to_timestamp(at) AT TIME ZONE 'America/New_York'")
    answer = ask(desk, server.tcp())
    assert (answer.status, answer.out) == (2, "")
    assert answer.sentence.endswith("have no time zone")
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\ntimezone = "America/New_York"\n')
    assert ask(desk, server.tcp()).status == 0


def test_one_bar_does_not_say_its_interval(server, schema, desk):
    create(server, schema)
    walked(server, schema, 57, 58)
    assert "do not say their interval" in untold(ask(desk, server.tcp()))
    assert ask(desk, server.tcp(), "--interval", "1m").report["summary"]["bars"] == 1


def test_an_hour_of_which_half_is_not_there_is_not_called_complete(server, schema, desk):
    create(server, schema)
    walked(server, schema, 30, 60)  # its first bars ever: a new series, or one whose past was deleted
    (series,) = ask(desk, server.tcp()).report["series"]
    assert series["bars"] == 30
    assert series["expected_bars"] <= 30 or series["completeness"] < 0.6


def test_prices_that_are_all_null_are_one_finding(server, schema, desk):
    create(server, schema, price="numeric")
    walked(server, schema, -600, 60)
    server.run(f"UPDATE {schema}.ohlc_data SET open = NULL, high = NULL, low = NULL, close = NULL")
    answer = ask(desk, server.tcp())
    assert (answer.status, answer.errors) == (1, [])
    assert answer.findings == [("null_price", "BTC-USD", minute(-2), minute(59), 62, "critical")]


def test_a_series_that_died_within_the_window_does_not_vanish(server, schema, desk):
    create(server, schema)
    walked(server, schema, -600, 60)
    dead = -20 * DAY // MINUTE
    walked(server, schema, dead - 600, dead, name="ETH-USD")
    answer = desk.json(server.tcp(), "--window", "30d", "--at", AT)
    assert answer.status == 1
    assert ("stale_series", "ETH-USD") in {finding[:2] for finding in answer.findings}


def test_a_stretch_of_the_past_is_judged_by_the_bars_that_it_has(server, schema, desk):
    create(server, schema)
    walked(server, schema, -600, 120)
    answer = desk.json(server.tcp(), "--from", instant_text(NOON), "--to", AT)
    assert (answer.status, answer.errors) == (0, [])
    assert answer.report["summary"]["bars"] == 62  # two of them were stamped before it and fell due in it


def test_a_name_that_the_table_does_not_have(server, schema, desk):
    create(server, schema)
    walked(server, schema, -600, 60)
    assert untold(ask(desk, server.tcp(), "--instrument", "NQ=F")).startswith("There is no bar of NQ=F in PostgreSQL")


def test_whoever_named_a_series_that_is_not_there_is_told_and_what_may_be_meant(server, schema, desk):
    create(server, schema)
    walked(server, schema, -600, 60, "NQ=F")
    named = {
        "leave --instrument out": ask(desk, server.tcp(), "--instrument", "NQF"),
        "INSTRUMENT names it": ask(desk, server.tcp(), INSTRUMENT="NQF"),
    }
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\n[series."NQF"]\ntick = 0.25\n')
    named['[series."NQF"] in dq.toml names it'] = ask(desk, server.tcp())
    for said, answer in named.items():
        assert untold(answer).endswith("(did you mean 'NQ=F'?).")
        assert said in answer.errors[0]["hint"]


def test_a_series_that_is_named_twice_is_judged_once(server, schema, desk):
    create(server, schema)
    walked(server, schema, -600, 60)
    answer = ask(desk, server.tcp(), "--instrument", "BTC-USD", "--instrument", "BTC-USD")
    assert (answer.status, [one["instrument"] for one in answer.report["series"]]) == (0, ["BTC-USD"])
