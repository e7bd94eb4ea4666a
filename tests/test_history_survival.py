"""History: what damage, and the sudden end of a process, leave of it; the next run tells of the bars all the same."""

import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from validate_support import Inside, called, clean, holed, minute

NAMES = ("history.sqlite", "history.sqlite-wal")


@pytest.fixture(scope="module")
def wreck(tmp_path_factory):
    """A desk, and the files of a history in the middle of its life: most of it still stands in the log beside it."""
    desk = Inside(tmp_path_factory.mktemp("desk"), tmp_path_factory.getbasetemp() / "sessions")
    desk.write("clean.csv", clean())
    desk.write("bars.csv", holed())
    assert called(desk, "validate", "bars.csv", "--at", minute(60))[0] == 1
    kept = tmp_path_factory.mktemp("kept")
    with closing(sqlite3.connect(desk.history, isolation_level=None)) as reader:
        reader.execute("SELECT 1 FROM run").fetchall()
        for at in range(60, 64):
            called(desk, "validate", "bars.csv", "--at", minute(at))
            called(desk, "validate", "clean.csv", "--at", minute(at))
        reader.execute("BEGIN")
        for name in NAMES:
            shutil.copy(desk.history.with_name(name), kept)
    return desk, kept


def cut(content, chance):
    return content[: chance.randrange(len(content))]


def flipped(content, chance):
    spoiled = bytearray(content)
    for _ in range(chance.choice((1, 5, 50, 500))):
        spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
    # which program's file it is, and of which version, is not asked of a file that says it is another's
    return bytes(spoiled[:60] + content[60:72] + spoiled[72:])


def whole(content, _chance):
    return content


@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 1 << 32),
    ways=st.tuples(st.sampled_from([cut, flipped, whole]), st.sampled_from([cut, flipped, whole, None])),
)
def test_whatever_is_cut_off_or_flipped_the_run_exits_by_the_bars(wreck, seed, ways):
    desk, kept = wreck
    shutil.rmtree(desk.history.parent)
    desk.history.parent.mkdir(parents=True)
    chance = random.Random(seed)
    for name, way in zip(NAMES, ways, strict=True):
        if way is not None:
            desk.history.with_name(name).write_bytes(way((kept / name).read_bytes(), chance))
    for _ in range(2):
        status, out, err = called(desk, "validate", "bars.csv", "--format", "json")
        assert (status, err) == (1, ""), out
    assert '"missing_bar"' in out
    assert {one.name.partition(".corrupt-")[0] for one in desk.history.parent.iterdir()} == {"history.sqlite"}


NURSERY = """
import os, random, signal, sys, time
from dataclasses import replace
from pathlib import Path
from dq.history import open_history
from dq.model import Run, Window

path, chance = Path(sys.argv[1]), random.Random(7)
first = Run("first", 1, Window(0, 1), "s", "x", "pass", 0, "0", 0.1, notes=("x" * 5000,))
with open_history(path) as history:
    history.record(first)  # what a run imports is there before the first one is forked
for round_ in range(20):
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        for number in range(10_000):
            with open_history(path) as history:
                history.record(replace(first, id=f"{round_}-{number}"))
            os.write(writing, f"{round_}-{number} ".encode())
    said = os.read(reading, 1 << 16)
    time.sleep(chance.uniform(0, 0.04))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(writing)
    with open_history(path) as history:
        checked = history.database._connection.execute("PRAGMA integrity_check").fetchall()
        said = (said + os.read(reading, 1 << 16)).decode().split()
        known = {one.id for one in history.runs(10_000)}
    os.close(reading)
    print(checked == [("ok",)] and set(said) <= known, len(said), flush=True)
"""


def test_killed_at_any_moment_while_it_records_it_leaves_a_sound_file(desk):
    desk.write("bars.csv", holed())
    desk.json("bars.csv", history=True)
    command = [sys.executable, "-c", NURSERY, str(desk.history)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert told[::2] == ["True"] * 20
    assert sum(map(int, told[1::2])) >= 20
    assert desk.json("bars.csv", history=True).status == 1
    assert [one.name for one in desk.history.parent.iterdir() if one.is_file()] == ["history.sqlite"]
