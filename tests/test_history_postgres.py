"""History in PostgreSQL: rights, versions, poolers, and a database that is down, busy or somebody else's."""

import re
import sqlite3
import subprocess
import sys
import time
from collections import deque
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from by_hand import SQL
from history_places import answer, database  # noqa: F401  a fixture
from html_samples import sick_run
from pooler import pooled
from tcp_proxy import Fault, proxy

from dq.doctor import recording
from dq.history import AbsentError, HistoryError, UnreadyError, open_history, read_history
from dq.history.file import upgrade
from dq.history.statements import postgres_statement, statement
from dq.settings import Settings

SICK = sick_run()[0]
GUIDE = Path(__file__).parent.parent / "docs" / "history.md"


@pytest.fixture
def owner(server, database):  # noqa: F811
    """The address of a role that may make a schema in the database, and nothing else."""
    server.run("GRANT CREATE ON DATABASE postgres TO reader")
    yield server.tcp()
    server.run("REVOKE CREATE ON DATABASE postgres FROM reader", "DROP SCHEMA IF EXISTS dq CASCADE")


def refused(url, opened=open_history, kind=HistoryError):
    with pytest.raises(kind) as raised, opened(url) as history:
        history.record(SICK)
    assert raised.value.hint
    shown = f"{raised.value.message} {raised.value.hint}"
    assert "s3cret" not in shown
    assert quote("s3cret/@:word", safe="") not in shown
    return shown


def test_it_is_begun_by_who_may_make_a_schema(owner):
    with open_history(owner) as history:
        history.record(SICK)
        assert history.run(SICK.id) == SICK
    assert answer(owner, "SELECT tableowner FROM pg_tables WHERE tablename = 'life'") == [("reader",)]


def test_who_may_not_is_told_what_to_run_and_that_does(server, database):  # noqa: F811
    assert 'CREATE SCHEMA dq AUTHORIZATION "reader"' in refused(server.tcp())
    server.run('CREATE SCHEMA dq AUTHORIZATION "reader"')
    with open_history(server.tcp()) as history:
        history.record(SICK)


def test_rights_to_write_and_to_read_alone(server, database):  # noqa: F811
    open_history(database).close()
    told = refused(server.tcp())
    server.run(*(part for part in told.partition("run: ")[2].split(";") if part.strip()))
    with open_history(server.tcp()) as history:
        history.record(SICK)
    server.run("REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA dq FROM reader")
    with read_history(server.tcp()) as history:
        assert history.run(SICK.id) == SICK
    assert "GRANT SELECT, INSERT" in refused(server.tcp())
    server.run("REVOKE SELECT ON ALL TABLES IN SCHEMA dq FROM reader")
    told = refused(server.tcp(), read_history)
    assert "may not read the history in" in told
    assert "GRANT SELECT ON ALL TABLES" in told
    assert "INSERT" not in told
    server.run(*(part for part in told.partition("run: ")[2].split(";") if part.strip()))
    with read_history(server.tcp()) as history:
        assert history.count() == 1


