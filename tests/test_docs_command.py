"""dq docs build: pages of a run that was recorded, with its bars where they can be read again."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest
from bar_tables import create
from html_samples import sick_run
from market_samples import NOON, walk
from validate_support import called, clean, csv_of, holed, minute

from dq.history import open_history
from dq.model import HOUR, MINUTE, SourceError
from dq.run import Asked, validate
from dq.run.beside import beside
from dq.run.revisit import revisit
from dq.settings import Settings, SourceSettings
from dq.sources import Access


@pytest.fixture
def build(desk):
    """`dq docs build` with some words: exit status, stdout, stderr."""
    return lambda *words, **environment: called(desk, "docs", "build", *words, **environment)


def record(desk, *words, **environment):
    """A recorded run of `dq validate`: its id."""
    called(desk, "validate", *words, **environment)
    with open_history(desk.history) as history:
        return history.runs(1)[0].id


def asked_of(desk, url, **more):
    settings = Settings(desk.history, desk.cache, **({"source": more.pop("source")} if "source" in more else {}))
    schema = settings.source.schema
    return Asked(Access(str(url), schema=schema), settings, now=NOON + 40 * HOUR, record=False, **more)


def same_bars_and_markets(outcome, asked, url):
    seen = revisit(outcome.run, str(url), asked.settings, now=asked.now, folder=asked.folder)
    assert (seen.untold, set(seen.bars)) == ("", set(outcome.bars))
    for key, bars in outcome.bars.items():
        market, then = seen.markets[key], outcome.markets[key]
        inside_window = [one.timestamp[then.owns(one.timestamp)].tolist() for one in (bars, seen.bars[key])]
        assert inside_window[0] == inside_window[1] != []
        told = ("window", "as_of", "first_slot", "last_slot", "missing_slots", "excused_slots", "phase")
        assert [getattr(market, name) for name in told] == [getattr(then, name) for name in told]
        assert market.sessions.zone == then.sessions.zone
    return seen


@pytest.mark.parametrize(
    "look",
    [{}, {"at": NOON + 3 * HOUR}, {"window": HOUR, "at": NOON + 2 * HOUR}, {"begin": NOON, "end": NOON + HOUR}],
    ids=["whole", "whole, pretending", "windowed", "from and to"],
)
def test_the_bars_are_those_that_were_judged(desk, look):
    """Of two series, one of which ends before the other and misses bars."""
    desk.write("bars/a.csv", holed(240, lost=10, name="A-USD"))
    desk.write("bars/b.csv", clean(130, name="B-USD", seed=2))
    asked = asked_of(desk, desk.folder / "bars", **look)
    outcome = validate(asked, "0")
    assert len(outcome.bars) == 2
    same_bars_and_markets(outcome, asked, desk.folder / "bars")


def test_the_bars_of_a_database_are_those_that_were_judged(server, schema, desk):
    create(server, schema)
    server.run(
        f"INSERT INTO {schema}.ohlc_data SELECT 'BTC-USD', to_timestamp(at), 100 + sin(n), 102, 98, 100 + sin(n + 1), 7 "
        f"FROM (SELECT n, {NOON // 1_000_000} + 60 * n AS at FROM generate_series(-600, 90) AS n) AS minutes "
        f"WHERE n NOT BETWEEN 20 AND 29"
    )
    source = SourceSettings(url=server.url, schema=schema)
    asked = asked_of(desk, server.url, window=HOUR, at=NOON + HOUR, source=source)
    outcome = validate(asked, "0")
    seen = same_bars_and_markets(outcome, asked, server.url)
    assert seen.bars["BTC-USD", MINUTE].timestamp.max() < NOON + HOUR  # what came later was not judged
    elsewhere = replace(outcome.run, source="PostgreSQL at elsewhere")
    with pytest.raises(SourceError, match="its source was PostgreSQL at elsewhere"):
        revisit(elsewhere, server.url, asked.settings, now=asked.now, folder=asked.folder)


def test_a_series_that_is_gone_is_told_and_the_others_are_drawn(desk):
    desk.write("bars.csv", clean(120, name="A-USD") + csv_of(walk(120, seed=2), "B-USD", header=False))
    asked = asked_of(desk, desk.folder / "bars.csv", window=HOUR, at=NOON + 2 * HOUR)
    run = validate(asked, "0").run
    desk.write("bars.csv", clean(120, name="A-USD"))
    seen = revisit(run, asked.access.url, asked.settings, now=asked.now, folder=asked.folder)
    assert list(seen.bars) == [("A-USD", MINUTE)]
    assert seen.untold.startswith("The bars of 1 series could not be read again. There is no bar of B-USD")


def test_the_newest_run_is_built_unless_another_is_named(desk, build):
    desk.write("bars.csv", clean(120))
    desk.write("holed.csv", holed(120))
    first, second = record(desk, "holed.csv"), record(desk, "bars.csv")
    assert build() == (0, f"docs: dq-docs/index.html (run {second})\n", "")
    assert "BTC-USD" in (desk.folder / "dq-docs" / "index.html").read_text("utf-8")
    assert build("--run", first[:6], "--output", "other")[1] == f"docs: other/index.html (run {first})\n"
    assert first in (desk.folder / "other" / "index.html").read_text("utf-8")
    assert build("holed.csv", "--output", "third")[1] == f"docs: third/index.html (run {first})\n"


def test_pages_without_bars_say_why(desk, build):
    desk.write("bars.csv", clean(120))
    record(desk, "bars.csv")
    (desk.folder / "bars.csv").rename(desk.folder / "moved.csv")
    status, out, err = build()
    assert (status, out.startswith("docs: ")) == (0, True)
    assert "bars.csv is not there any more" in err
    status, _, err = build("moved.csv")
    assert status == 0
    assert "not those of this run: its source was bars.csv" in err
    status, out, err = build("nowhere.csv")
    assert (status, out) == (2, "")
    assert "nowhere.csv does not exist" in err


def test_a_key_of_the_source_is_never_shown(desk, build):
    desk.write("bars.csv", clean(60))
    record(desk, "bars.csv")
    (desk.folder / "bars.csv").unlink()
    status, out, err = build(DATABASE_URL="postgresql://dq:hunter2@127.0.0.1:1/nothing")
    assert status == 0
    assert "could not be read again" in err
    pages = "".join(page.read_text("utf-8") for page in (desk.folder / "dq-docs").rglob("*.html"))
    assert "hunter2" not in out + err + pages


def test_what_cannot_be_built_is_told_with_what_to_do(desk, build):
    status, _, err = build()
    assert status == 2
    assert err.startswith("dq: No run is recorded yet in ")
    assert "`dq validate` records each run" in err
    assert not desk.history.exists()
    desk.write("bars.csv", clean(60))
    known = record(desk, "bars.csv")
    mistyped = ("0" if known[0] != "0" else "1") + known[1:]
    status, _, err = build("--run", mistyped)
    assert (status, known in err, "The nearest" in err) == (2, True, True)
    assert "The newest" in build("--run", "no such")[2]
    status, _, err = build("--output", "/proc/x", "--gx", "/proc/y")
    assert status == 2
    assert "--output /proc/x: nothing can be written there" in err
    assert "--gx /proc/y: nothing can be written there" in err


def test_an_ambiguous_beginning_asks_for_more(desk, build):
    with open_history(desk.history) as history:
        for name in ("ab1", "ab2", "ab"):
            history.record(replace(sick_run()[0], id=name))
    assert build("--run", "ab")[1] == "docs: dq-docs/index.html (run ab)\n"
    status, _, err = build("--run", "a")
    assert status == 2
    assert "Several runs begin with 'a'" in err
    assert "ab1" in err


def test_validate_shows_earlier_runs_beside_its_own(desk):
    desk.write("bars.csv", clean(240))
    for hour in (1, 2, 3):
        words = ("bars.csv", "--window", "1h", "--at", minute(60 * hour), "--docs", "docs")
        assert called(desk, "validate", *words)[0] == 0
    with open_history(desk.history) as history:
        run = history.run(history.runs(1)[0].id)
    others = beside(run, desk.history, "bars.csv")
    assert ([one.as_of for one in others.past], others.note) == ([NOON + HOUR, NOON + 2 * HOUR], "")
    assert (desk.folder / "docs" / "index.html").exists()


def test_pages_are_written_whatever_the_history_is(desk):
    desk.write("bars.csv", clean(60))
    record(desk, "bars.csv")
    words = ("validate", "bars.csv", "--docs")
    with closing(sqlite3.connect(desk.history, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert called(desk, *words, "locked")[0] == 0  # the run waits to be recorded, and says so
    assert "has been locked" in (desk.folder / "locked" / "index.html").read_text("utf-8")
    desk.history.write_bytes(b"nothing of the kind")
    assert called(desk, *words, "begun")[0] == 0
    assert called(desk, *words, "without", "--no-history")[0] == 0
    others = beside(sick_run()[0], desk.folder, "bars.csv")
    assert (others.past, others.known.lives) == ((), ())
    assert others.note.startswith("Earlier runs, and incidents that others saw, are not shown. The history ")
    assert all((desk.folder / name / "index.html").exists() for name in ("begun", "without"))


def test_docs_of_great_expectations_and_a_browser(desk):
    """In a process of its own: GX takes long to import, and a browser is a program."""
    desk.write("holed.csv", holed(60))
    run = record(desk, "holed.csv")
    shown = desk.folder / "shown"
    browser = desk.write("browser", f'#!/bin/sh\necho "$1" > {shown}\n')
    (desk.folder / browser).chmod(0o755)
    answer = subprocess.run(
        [sys.executable, "-m", "dq", "docs", "build", "--gx", "gx", "--open"],
        cwd=desk.folder,
        env=desk.environment | {"BROWSER": os.fspath(desk.folder / browser)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.splitlines() == [f"docs: dq-docs/index.html (run {run})", "gx docs: gx/index.html"]
    assert shown.read_text().strip() == (desk.folder / "dq-docs" / "index.html").as_uri()
    pages = "".join(page.read_text("utf-8") for page in (desk.folder / "gx").rglob("*.html"))
    assert "missing" in pages


def test_docs_alone_prints_its_help(desk):
    status, out, err = called(desk, "docs")
    assert (status, out) == (2, "")
    assert "build" in err
    told = called(desk, "docs", "build", "--help")[1]
    assert all(flag in told for flag in ("--run ID", "--gx", "--open"))
