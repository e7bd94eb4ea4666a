"""The least-privilege role: as the owner of the tables pastes it, on a real PostgreSQL."""

import psycopg
import pytest
from bar_tables import create
from doctor_support import doctor, recent

from dq.sources.statements import statement

PASSWORD = "a good long word"
ROLE = statement("role").replace("'CHANGE-ME';", f"'{PASSWORD}';")


@pytest.fixture
def desk(desk, schema):
    desk.write("dq.toml", f'[source]\nschema = "{schema}"\n')
    return desk


@pytest.fixture
def owner(server, schema):
    """The owner of the tables, no superuser: as on Supabase."""
    create(server, schema)
    recent(server, schema)
    server.run(
        "CREATE ROLE owner LOGIN CREATEROLE PASSWORD 'owner'",
        f"ALTER SCHEMA {schema} OWNER TO owner",
        f"CREATE TABLE {schema}.reference_levels (level_type text, instrument text, timestamp timestamptz)",
        f"CREATE TABLE {schema}.error_log (component text, operation text, error_message text, severity text, timestamp timestamptz)",
        f"CREATE TABLE {schema}.payroll (name text)",
        *(
            f"ALTER TABLE {schema}.{name} OWNER TO owner"
            for name in ("ohlc_data", "reference_levels", "error_log", "payroll")
        ),
    )
    yield server.tcp("owner", "owner")
    if server.run("SELECT 1 FROM pg_roles WHERE rolname = 'dq_reader'"):
        with psycopg.connect(server.tcp("owner", "owner"), autocommit=True) as connection:
            for statement_ in undoing(schema):
                connection.execute(statement_.encode())
    server.run("REASSIGN OWNED BY owner TO postgres", "DROP OWNED BY owner CASCADE", "DROP ROLE owner")


def undoing(schema):
    """What the script itself says of how to undo it."""
    lines = statement("role").split("To undo it:\n")[1].splitlines()
    policies = [
        lines[0].partition(";")[0].replace("ohlc_data", name) for name in ("ohlc_data", "reference_levels", "error_log")
    ]
    told = [line.removeprefix("--") for line in policies] + lines[1].removeprefix("--").split(";")
    return [one.replace("public", schema) for one in told if one.strip()]


def paste(url, schema, text=ROLE):
    """Run it as an editor does: one text, nothing bound."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(text.replace("'public'", f"'{schema}'").encode())


def test_with_the_password_it_came_with_nothing_happens(server, schema, owner):
    with pytest.raises(psycopg.errors.RaiseException, match="Write a password"):
        paste(owner, schema, statement("role"))
    assert server.run("SELECT 1 FROM pg_roles WHERE rolname = 'dq_reader'") == []


def test_a_password_written_over_every_word_of_the_old_one_is_taken(server, schema, owner):
    paste(owner, schema, statement("role").replace("CHANGE-ME", PASSWORD))
    with psycopg.connect(server.tcp("dq_reader", PASSWORD)) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("dq_reader",)


def test_where_a_table_is_not_there_nothing_happens(server, schema, owner):
    server.run(f"DROP TABLE {schema}.error_log")
    with pytest.raises(psycopg.errors.UndefinedTable):
        paste(owner, schema)
    assert server.run("SELECT 1 FROM pg_roles WHERE rolname = 'dq_reader'") == []


def test_it_reads_what_dq_reads_and_nothing_else(server, schema, desk, owner):
    paste(owner, schema)
    paste(owner, schema)  # once more changes nothing
    url = server.tcp("dq_reader", PASSWORD)
    answer = doctor(desk, url)
    assert (answer.status, set(answer.verdicts.values())) == (0, {"ok"})
    report = desk.json(url, "--window", "1h").report
    assert (report["errors"], report["summary"]["series"]) == ([], 1)
    refused = [
        f"SELECT * FROM {schema}.payroll",
        f"INSERT INTO {schema}.ohlc_data (instrument, timestamp) VALUES ('X', now())",
        f"UPDATE {schema}.ohlc_data SET open = 1",
        f"DELETE FROM {schema}.error_log",
        f"TRUNCATE {schema}.ohlc_data",
        f"CREATE TABLE {schema}.mine (x int)",
        f"DROP TABLE {schema}.ohlc_data",
        "CREATE ROLE another",
    ]
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute("SHOW default_transaction_read_only").fetchone() == ("on",)
        connection.execute("SET default_transaction_read_only = off")  # the net is gone; the grants hold
        for statement_ in refused:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement_.encode())


def test_row_level_security_lets_it_see(server, schema, desk, owner):
    server.run(f"ALTER TABLE {schema}.ohlc_data ENABLE ROW LEVEL SECURITY")
    paste(owner, schema)
    answer = doctor(desk, server.tcp("dq_reader", PASSWORD))
    assert (answer.status, answer.verdicts["newest bar"]) == (0, "ok")
    paste(owner, schema)


@pytest.mark.parametrize("name", ["doctor_clock", "doctor_indexes", "doctor_tables", "init_columns"])
def test_statements_of_these_commands_only_read(name):
    text = statement(name)
    assert "Run by `dq" in text.splitlines()[0]
    words = {word.strip("(),;'") for word in text.partition("\n")[2].upper().split()}
    assert words & {"SELECT"}
    assert not words & {"INTO", "CREATE", "DROP", "ALTER", "GRANT", "SET", "CALL"}
