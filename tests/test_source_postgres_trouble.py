"""PostgreSQL: whatever goes wrong is told in a sentence, soon, without a secret and without a traceback."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest
from bar_tables import create, fill
from conftest import free_port
from source_reading import ALL

from dq.model import BarsError, SettingsError, SourceError
from dq.sources import Access, Wanted, open_source
from dq.sources.postgres import asking

SECRET = "s3cret/@:word"


@pytest.fixture
def schema(server, schema):
    """A schema with ten bars of ES, which `reader` may read."""
    create(server, schema, price="numeric")
    fill(server, schema, names=("ES",))
    return schema


def refused(url, kind=SourceError, **access):
    """The error with which opening a source ends; it holds no secret, and neither do those behind it."""
    with pytest.raises(kind) as told:
        open_source(Access(url, **access))
    for part in (SECRET, "s3cret", "hunter2"):
        assert part not in told.value.message + told.value.hint + str(told.value)
    assert "\n" not in told.value.message
    return told.value


@contextmanager
def listening(answer):
    """A server on 127.0.0.1 that treats each client as `answer` does; gives its port and the clients it saw."""
    clients = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                clients.append(client)
                answer(client)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], clients
        server.shutdown(socket.SHUT_RDWR)
    for client in clients:
        client.close()


def test_a_wrong_password(server):
    error = refused(server.tcp(password="hunter2"))
    assert error.message == f"PostgreSQL at 127.0.0.1:{server.port}/postgres refused the password"
    assert "PGPASSWORD" in error.hint


def test_no_password_at_all(server):
    unsaid = refused(f"postgresql://reader@127.0.0.1:{server.port}/postgres")
    assert "asks for a password, and none was given" in unsaid.message


def test_a_database_that_is_not_there(server):
    assert "/nowhere has no such database" in refused(server.tcp(name="nowhere")).message


def test_a_port_on_which_nobody_listens():
    error = refused(f"postgresql://reader:hunter2@127.0.0.1:{free_port()}/bars")
    assert "nobody listens there" in error.message


def test_a_socket_that_is_not_there(tmp_path):
    assert "PostgreSQL at /" in refused(f"postgresql://postgres@/postgres?host={tmp_path}").message


@pytest.mark.parametrize("hosts", [1, 4])
def test_a_peer_that_never_answers_is_told_once_within_the_budget(hosts):
    with listening(lambda client: None) as (port, clients):
        address = ",".join(["127.0.0.1"] * hosts)
        begun = time.monotonic()
        error = refused(f"postgresql://reader:hunter2@{address}:{port}/bars", connect_seconds=1.0)
        assert time.monotonic() - begun < 2
        assert error.message.endswith("did not answer within 1 s")
        assert len(clients) == 1


def test_a_peer_that_hangs_up(server):
    with listening(lambda client: client.close()) as (port, _):
        assert "PostgreSQL at 127.0.0.1" in refused(f"postgresql://reader:hunter2@127.0.0.1:{port}/bars").message


def test_a_peer_that_talks_something_else(server):
    with listening(lambda client: client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as (port, _):
        assert (
            "PostgreSQL at 127.0.0.1"
            in refused(f"postgresql://reader:hunter2@127.0.0.1:{port}/bars", connect_seconds=2.0).message
        )


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader:hunter2@host:port/bars",
        "postgresql://reader:hunter2@host/bars?nonsense=1",
        "postgresql://reader:hunter2@[::1/bars",
        "postgresql://reader:hunter2%zz@host/bars",
        "postgresql://reader:hunter2 @host/bars",
        "postgresql://reader:hunter2/x@127.0.0.1:1/bars",
        "postgresql://reader:hunter2?x@127.0.0.1:1/bars",
        "postgresql://reader:hunter2@127.0.0.1:99999/bars",
        "postgresql://reader:hunter2@127.0.0.1:1/bars?sslmode=wild",
        "postgresql://reader:hunter2@127.0.0.1:1/bars?connect_timeout=abc",
        "postgresql://reader:hunter2@no.such.host.invalid/bars",
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_its_password(url):
    refused(url, (SettingsError, SourceError), connect_seconds=1.0)


def test_a_table_that_is_not_there_with_those_that_are(server, schema):
    server.run(f'CREATE TABLE {schema}."OHLC_Data_Old" (a int)')
    error = refused(server.url, BarsError, schema=schema, table="ohlc_daat")
    assert f"has no table {schema}.ohlc_daat that this role can see" in error.message
    assert f"{schema}.ohlc_data" in error.hint
    error = refused(server.url, BarsError, schema=schema, table="OHLC_DATA")
    assert f"{schema}.ohlc_data" in error.hint
    refused(server.url, BarsError, schema="nowhere")
    refused(server.url, BarsError, table="x; DROP TABLE ohlc_data")


def test_columns_that_are_absent_or_of_the_wrong_type(server, schema):
    server.run(
        f"CREATE TABLE {schema}.texts (instrument text, ts timestamptz, open text, high numeric, low numeric, close numeric)"
    )
    error = refused(server.url, BarsError, schema=schema, table="texts")
    assert f'Table {schema}.texts cannot become bars: it has no column "timestamp"' in error.message
    assert 'column "open" is text, needed is a number' in error.message
    assert '[source.columns] timestamp = "ts"' in error.hint


def test_a_table_of_one_series_needs_the_column_instrument(server, schema):
    server.run(f"CREATE TABLE {schema}.one (timestamp timestamptz, open real, high real, low real, close real)")
    assert 'no column "instrument"' in refused(server.url, BarsError, schema=schema, table="one").message


def test_a_table_that_the_role_may_not_read(server, schema):
    server.run(f"REVOKE SELECT ON {schema}.ohlc_data FROM reader")
    error = refused(server.tcp(), schema=schema)
    assert f"does not let role reader read table {schema}.ohlc_data" in error.message
    assert f'GRANT SELECT ON "{schema}"."ohlc_data" TO "reader"' in error.hint


def test_a_column_that_the_role_may_not_read(server, schema):
    server.run(
        f"REVOKE SELECT ON {schema}.ohlc_data FROM reader",
        f"GRANT SELECT (instrument, timestamp) ON {schema}.ohlc_data TO reader",
    )
    with (
        open_source(Access(server.tcp(), schema=schema)) as source,
        pytest.raises(SourceError, match="does not let this role") as told,
    ):
        list(source.read([Wanted("ES", ALL)]))
    assert "GRANT SELECT" in told.value.hint


def test_a_schema_that_the_role_may_not_enter(server, schema):
    error = refused(server.tcp(user="stranger", password="stranger"), (SourceError, BarsError), schema=schema)
    assert error.exit_status == 3


def test_a_statement_that_takes_too_long(server, schema):
    server.run(
        f"CREATE VIEW {schema}.slow AS SELECT instrument, timestamp, open, high, low, close, volume FROM {schema}.ohlc_data, "
        "LATERAL (SELECT pg_sleep(5)) AS nap"
    )
    access = Access(server.url, schema=schema, table="slow", call_seconds=0.2)
    with open_source(access) as source, pytest.raises(SourceError, match="took longer than allowed") as told:
        list(source.read([Wanted("ES", ((0, 2**60),))]))
    assert "index on (instrument, timestamp)" in told.value.hint


def test_a_locked_table_does_not_hold_a_run_for_ever(server, schema):
    import psycopg

    with psycopg.connect(server.url) as other:
        other.execute(f"LOCK TABLE {schema}.ohlc_data IN ACCESS EXCLUSIVE MODE".encode())
        access = Access(server.url, schema=schema, call_seconds=0.2)
        with pytest.raises(SourceError, match="took longer than allowed"), open_source(access) as source:
            source.listed(0, 2**62)
        other.rollback()


def test_a_session_that_is_killed_while_bars_are_read(server, schema):
    with open_source(Access(server.url, schema=schema)) as source:
        source.listed(0, 2**62)
        pid = source._asking._connection.info.backend_pid
        server.run(f"SELECT pg_terminate_backend({pid}, 2000)")
        with pytest.raises(SourceError, match="ended the connection"):
            list(source.read([Wanted("ES", ALL)]))


@pytest.mark.parametrize(
    ("hangs_up", "message"),
    [(True, "ended the connection"), (False, r"fell silent: reading bars of NQ had not ended after 0\.7 s")],
)
def test_an_answer_that_stops_in_the_middle_is_no_short_answer(server, schema, monkeypatch, hangs_up, message):
    monkeypatch.setattr(asking, "GRACE", 0.2)
    fill(server, schema, 10_000, names=("NQ",))
    with listening(relay(server.port, 300_000, hangs_up=hangs_up)) as (port, _):
        url = server.tcp().replace(f":{server.port}/", f":{port}/") + "?sslmode=disable&gssencmode=disable"
        access = Access(url, schema=schema, call_seconds=0.5)
        with open_source(access) as source, pytest.raises(SourceError, match=message):
            list(source.read([Wanted("NQ", ALL)]))


def relay(port, limit, *, hangs_up=True):
    """Pass a client on to the real server; after so many bytes of its answers hang up, or pass on no more."""

    def answer(client):
        upstream = socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=pump, args=(client, upstream, 1 << 40, hangs_up), daemon=True).start()
        threading.Thread(target=pump, args=(upstream, client, limit, hangs_up), daemon=True).start()

    return answer


def pump(origin, target, limit, hangs_up):
    passed = 0
    with suppress(OSError):
        while passed < limit and (block := origin.recv(min(65536, limit - passed))):
            target.sendall(block)
            passed += len(block)
    if hangs_up or passed < limit:
        for end in (origin, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def test_a_server_that_falls_silent_before_we_are_let_in(server):
    with listening(relay(server.port, 100, hangs_up=False)) as (port, _):
        url = server.tcp().replace(f":{server.port}/", f":{port}/") + "?sslmode=disable&gssencmode=disable"
        assert "did not answer within 0.5 s" in refused(url, connect_seconds=0.5).message


def test_a_number_beyond_float64(server, schema):
    server.run(f"UPDATE {schema}.ohlc_data SET open = 1e400 WHERE timestamp = '2024-01-01Z'")
    with (
        open_source(Access(server.url, schema=schema)) as source,
        pytest.raises(BarsError, match="too large for float64"),
    ):
        list(source.read([Wanted("ES", ALL)]))


def test_an_unknown_column_in_the_settings_is_a_wrong_question(server, schema):
    refused(server.url, SettingsError, schema=schema, columns={"opne": "o"})
