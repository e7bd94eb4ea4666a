"""dq incidents: what lasts, what has ended, and the life of one."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from html_samples import AT, sick_run
from validate_support import called

from dq.explain.incidents import tell_incidents
from dq.history import open_history
from dq.model import HOUR, Window

SICK = sick_run()[0]
SICK = replace(SICK, incidents=tell_incidents(SICK.findings, {}, AT))
SPIKE = next(one for one in SICK.incidents if one.check == "price_spike")
CLEAN = replace(SICK, findings=(), incidents=(), verdict="pass", exit_code=0)
UNTOLD = replace(CLEAN, series=(), verdict="unknown", exit_code=3)


def recorded(desk, *runs):
    """Runs an hour apart, from AT on."""
    with open_history(desk.history) as history:
        for number, run in enumerate(runs):
            at = AT + number * HOUR
            history.record(replace(run, id=f"run-{number}", as_of=at, window=Window(at - HOUR, at)))


@pytest.fixture
def incidents(desk):
    def ask(*words, **environment):
        status, out, err = called(desk, "incidents", *words, **environment)
        assert (status, err) == (0, "")
        return json.loads(out)["incidents"] if "json" in words else out

    return ask


def test_where_nothing_was_recorded_there_is_none(desk, incidents):
    assert " ".join(incidents().split()).startswith("No run is recorded yet in ")
    assert incidents("--format", "json") == []
    assert not desk.history.exists()
    recorded(desk, CLEAN)
    assert incidents() == "No incident lasts.\n"


def test_those_that_last_come_worst_first(desk, incidents):
    recorded(desk, SICK)
    told = incidents("--format", "json")
    assert [one["severity"] for one in told] == ["critical", "critical", "critical", "warning"]
    assert {one["state"] for one in told} == {"open"}
    assert told[0]["first_seen"] == told[0]["last_seen"] == "2026-03-12T15:00:00Z"
    lines = incidents().splitlines()
    assert lines[0].split() == ["incident", "severity", "first", "seen", "(UTC)", "series", "what"]
    spike = next(line for line in lines if line.startswith(SPIKE.id))
    assert "critical  2026-03-12 15:00  BTC-USD  price_spike: The high of" in spike


@pytest.mark.parametrize(
    ("later", "lasting"), [([UNTOLD] * 5, 4), ([CLEAN] * 2, 4), ([CLEAN] * 3, 0), ([CLEAN] * 3 + [SICK], 4)]
)
def test_one_ends_when_the_run_that_could_tell_would_not_go_on_with_it(desk, incidents, later, lasting):
    """A run goes on with what was seen within its window, or one more of that length before."""
    recorded(desk, SICK, *later)
    assert len(incidents("--format", "json")) == lasting
    every = incidents("--all", "--format", "json")
    assert len(every) == 4
    assert [one["state"] for one in every].count("ended") == 4 - lasting
    if not lasting:
        assert incidents() == "No incident lasts. 4 incidents ended: `dq incidents --all`.\n"
        assert "(ended, last seen 2026-03-12 15:00)" in " ".join(incidents("--all").split())


def test_other_sources_end_nothing(desk, incidents):
    recorded(desk, SICK, *[replace(CLEAN, source="bars.csv")] * 5)
    assert len(incidents("--format", "json")) == 4


def test_the_life_of_one(desk, incidents):
    ongoing = tuple(replace(one, state="ongoing") for one in SICK.incidents)
    recorded(desk, SICK, replace(SICK, incidents=ongoing), CLEAN)
    text = incidents(SPIKE.id[:5])
    assert text.splitlines()[0] == f"incident    {SPIKE.id}, critical, ongoing"
    assert "first seen  2026-03-12 15:00 UTC" in text
    assert "last seen   2026-03-12 16:00 UTC" in text
    assert "bars        2026-03-12 14:19 UTC" in text
    assert "dq docs build --run run-1" in text
    assert "price_spike  critical  BTC-USD 1m  2026-03-12 14:19  The high of 73,500.25" in text
    (told,) = incidents(SPIKE.id, "--format", "json")
    assert (told["run"], told["state"]) == ("run-1", "ongoing")
    assert told["findings"][0]["evidence"]["sigmas"] == 311.4


def test_one_whose_run_is_no_longer_whole_says_so(desk, incidents, monkeypatch):
    monkeypatch.setattr("dq.history.store.WEIGHT", 10)
    recorded(desk, SICK, CLEAN)
    text = incidents(SPIKE.id)
    assert "no longer kept whole" in text
    assert "price_spike: The high of 73,500.25" in text


def test_one_that_is_not_there(desk):
    status, _, err = called(desk, "incidents", "nothing")
    assert (status, "No run is recorded yet" in err) == (2, True)
    recorded(desk, SICK)
    status, _, err = called(desk, "incidents", "nothing")
    assert status == 2
    assert err == "dq: No incident 'nothing' is recorded.\n    `dq incidents --all` lists them.\n"
    status, _, err = called(desk, "incidents", "")
    assert (status, "No incident '' is recorded" in err) == (2, True)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_it_folds_to_the_terminal(desk, incidents, width):
    recorded(desk, SICK)
    for words in ((), (SPIKE.id,)):
        lines = incidents(*words, COLUMNS=str(width)).splitlines()
        foldable = [line for line in lines if len(line.split()) > 1]  # an address stays in one piece
        assert max(map(len, foldable)) <= min(width, 120)


def test_a_history_that_cannot_be_read_is_told(desk):
    desk.history.mkdir(parents=True)
    for words in (("incidents",), ("report",), ("docs", "build")):
        status, out, err = called(desk, *words)
        assert (status, out) == (3, "")
        assert err.startswith(f"dq: The history '{desk.history}' cannot be ")
        assert "--no-history" not in err


def test_the_command_itself_is_plain_in_a_pipe(desk):
    recorded(desk, SICK)
    environment = {**desk.environment, "PYTHONIOENCODING": "ascii"}
    del environment["NO_COLOR"]
    words = [sys.executable, "-X", "importtime", "-m", "dq", "incidents"]
    answer = subprocess.run(words, cwd=desk.folder, env=environment, capture_output=True, text=True, check=True)
    assert "\x1b" not in answer.stdout
    assert SPIKE.id in answer.stdout
    assert not [name for name in ("pandas", "plotly", "jinja2", "psycopg") if f"| {name}\n" in answer.stderr]
