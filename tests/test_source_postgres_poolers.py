"""PostgreSQL behind poolers: one transaction is all that dq needs, and it leaves no trace in the connection."""

import socket
import struct
import threading
import time
from contextlib import contextmanager

import psycopg
import pytest
from bar_tables import START, create, fill, of_several_statements
from pooler import pooled
from source_reading import MINUTE
from tcp_proxy import Fault, proxy
from test_source_postgres_cut import assert_untold, content, judged

from dq.model import SourceError
from dq.sources import Access, open_source

MODES = ("session", "transaction")


@pytest.fixture
def bars(server, schema, monkeypatch):
    return of_several_statements(server, schema, monkeypatch)


@pytest.mark.parametrize("size", [1, 4])
@pytest.mark.parametrize("mode", MODES)
def test_bars_come_through_a_pooler_as_they_are(server, bars, tmp_path, mode, size):
    sound = judged(server.tcp(), bars, tmp_path)
    assert sum(one.bars for one in sound.series) == 6000
    with pooled(server, mode, default_pool_size=size) as pooler:
        begun = time.monotonic()
        for _ in range(3):  # each finds the connection that the one before gave back
            assert content(judged(pooler.url(), bars, tmp_path)) == content(sound)
        assert time.monotonic() - begun < 15


def test_nothing_of_a_run_stays_in_the_connection(server, bars, tmp_path):
    with pooled(server, default_pool_size=1) as pooler:
        with psycopg.connect(pooler.url(), autocommit=True, prepare_threshold=None) as before:
            process = before.execute("SELECT pg_backend_pid()").fetchone()
        judged(pooler.url(), bars, tmp_path)
        with psycopg.connect(pooler.url(), autocommit=True, prepare_threshold=None) as after:
            told = after.execute(
                "SELECT pg_backend_pid(), current_setting('statement_timeout'), current_setting('jit'), "
                "current_setting('transaction_read_only'), (SELECT count(*) FROM pg_prepared_statements)"
            ).fetchone()
    assert told == (*process, "0", server.run("SHOW jit")[0][0], "off", 0)


def test_parameters_that_a_pooler_refuses_are_told(server, bars):
    with pooled(server) as pooler, pytest.raises(SourceError, match="does not take all parameters of the URL") as told:
        open_source(Access(pooler.url(more="?options=-csearch_path%3Dpublic"), schema=bars))
    assert "schema under [source]" in told.value.hint
    assert not told.value.passing


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"password": "hunter2"}, "refused the password"),
        ({"user": "nobody_here"}, "refused the"),
        ({"name": "nowhere"}, "has no such database"),
    ],
)
def test_what_a_pooler_refuses_is_told_as_the_server_would(server, bars, wrong, message):
    with pooled(server) as pooler, pytest.raises(SourceError, match=message) as told:
        open_source(Access(pooler.url(**wrong), schema=bars))
    assert not told.value.passing
    assert "hunter2" not in told.value.message + told.value.hint


def test_a_pooler_without_a_connection_to_spare_is_asked_again(server, bars, tmp_path):
    with pooled(server, default_pool_size=1, query_wait_timeout=1) as pooler:
        holder = psycopg.connect(pooler.url(), prepare_threshold=None)
        holder.execute("SELECT 1")
        run = judged(pooler.url(), bars, tmp_path)
        assert_untold(run)
        assert "has no connection left" in run.errors[0].message
        threading.Timer(0.5, holder.close).start()
        assert judged(pooler.url(), bars, tmp_path, retries=3).errors == ()


def test_a_pooler_that_keeps_everybody_waiting_is_told_of(server, bars, tmp_path):
    with pooled(server, default_pool_size=1) as pooler, psycopg.connect(pooler.url()) as holder:
        holder.execute("SELECT 1")
        run = judged(pooler.url(), bars, tmp_path, call_seconds=0.3, retries=3)
        assert_untold(run)
        assert "fell silent: beginning to read" in run.errors[0].message
        assert "the pooler between dq and the server" in run.errors[0].hint


@pytest.mark.parametrize("mode", MODES)
def test_a_pooler_that_dies_while_bars_are_read(server, bars, tmp_path, mode):
    with pooled(server, mode) as pooler:
        sound = judged(pooler.url(), bars, tmp_path)
        with proxy(pooler.port, Fault(5_000, do=pooler.program.kill, delay=0.05)) as way:
            run = judged(way.url(pooler.url()), bars, tmp_path)
    if run.verdict == "unknown":
        assert_untold(run)
    else:  # all that was asked for had left the pooler before
        assert content(run) == content(sound)


@contextmanager
def refusing(words):
    """A peer that answers every client with a FATAL error of those words, as Supabase's pooler does."""
    fields = b"".join((b"SFATAL\0", b"VFATAL\0", b"CXX000\0", b"M", words.encode(), b"\0", b"\0"))
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                with client:
                    client.recv(4096)
                    client.sendall(b"E" + struct.pack("!i", len(fields) + 4) + fields)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize(
    ("words", "message", "hint", "passing"),
    [
        ("Tenant or user not found", "does not know the project", "postgres.REFERENCE", False),
        ("(ENOTFOUND) tenant/user reader.abc not found", "does not know the project", "postgres.REFERENCE", False),
        ("MaxClientsInSessionMode: max clients reached", "has no connection left", "", True),
        ("SSL connection is required", "takes encrypted connections only", "sslmode=require", False),
    ],
)
def test_what_supabase_s_pooler_says_in_words(words, message, hint, passing):
    with refusing(words) as port, pytest.raises(SourceError, match=message) as told:
        open_source(
            Access(f"postgresql://reader.abc:hunter2@127.0.0.1:{port}/postgres?sslmode=disable&gssencmode=disable")
        )
    assert hint in told.value.hint
    assert told.value.passing is passing


def test_the_user_of_a_pooler_may_have_a_dot(server, schema):
    server.run("CREATE ROLE \"reader.abc\" LOGIN PASSWORD 'dotted'")
    create(server, schema)
    fill(server, schema)
    server.run(f'GRANT reader TO "reader.abc"')  # noqa: F541
    with open_source(Access(server.tcp(user="reader.abc", password="dotted"), schema=schema)) as source:
        assert len(source.listed(0, START + 20 * MINUTE)) == 2
