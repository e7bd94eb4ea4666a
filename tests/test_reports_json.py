"""A run as JSON: it follows the schema whatever the run holds, and every number in it is finite."""

import json

import pytest
from html_samples import AT, BTC, clean_run, crowded_run, hole, run, sick_run
from jsonschema import Draft202012Validator
from validate_support import SCHEMA

from dq.model import HOUR, Finding, RunError, Window
from dq.reports.json import render

RUNS = {
    "clean": lambda: clean_run()[0],
    "sick": lambda: sick_run()[0],
    "crowded": lambda: crowded_run()[0],
    "empty": lambda: run(verdict="pass", exit_code=0),
    "unknown": lambda: run(
        verdict="unknown",
        exit_code=3,
        errors=(RunError("source", "Nobody answers."), RunError("bars", "No.", "Do.", "X")),
    ),
    "of a table": lambda: run(findings=[Finding("broken_contract", "critical", None, AT, AT, 3, "3 rows set aside.")]),
    "before the epoch": lambda: run(as_of=-AT, window=Window(-AT - HOUR, -AT)),
}


def constants(text):
    """What is no number of JSON, and yet Python's own reader takes."""
    raise AssertionError(text)


@pytest.mark.parametrize("made", RUNS.values(), ids=RUNS)
def test_every_run_follows_the_schema(made):
    document = json.loads(render(made()), parse_constant=constants)
    assert list(Draft202012Validator(SCHEMA).iter_errors(document)) == []


def test_a_run_says_what_was_asked_read_and_found():
    told, _ = sick_run()
    document = json.loads(render(told))
    assert document["run"]["window"] == {"start": "2026-03-12T14:00:00Z", "end": "2026-03-12T15:00:00Z"}
    assert document["summary"]["findings"] == {"info": 0, "warning": 1, "critical": 3}
    assert [one["instrument"] for one in document["series"]] == [one.series.instrument for one in told.series]
    spike = document["findings"][0]
    assert (spike["start"], spike["end"], spike["columns"]) == (*["2026-03-12T14:19:00Z"] * 2, ["high"])
    assert spike["evidence"] == {"sigmas": 311.4, "ticks": 517975.0, "percent": 7.58, "came_back": True}
    unchecked = {one["check"]: one.get("reason") for one in document["series"][0]["checks"] if one.get("reason")}
    assert unchecked == {"out_of_order_timestamp": "the source has no order of arrival"}
    for incident in document["incidents"]:
        assert all(document["findings"][at]["check"] == incident["check"] for at in incident["findings"])


def test_words_of_every_script_stay_as_they_are():
    finding = hole(BTC, AT, 1)
    text = render(run(errors=(RunError("source", 'Datei "Kürse—日経.csv"\nfehlt\x1b[31m'),), findings=[finding]))
    assert "Kürse—日経.csv" in text
    assert "\x1b" not in text
    assert json.loads(text)["errors"][0]["message"].endswith("fehlt\x1b[31m")
