"""PostgreSQL: time is bounded, what may be gone in a moment is tried again, and nothing is left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest
from bar_tables import START, create, fill
from conftest import free_port
from source_reading import MINUTE
from tcp_proxy import Fault, proxy
from test_source_postgres_cut import asked_of
from validate_support import called, until_it_waits

from dq.model import instant_text
from dq.run import validate
from dq.sources import Access, open_source

AT = instant_text(START + 600 * MINUTE)
WORDS = ("--window", "10h", "--at", AT, "--calendar", "24/7", "--interval", "1m")


@pytest.fixture
def shell(shell, schema):
    shell.write("dq.toml", f'[source]\nschema = "{schema}"\n')
    return shell


@pytest.fixture
def bars(server, schema):
    create(server, schema, price="numeric")
    fill(server, schema, 600)
    return schema


def option(connection, level, name):
    with socket.socket(fileno=os.dup(connection.fileno())) as line:
        return line.getsockopt(level, name)


def test_a_peer_that_is_gone_is_noticed_by_the_system_too(server, bars):
    with open_source(Access(server.tcp(), schema=bars)) as source:
        connection = source._asking._connection
        assert option(connection, socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert option(connection, socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 10
        assert option(connection, socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 25_000
    with open_source(Access(f"{server.tcp()}?keepalives_idle=77&tcp_user_timeout=7000", schema=bars)) as source:
        connection = source._asking._connection
        assert option(connection, socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 77
        assert option(connection, socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 7000


def test_a_silent_host_leaves_time_for_the_next_one(server, bars):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = server.tcp().replace(f"127.0.0.1:{server.port}", f"127.0.0.1:{port},127.0.0.1:{server.port}")
        with open_source(Access(url, schema=bars)) as source:
            assert source.listed(0, START + 600 * MINUTE)


def test_a_silent_peer_is_told_once_and_with_the_setting_that_changes_it(desk, bars):
    desk.write("dq.toml", '[source]\nconnect_timeout = "1s"\n')
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        answer = desk.json(f"postgresql://reader:hunter2@127.0.0.1:{silent.getsockname()[1]}/bars", *WORDS)
        assert time.monotonic() - begun < 5
        silent.settimeout(0.1)
        silent.accept()[0].close()
        with pytest.raises(TimeoutError):
            silent.accept()
    (error,) = answer.errors
    assert error["message"].endswith("did not answer within 1 s")
    assert "connect_timeout under [source]" in error["hint"]


@pytest.mark.parametrize(
    ("after", "doing"),
    [
        (0, "connecting to PostgreSQL at "),
        (700, "from PostgreSQL at "),
        (20_000, "reading bars of ES and 1 other from "),
    ],
)
def test_a_deadline_says_what_was_being_done_and_for_how_long(server, desk, bars, after, doing):
    with proxy(server.port, then=Fault(after, then="silent")) as through:
        begun = time.monotonic()
        answer = desk.json(through.url(server.tcp()), *WORDS, "--deadline", "1s")
        assert time.monotonic() - begun < 5
    assert (answer.status, answer.err) == (3, "")
    (error,) = answer.errors
    assert re.search(rf"^The run did not end within 1s: it has been .*{doing}.* for \d\.\d s", error["message"])
    assert "--deadline 2m, or deadline in dq.toml" in error["hint"]
    assert "s3cret" not in answer.out


def test_a_server_that_is_back_in_a_moment_is_asked_again(server, shell, desk, bars):
    sound = desk.json(server.tcp(), *WORDS)
    refused = Fault(refused=True)
    with proxy(server.port, refused, refused, Fault(9000, then="cut")) as through:
        answer = shell.json(through.url(server.tcp()), *WORDS, "--log-level", "debug")
    assert (answer.status, answer.findings) == (sound.status, sound.findings)
    attempts = [line for line in answer.err.splitlines() if "attempt" in line]
    assert [re.search(r"attempt \d of \d", line)[0] for line in attempts] == [f"attempt {n} of 4" for n in (2, 3, 4)]
    assert answer.err.count(" failed after 0.") >= 3
    assert "server closed the connection unexpectedly" in answer.err
    assert "s3cret" not in answer.err


def test_as_many_attempts_as_the_settings_say(shell, bars):
    shell.write("dq.toml", "[source]\nretries = 1\n")
    url = f"postgresql://reader:hunter2@127.0.0.1:{free_port()}/bars"
    answer = shell.json(url, *WORDS, "--log-level", "debug")
    assert answer.status == 3
    assert "nobody listens there" in answer.errors[0]["message"]
    assert answer.err.count("failed after") == 1 * 2 + 2  # told by the connection and by the attempt
    assert "hunter2" not in answer.err


@pytest.mark.parametrize("command", [("profile",), ("selftest", "--window", "10h", "--each", "1")])
def test_other_commands_begin_again_too(server, desk, bars, command):
    with proxy(server.port, Fault(4000, then="cut")) as through:
        status, _, err = called(desk, *command, through.url(server.tcp()), "--at", AT, "--calendar", "24/7")
        assert (status in {0, 1}, err) == (True, "")
        assert len(through.passed) == 2


def test_a_server_without_a_connection_to_spare_is_asked_again(server, bars, tmp_path):
    server.run("CREATE ROLE alone LOGIN PASSWORD 'lonely' CONNECTION LIMIT 1", "GRANT reader TO alone")
    url = server.tcp(user="alone", password="lonely")
    holder = psycopg.connect(url)
    run = validate(asked_of(url, bars, tmp_path), "0").run
    assert "has no connection left" in run.errors[0].message
    threading.Timer(0.4, holder.close).start()
    run = validate(asked_of(url, bars, tmp_path, retries=3), "0").run
    assert (run.errors, len(run.series)) == ((), 2)


def test_all_attempts_to_connect_share_their_time(server, bars, tmp_path):
    refused = Fault(refused=True)
    with proxy(server.port, refused, refused, then=Fault(0, then="silent")) as through:
        begun = time.monotonic()
        access = {"connect_seconds": 2.0, "retries": 3}
        run = validate(asked_of(through.url(server.tcp()), bars, tmp_path, **access), "0").run
        assert time.monotonic() - begun < 3
        assert "did not answer within" in run.errors[0].message
        assert len(through.passed) == 3


@pytest.mark.parametrize("wrong", ["password", "database", "table"])
def test_what_stays_wrong_is_asked_once(server, bars, tmp_path, wrong):
    with proxy(server.port) as through:
        url = server.tcp(password="hunter2") if wrong == "password" else server.tcp()
        url = server.tcp(name="nowhere") if wrong == "database" else url
        run = validate(
            asked_of(through.url(url), "nowhere" if wrong == "table" else bars, tmp_path, retries=3), "0"
        ).run
        assert run.exit_code == 3
        assert len(through.passed) == 1


def test_an_interrupt_ends_a_silent_read_soon_and_quietly(server, shell, bars):
    asked = threading.Event()
    with proxy(server.port, Fault(6000, do=asked.set, then="silent")) as through:
        program = shell.start(through.url(server.tcp()), *WORDS, "--format", "json")
        assert asked.wait(20)
        until_it_waits(program)
        program.send_signal(signal.SIGINT)
        begun = time.monotonic()
        out, err = program.communicate(timeout=8)
        assert time.monotonic() - begun < 3
    assert (program.returncode, out, err) == (130, b"", b"dq: interrupted.\n")


def left_behind(server):
    """Descriptors and threads of ours, connections of dq's at the server, which notices a little later that they ended."""
    count, until = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'dq'", time.monotonic() + 20
    while (connections := server.run(count)[0][0]) and time.monotonic() < until:
        time.sleep(0.02)
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count(), connections


def test_nothing_is_left_behind_by_many_runs(server, bars, tmp_path):
    def runs():
        assert validate(asked_of(server.tcp(), bars, tmp_path), "0").run.errors == ()
        assert validate(asked_of(server.tcp(password="no"), bars, tmp_path), "0").run.exit_code == 3

    runs()
    before = left_behind(server)
    assert before[2] == 0
    for _ in range(10):
        runs()
    assert left_behind(server) == before
    for after in range(0, 20_000, 1700):
        with proxy(server.port, Fault(after, then="cut")) as through:
            validate(asked_of(through.url(server.tcp()), bars, tmp_path), "0")
    assert left_behind(server) == before


@pytest.mark.parametrize("broken", [False, True])
def test_nothing_is_warned_of(server, shell, bars, broken):
    shell.write("dq.toml", f'[source]\nschema = "{bars}"\nretries = 1\n')
    with proxy(server.port, then=Fault(9000, then="cut") if broken else Fault()) as through:
        words = [sys.executable, "-W", "error", "-X", "dev", "-m", "dq", "validate", through.url(server.tcp()), *WORDS]
        program = subprocess.run(words, cwd=shell.folder, env=shell.environment, capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert program.stderr == ""
    assert program.returncode == (3 if broken else 1)
