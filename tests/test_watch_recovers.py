"""What a watch gets over by itself: a source that answers and admits nobody, a broken driver, a reader that has stopped."""

import io
import os
import sys
import threading
from contextlib import contextmanager, redirect_stdout

import pytest
from bar_tables import create
from market_samples import NOON

from dq.cli.watch_output import KEPT, Outlet
from dq.model import HOUR, MINUTE
from dq.run import Asked
from dq.settings import Settings
from dq.sources import Access
from dq.watch import Breaker, Cadence, Timetable, Watch
from dq.watch.guard import guarded
from dq.watch.knocking import Knocking


@pytest.fixture
def crowded(server, schema, monkeypatch):
    """Access of a role that is admitted, or not, as the server is told; looks follow one another at once."""
    create(server, schema)
    server.run(
        "CREATE ROLE crowded LOGIN PASSWORD 's3cret/@:word' CONNECTION LIMIT 0",
        f"GRANT USAGE ON SCHEMA {schema} TO crowded",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO crowded",
    )
    for pause in ("PAUSE", "LOOK"):
        monkeypatch.setattr(f"dq.watch.knocking.{pause}", 0)
    yield Access(server.tcp("crowded"), schema=schema)
    server.run("DROP OWNED BY crowded", "DROP ROLE crowded")


def test_a_server_that_answers_and_admits_nobody_is_found_when_it_does(server, crowded):
    knocking = Knocking()
    asked = [knocking.came_back(crowded, down=True) for _ in range(3)]
    assert asked == [True, False, False]  # a run finds out; looks take its place
    server.run("ALTER ROLE crowded CONNECTION LIMIT -1")
    assert [knocking.came_back(crowded, down=True) for _ in range(2)] == [True, True]  # the run may fail again
    assert not knocking.came_back(crowded, down=False)


def test_looks_are_seconds_apart(server, crowded, monkeypatch):
    monkeypatch.setattr("dq.watch.knocking.LOOK", 60)
    server.run("ALTER ROLE crowded CONNECTION LIMIT -1")
    knocking = Knocking()
    assert [knocking.came_back(crowded, down=True) for _ in range(3)] == [True, False, False]


def test_a_driver_that_cannot_be_imported_is_a_sentence_and_no_traceback(shell, caplog):
    def run(asked, limit):
        raise ImportError("no libpq", name="psycopg")

    asked = Asked(Access("postgresql://x@h/d"), Settings(history=shell.history, cache=shell.cache), NOON)
    cadence = Cadence("", Timetable(HOUR, MINUTE), asked)
    breaker = Breaker(HOUR, cadence.timetable.after)
    done = Watch(cadence, breaker, guarded(run, lambda: False, "0"), lambda: NOON, "0").round()
    (error,) = done.outcome.run.errors
    assert error.message == "psycopg cannot be imported: ImportError: no libpq"
    assert "pip install --force-reinstall psycopg" in error.hint
    assert "Traceback" not in caplog.text
    assert "a run failed" not in caplog.text


@contextmanager
def piped():
    """Stdout is a pipe for a while: the end from which it is read, and what a watch puts into the place of stdout."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as reader, io.TextIOWrapper(os.fdopen(writing, "wb")) as out, redirect_stdout(out):
        yield reader, Outlet()


def test_nobody_who_stopped_reading_holds_up_a_run(caplog):
    with piped() as (pipe, outlet):
        content = _printed_while_nobody_reads(pipe, outlet)
    assert ["nobody reads" in record.getMessage() for record in caplog.records] == [True]
    lines = content.decode().splitlines()
    assert len(lines) >= KEPT
    assert all(line == line[:5] * 4000 for line in lines)
    assert lines[-1].startswith(f"{3 * KEPT - 1:05}")


def _printed_while_nobody_reads(pipe, outlet):
    """What a reader gets who begins when the last report was printed, half of another one after that."""
    for number in range(3 * KEPT):
        print(f"{number:05}" * 4000)  # beside one that is on its way, nothing of it fits into the pipe
        outlet.end()
    print("half a report")
    content = []
    reader = threading.Thread(target=lambda: content.append(pipe.read()))
    reader.start()
    outlet.close(30)
    sys.stdout.close()
    reader.join(30)
    return content[0]


def test_a_reader_that_is_gone_ends_it():
    with piped() as (pipe, outlet):
        pipe.close()
        print("a report")
        outlet.end()
        with pytest.raises(BrokenPipeError):
            outlet.close(30)
