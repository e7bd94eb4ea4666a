"""`dq.validate` in a real kernel: progress shows, and Ctrl-C leaves nothing behind."""

from __future__ import annotations

import psycopg
import pytest
from bar_tables import create, fill
from kernels import kernel

BEGIN = """
import signal, threading
import dq

def stopped(work):  # by hand, as IPython cannot show every traceback of an interrupt
    print("now")
    try:
        work()
    except KeyboardInterrupt:
        print("stopped")

def again_and_again():
    while True:  # short work, in threads
        dq.validate(bars, jobs=2)

def left_behind():
    threads = sorted(one.name for one in threading.enumerate())
    return threads, [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGALRM)], signal.getitimer(signal.ITIMER_REAL)

begun = left_behind()
bars, _, _ = dq.sample("7d")
"""
CLEAN = "print(left_behind() == begun or (left_behind(), begun))"
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader'"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    with kernel(tmp_path_factory.mktemp("notebook"), tmp_path_factory.getbasetemp() / "sessions") as ready:
        ready.run(BEGIN)
        yield ready


def test_an_interrupted_read_of_a_database_leaves_nothing(notebook, server, schema):
    create(server, schema)
    fill(server, schema)
    question = f"dq.validate({server.tcp()!r} + '?options=-csearch_path%3D{schema}', window='1h', at='2024-01-01T00:10Z', deadline='1m')"
    assert notebook.run(f"run = {question}; print(len(run.bars('ES')))").text == "10\n"
    with psycopg.connect(server.url) as other:
        other.execute(f"LOCK TABLE {schema}.ohlc_data")
        cell = notebook.run(f"stopped(lambda: {question})", interrupted_by="now", after=1.5)
        assert cell.text == "now\nstopped\n"
        assert "<progress" in cell.shown[0]["text/html"]
        assert cell.updated[-1]["text/html"] == ""
    assert server.run(CONNECTIONS) == [(0,)]
    assert notebook.run(CLEAN).text == "True\n"
    assert notebook.run(f"run = {question}; print(len(run.bars('ES')))").text == "10\n"


@pytest.mark.parametrize(
    ("work", "shown"),
    [
        ("again_and_again", ""),
        ("lambda: dq.selftest(bars, each=1000)", "defects"),
        ("lambda: dq.selftest(bars, each=1000, progress=False)", ""),
    ],
)
def test_interrupted_work_leaves_no_thread(notebook, work, shown):
    cell = notebook.run(f"stopped({work})", interrupted_by="now", after=1.5)
    assert cell.text == "now\nstopped\n"
    assert notebook.run(CLEAN).text == "True\n"
    assert notebook.run("print(dq.validate(bars).verdict)").text == "fail\n"
    assert bool(cell.shown) is bool(shown)
    if shown:
        assert shown in [*cell.shown, *cell.updated[:-1]][-1]["text/html"]
        assert cell.updated[-1]["text/html"] == ""


def test_a_cell_shows_the_verdict(notebook):
    cell = notebook.run("run = dq.validate(bars)\nrun")
    assert "FAIL" in cell.shown[0]["text/html"]
    assert cell.shown[0]["text/plain"].startswith("FAIL  7 incidents in 5 of 5 series")
    cell = notebook.run("run.plot('NQ=F')")
    assert "application/vnd.plotly.v1+json" in cell.shown[0]
