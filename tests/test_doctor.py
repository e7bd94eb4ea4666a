"""`dq doctor` on a real PostgreSQL: every line, in good order and in bad."""

import socket
import time

import pytest
from bar_tables import create
from conftest import free_port
from doctor_support import doctor, recent, tell

STEPS = "settings versions name TCP TLS login clock tables rights columns indexes|newest bar|calendars|history|alerts"
SECRET = "s3cret"
LEVELS = "CREATE TABLE {}.reference_levels (level_type text, instrument text, level numeric, timestamp timestamptz)"
ERRORS = "CREATE TABLE {}.error_log (component text, operation text, error_message text, severity text, timestamp timestamptz)"


@pytest.fixture
def desk(desk, schema):
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\n')
    return desk


@pytest.fixture
def whole(server, schema):
    """All three tables, with bars up to now."""
    create(server, schema)
    server.run(LEVELS.format(schema), ERRORS.format(schema), f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader")
    recent(server, schema)


def test_all_in_order(server, desk, whole):
    answer = doctor(desk, server.tcp())
    assert (answer.status, set(answer.verdicts.values())) == (0, {"ok"})
    assert list(answer.verdicts) == [*STEPS.split("|", maxsplit=1)[0].split(), *STEPS.split("|")[1:]]
    assert "127.0.0.1" in answer.lines["TCP"]["said"]
    assert "role reader" in answer.lines["login"]["said"]
    assert "ohlc_data_pkey" in answer.lines["indexes"]["said"]
    assert SECRET not in answer.out


def test_as_text_it_is_readable_without_colours(server, desk, whole):
    answer = tell(desk, "doctor", DATABASE_URL=server.tcp())
    lines = answer.out.splitlines()
    assert (answer.status, answer.err) == (0, "")
    assert all(line.startswith(("ok  ", "    ")) for line in lines[:-2])
    assert lines[-1] == "15 ok: all is in order: dq validate --window 1h"
    assert "named by DATABASE_URL in the environment" in " ".join(answer.out.split())
    assert max(map(len, lines)) <= 120
    assert SECRET not in answer.out


def test_over_a_socket_there_is_no_name_and_no_tls(server, desk, whole):
    answer = doctor(desk, server.url)
    assert "socket" in answer.lines["name"]["said"]
    assert "not needed" in answer.lines["TLS"]["said"]


def test_a_superuser_is_advised_to_take_less(server, desk, whole):
    answer = doctor(desk, server.url)
    assert (answer.status, answer.steps("warning")) == (0, ["login", "rights"])
    assert "dq doctor --role" in answer.lines["rights"]["hint"]
    assert "INSERT, UPDATE, DELETE and TRUNCATE" in answer.lines["rights"]["said"]


def test_nobody_listens(desk):
    answer = doctor(desk, f"postgresql://reader:hunter2@127.0.0.1:{free_port()}/bars")
    assert (answer.status, answer.steps("failed")) == (3, ["TCP"])
    assert answer.lines["login"]["said"] == "TCP has to be in order first"
    assert answer.verdicts["history"] == "ok"
    assert "hunter2" not in answer.out


def test_a_peer_that_stays_silent_is_told_in_time(desk):
    desk.write("dq.toml", '[source]\nconnect_timeout = "1s"\n')
    with socket.create_server(("127.0.0.1", 0)) as listening:
        began = time.monotonic()
        answer = doctor(desk, f"postgresql://reader:hunter2@127.0.0.1:{listening.getsockname()[1]}/bars")
    assert time.monotonic() - began < 10  # 2 s on a machine that does nothing else
    assert (answer.status, answer.steps("failed")) == (3, ["TLS"])
    assert "stays silent for 1 s" in answer.lines["TLS"]["said"]


def test_a_server_of_another_kind_is_told(desk):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"postgresql://reader@127.0.0.1:{listening.getsockname()[1]}/bars?connect_timeout=2"
        import threading

        threading.Thread(target=_speak, args=(listening,), daemon=True).start()
        answer = doctor(desk, url)
    assert "answers as no PostgreSQL does" in answer.lines["TLS"]["said"]


def _speak(listening):
    for _ in range(2):
        line = listening.accept()[0]
        line.recv(100)
        line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        line.close()


def test_the_whole_has_its_deadline(desk):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"postgresql://reader@127.0.0.1:{listening.getsockname()[1]}/bars"
        answer = doctor(desk, url, "--deadline", "1s")
    assert "did not end within" in answer.lines["TLS"]["said"]
    assert "1s of the whole examination are over" in answer.lines["history"]["said"]


def test_no_host_of_that_name(desk):
    answer = doctor(desk, "postgresql://reader:hunter2@nowhere.invalid/bars")
    assert answer.steps("failed") == ["name"]
    assert "nowhere.invalid" in answer.lines["name"]["said"]
    assert "hunter2" not in answer.out


def test_a_password_that_was_not_encoded_is_not_shown_as_a_host(desk):
    answer = doctor(desk, "postgresql://reader:hun@ter2@host/bars")
    assert (answer.status, answer.steps("failed")) == (2, ["settings"])
    assert "%40" in answer.lines["settings"]["said"] + (answer.lines["settings"]["hint"] or "")
    assert "ter2" not in answer.out


def test_a_wrong_password(server, desk):
    answer = doctor(desk, server.tcp(password="hunter2"))
    assert (answer.status, answer.steps("failed")) == (3, ["login"])
    assert "password" in answer.lines["login"]["said"]
    assert "hunter2" not in answer.out


def test_a_database_without_tables(server, desk, schema):
    answer = doctor(desk, server.tcp())
    assert (answer.status, answer.steps("failed")) == (3, ["tables"])
    assert "ohlc_data" in answer.lines["tables"]["said"]
    assert answer.verdicts["clock"] == "ok"
    assert answer.verdicts["newest bar"] == "not_tried"


def test_no_right_to_read_comes_with_the_grant(server, desk, schema):
    create(server, schema)
    server.run(f"REVOKE ALL ON {schema}.ohlc_data FROM reader")
    answer = doctor(desk, server.tcp())
    assert answer.steps("failed") == ["rights"]
    server.run(answer.lines["rights"]["paste"])
    recent(server, schema)
    assert doctor(desk, server.tcp()).status == 0


def test_a_schema_that_may_not_be_entered_comes_with_the_grants(server, desk, schema):
    create(server, schema)
    server.run(f"REVOKE ALL ON {schema}.ohlc_data FROM reader", f"REVOKE USAGE ON SCHEMA {schema} FROM reader")
    desk.write("dq.toml", "")
    hidden = doctor(desk, server.tcp()).lines["tables"]
    assert hidden["verdict"] == "failed"
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\n')
    closed = doctor(desk, server.tcp()).lines["rights"]["paste"]
    server.run(*closed.splitlines())
    recent(server, schema)
    assert doctor(desk, server.tcp()).status == 0


def test_without_an_index_there_is_one_to_copy(server, desk, schema):
    create(server, schema, key="")
    recent(server, schema)
    line = doctor(desk, server.tcp()).lines["indexes"]
    assert line["verdict"] == "warning"
    assert line["paste"] == f'CREATE INDEX CONCURRENTLY ON "{schema}"."ohlc_data" ("instrument", "timestamp");'
    server.run(line["paste"])
    assert doctor(desk, server.tcp()).verdicts["indexes"] == "ok"


def test_naive_stamps_ask_for_their_clock(server, desk, schema):
    create(server, schema, stamp="timestamp")
    answer = doctor(desk, server.tcp())
    assert (answer.status, answer.steps("failed")) == (2, ["columns"])
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\ntimezone = "America/Chicago"\n')
    assert "America/Chicago" in doctor(desk, server.tcp()).lines["columns"]["said"]


def test_columns_by_other_names_are_named(server, desk, schema):
    server.run(
        f"CREATE TABLE {schema}.ohlc_data (instrument text, ts timestamptz, open real, high real, low real, close real)",
        f"GRANT SELECT ON {schema}.ohlc_data TO reader",
    )
    line = doctor(desk, server.tcp()).lines["columns"]
    assert 'timestamp = "ts"' in line["hint"]
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\n[source.columns]\ntimestamp = "ts"\n')
    line = doctor(desk, server.tcp()).lines["columns"]
    assert (line["verdict"], "no volume" in line["said"]) == ("warning", True)


def test_row_level_security_is_told(server, desk, whole, schema):
    server.run(f"ALTER TABLE {schema}.ohlc_data ENABLE ROW LEVEL SECURITY")
    answer = doctor(desk, server.tcp())
    assert "row-level security" in answer.lines["rights"]["said"]
    assert answer.steps("failed") == ["newest bar"]