@pytest.mark.parametrize("begun", [False, True])
def test_the_recipe_for_a_reader_gives_it_what_is_there_and_what_is_to_come(server, database, begun):  # noqa: F811
    recipe = re.search(r"```sql\n(CREATE ROLE dq LOGIN.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)[1]
    words = [line.partition("--")[0].replace("…", "pw") for line in recipe.splitlines()]
    steps = [step.strip() for step in "\n".join(words).split(";") if step.strip()]
    begin, read = steps[:2], steps[2:]
    try:
        server.run(*begin, *(read if not begun else ()))
        with open_history(server.tcp("dq", "pw")) as history:
            history.record(SICK)
        if begun:
            server.run(*read)
        with read_history(server.tcp("dq_reader", "pw")) as history:
            assert history.run(SICK.id) == SICK
        assert "keep a history" in refused(server.tcp("dq_reader", "pw"))
    finally:
        server.run(
            "DROP SCHEMA IF EXISTS dq CASCADE", "DROP OWNED BY dq, dq_reader", "DROP ROLE dq", "DROP ROLE dq_reader"
        )


def test_newer_tables_are_left_alone_and_older_ones_not_upgraded_by_readers(database):  # noqa: F811
    with pytest.raises(AbsentError):
        read_history(database)
    open_history(database).close()
    answer(database, "UPDATE version SET number = 99")
    for opened in (open_history, read_history):
        assert "newer dq (version 99" in refused(database, opened)
    answer(database, "UPDATE version SET number = 0")
    assert "older dq (version 0" in refused(database, read_history)
    assert answer(database, "SELECT number FROM version") == [(0,)]


def test_a_schema_of_another_program_is_left_alone(server, database):  # noqa: F811
    server.run("CREATE SCHEMA dq", "CREATE TABLE dq.quality (id int)")
    assert "tables of another program" in refused(database)


def test_where_it_cannot_be_reached(server):
    assert "password authentication failed" in refused(server.tcp(password="s3cret"))
    assert "does not exist" in refused(server.tcp(name="nothing"))
    url = "postgresql://reader:s3cret@127.0.0.1:1/postgres"
    assert "Connection refused" in refused(url, kind=UnreadyError)
    assert "postgresql://reader:***@" in refused(url, kind=UnreadyError)


def test_a_lock_is_waited_for_and_then_told(database):  # noqa: F811
    open_history(database).close()
    with psycopg.connect(database) as other:
        other.execute(postgres_statement("history_postgres_alone"))
        began = time.monotonic()
        assert "is busy" in refused(database, kind=UnreadyError)
        assert 1 < time.monotonic() - began < 20
        with read_history(database) as history:
            assert history.count() == 0


def test_dq_doctor_says_how_it_is(server, database, tmp_path):  # noqa: F811
    def said(url):
        line = recording.history(Settings(history=url, cache=tmp_path))
        return line.verdict, line.said

    assert said(database)[1].endswith("its schema dq will be made by the first run")
    with open_history(database) as opened:
        opened.record(SICK)
    assert said(database)[1].endswith(", 1 run")
    assert "may not read the history" in said(server.tcp())[1]
    server.run("GRANT USAGE ON SCHEMA dq TO reader", "GRANT SELECT ON ALL TABLES IN SCHEMA dq TO reader")
    assert said(server.tcp())[0] == "failed"
    assert "runs wait beside it meanwhile" in said("postgresql://u:pw@127.0.0.1:1/x")[1]


@pytest.mark.parametrize("then", ["cut", "reset", "silent"])
def test_a_line_that_breaks_leaves_the_run_to_wait(server, owner, then, monkeypatch):
    monkeypatch.setattr("dq.history.postgres.LIMIT", 0.5)
    open_history(owner).close()
    with proxy(server.port, Fault(after=1_000, then=then)) as line:
        began = time.monotonic()
        with pytest.raises(UnreadyError), open_history(line.url(owner)) as history:
            deque(map(history.record, [SICK] * 100))
        assert line.passed[0] >= 900
        assert time.monotonic() - began < 10


def test_it_works_through_a_pooler_that_gives_each_transaction_another_session(server, owner):
    with pooled(server, "transaction", default_pool_size=3) as pooler:
        with open_history(pooler.url()) as history, open_history(pooler.url()) as beside:
            for number, one in enumerate((history, beside, history)):
                one.record(SICK, 1_000 + number)
                one.forget(500)
            assert beside.run(SICK.id) == SICK
            assert len(history.past(SICK)) == 0
        with read_history(pooler.url()) as history:
            assert history.count() == 1


def test_what_no_column_of_text_may_hold_is_written_as_far_as_it_can_be(database):  # noqa: F811
    with open_history(database) as history:
        history.record(replace(SICK, suite="a\0b", source="half \ud800", notes=("100 % of it: 'x' :y",)))
        (record,) = history.runs(1)
    assert (record.suite, record.source, record.notes) == (
        "a\N{REPLACEMENT CHARACTER}b",
        "half ?",
        ("100 % of it: 'x' :y",),
    )


def test_statements_are_respelled_but_for_what_is_quoted():
    assert postgres_statement("history_runs").count("%(source)s") == 2
    assert "%(limit)s" in postgres_statement("history_runs")
    assert " : " not in postgres_statement("history_write_run").partition("\n")[2]


OF_SQLITE = {"begin", "connect", "definitions", "findings", "free", "give_back", "journal", "marks", "read_only"}
OF_SQLITE |= {"space", "stamp", "tables"}
SHARED = [path.stem for path in sorted(SQL.glob("history_*.sql")) if path.stem.split("_", 1)[1] not in OF_SQLITE]


@pytest.fixture(scope="module")
def planner(server):
    server.run("DROP SCHEMA IF EXISTS dq CASCADE")
    open_history(server.url).close()
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("SET search_path = dq")
        yield connection
    server.run("DROP SCHEMA IF EXISTS dq CASCADE")


@pytest.mark.parametrize("name", [one for one in SHARED if not one.startswith("history_postgres_")])
def test_both_databases_understand_a_statement(planner, name, tmp_path):
    text = postgres_statement(name)
    values = dict.fromkeys(re.findall(r"%\((\w+)\)s", text))
    planner.execute(f"EXPLAIN {text}", values)
    with closing(sqlite3.connect(tmp_path / "history.sqlite")) as file:
        upgrade(file)
        file.execute(f"EXPLAIN {statement(name)}", values)


WRITER = """
import sys
from dq.history import open_history
from dq.model import Run, Window
url, name = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
for number in range(10):
    with open_history(url) as history:
        history.record(Run(f"{name}-{number}", number, Window(0, 1), "s", "x", "pass", 0, "0", 0.1))
"""


def test_several_processes_begin_and_fill_one_history(database):  # noqa: F811
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    commands = [[sys.executable, "-c", WRITER, database, f"w{number}"] for number in range(4)]
    writers = [subprocess.Popen(command, text=True, **pipes) for command in commands]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    told = [writer.communicate("go\n") for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4, told
    with closing(open_history(database)) as history:
        assert history.count() == 40
    assert answer(database, "SELECT count(*) FROM version") == [(1,)]
