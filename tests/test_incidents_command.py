"""dq incidents: what lasts, what is resolved, and the life of one."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from html_samples import AT
from jsonschema import Draft202012Validator
from report_samples import CLEAN, SICK, SOURCE, event, kept, life, mended, message, recorded
from validate_support import called

import dq
from dq.history import open_history
from dq.model import DAY, HOUR, MINUTE, NO_INSTANT

SCHEMA = json.loads((Path(dq.__file__).parent / "reports" / "incidents.schema.json").read_text("utf-8"))
SPIKE = life("7d0c11", AT, check="price_spike", cause=None, start=AT - 41 * MINUTE, end=AT - 41 * MINUTE)
BLIND = life("0ffffe", AT, check="could_not_tell", cause=None, kind=f"could_not_tell||{SOURCE}", series=(), end=AT)
MILD = life("a1a1a1", AT - HOUR, severity="warning", worst="warning", series=("NQ=F",), check="stale_series")


@pytest.fixture
def incidents(desk):
    def ask(*words, **environment):
        status, out, err = called(desk, "incidents", *words, **environment)
        assert (status, err) == (0, "")
        if "json" not in words:
            return out
        document = json.loads(out)
        assert list(Draft202012Validator(SCHEMA).iter_errors(document)) == []
        return document["incidents"]

    return ask


def ids(told):
    return [one["id"] for one in told]


def told_once(desk):
    """A spike with a run that tells it, which worsened, was told to two channels, and is over."""
    incident = next(one for one in SICK.incidents if one.check == "price_spike")
    recorded(desk, replace(SICK, incidents=(replace(incident, id=SPIKE.id),)))
    spike = replace(SPIKE, state="resolved", resolved=AT + 30 * MINUTE, ending="mended")
    steps = [
        event(spike, AT, "opened", "warning"),
        event(spike, AT + 5 * MINUTE, "worse"),
        event(spike, AT + 30 * MINUTE, "resolved"),
    ]
    told = [message(spike, AT), message(spike, AT, "pager"), message(spike, AT + 30 * MINUTE, what="resolved")]
    kept(desk, [spike], steps, told)
    with open_history(desk.history) as history:
        history.sent(told[0].id, AT + 2_000_000)
        history.unsent(told[1].id, "it answered 503", AT + 7 * MINUTE)
    return spike


def test_where_nothing_was_recorded_there_is_none(desk, incidents):
    assert " ".join(incidents().split()).startswith("No run is recorded yet in ")
    assert incidents("--format", "json") == []
    assert not desk.history.exists()
    recorded(desk, CLEAN)
    assert incidents() == "No incident lasts.\n"


def test_those_that_last_come_worst_first_and_dqs_own_are_among_them(desk, incidents):
    kept(desk, [MILD, SPIKE, BLIND, mended("c0ffee", AT - DAY, 30)])
    assert ids(incidents("--format", "json")) == ["7d0c11", "0ffffe", "a1a1a1"]
    lines = incidents().splitlines()
    assert lines[0].split() == ["incident", "severity", "first", "seen", "(UTC)", "series", "what"]
    assert lines[1] == "7d0c11    critical  2026-03-12 15:00  BTC-USD    price_spike: 12 bars are missing."
    assert lines[2].startswith("0ffffe    critical  2026-03-12 15:00  dq itself  could_not_tell: ")


def test_what_is_resolved_is_shown_on_request_with_how_long_it_took(desk, incidents):
    kept(desk, [mended("c0ffee", AT - DAY, 30), replace(mended("f1a9", AT - HOUR, 30), flapping=True)])
    assert incidents() == "No incident lasts. 2 incidents resolved: `dq incidents --all`.\n"
    assert ids(incidents("--all", "--format", "json")) == ["f1a9", "c0ffee"]
    text = " ".join(incidents("--all").split())
    assert "(resolved, mended, 15 min long, 2026-03-11 15:30)" in text
    assert "(resolved, mended, 15 min long, 2026-03-12 14:30, flapping)" in text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--severity", "critical"), ["7d0c11", "0ffffe"]),
        (("--severity", "warning"), ["7d0c11", "0ffffe", "a1a1a1"]),
        (("--check", "stale_series", "--check", "price_spike"), ["7d0c11", "a1a1a1"]),
        (("--instrument", "NQ=F"), ["a1a1a1"]),
        (("--source", "localhost"), ["7d0c11", "0ffffe", "a1a1a1"]),
        (("--source", "elsewhere", "--all"), ["c0ffee"]),
        (("--since", "10000w"), ["7d0c11", "0ffffe", "a1a1a1", "c0ffee"]),
        (("--since", "1s"), ["7d0c11", "0ffffe", "a1a1a1"]),  # what lasts, lasts since then
        (("--all", "--since", "1s", "--severity", "critical"), ["7d0c11", "0ffffe"]),
    ],
)
def test_they_can_be_chosen(desk, incidents, words, found):
    kept(desk, [SPIKE, BLIND, MILD, mended("c0ffee", AT - DAY, 30, source="elsewhere.csv")])
    if "10000w" in words:  # longer than a century
        assert called(desk, "incidents", *words)[0] == 2
        words = ("--since", "5000w")
    assert ids(incidents(*words, "--format", "json")) == found


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--check", "missing_bars"),
            "There is no check 'missing_bars' (did you mean 'missing_bar'?).\n    `dq checks`",
        ),
        (("--all", "--check", "chanel_down"), "(did you mean 'channel_down'?)"),
        (("--instrument", "BTC"), "No run and no incident of 'BTC' is recorded (did you mean 'BTC-USD'?).\n"),
        (("--instrument", "NQ=F", "--instrument", "NOPE"), "of 'NOPE' is recorded.\n    Recorded are AAPL, BTC-USD"),
        (("--source", "localhots"), "No source is recorded whose name holds 'localhots'.\n    Recorded are "),
    ],
)
def test_a_name_that_nothing_recorded_has_is_refused(desk, words, said):
    kept(desk, [SPIKE, MILD])
    recorded(desk, SICK)
    status, out, err = called(desk, "incidents", *words)
    assert (status, out, said in err) == (2, "", True), err


def test_of_a_known_name_it_says_that_none_lasts(desk, incidents):
    recorded(desk, SICK)
    assert incidents("--instrument", "ES=F") == "No incident of ES=F lasts.\n"
    assert incidents("--check", "channel_down", "--all") == "No incident of channel_down is recorded.\n"
    assert incidents("--severity", "warning", "--since", "1d") == (
        "No incident of severity warning or worse lasted in that time.\n"
    )


def test_the_life_of_one(desk, incidents):
    told_once(desk)
    text = incidents("7d0")
    lines = text.splitlines()
    assert lines[0] == "incident    7d0c11, critical, resolved"
    assert "bars        2026-03-12 14:19 UTC" in lines
    folded = " ".join(text.split())
    assert "life 2026-03-12 15:00 opened (warning) · 15:05 worse (critical) · 15:30 resolved, mended" in folded
    assert "dq docs build --run run-1" in text
    assert "what to do" not in text
    assert "2026-03-12 15:00  opened    slack    critical  2026-03-12 15:00\n" in text
    pending = "opened pager critical pending, tried 1 time, again 2026-03-12 15:07: it answered 503"
    assert pending in folded
    assert "2026-03-12 15:30  resolved  slack    critical  pending\n" in text
    assert "price_spike  critical  BTC-USD 1m  2026-03-12 14:19  The high of 73,500.25" in text


def test_the_life_of_one_as_json(desk, incidents):
    told_once(desk)
    (told,) = incidents("7d0c11", "--format", "json")
    assert (told["run"], told["state"], told["resolved"]) == ("run-1", "resolved", "2026-03-12T15:30:00Z")
    assert [one["what"] for one in told["events"]] == ["opened", "worse", "resolved"]
    assert [(one["channel"], one["sent"] is not None, one["attempts"]) for one in told["messages"]] == [
        ("slack", True, 1),
        ("pager", False, 1),
        ("slack", False, 0),
    ]
    assert told["findings"][0]["evidence"]["sigmas"] == 311.4


def test_one_of_dq_itself_has_no_bars_and_no_pages(desk, incidents):
    kept(desk, [BLIND])
    text = incidents("0ff")
    assert "series      dq itself" in text
    assert "lasts, last seen 2026-03-12 15:00 UTC" in text
    assert "`dq doctor`" in text
    assert "\nbars " not in text
    assert "\npages " not in text


def test_one_whose_run_is_no_longer_whole_says_so(desk, incidents):
    kept(desk, [replace(SPIKE, start=NO_INSTANT)])
    text = incidents(SPIKE.id)
    assert "no longer kept whole" in text
    assert "bars        no readable time" in text
    (told,) = incidents(SPIKE.id, "--format", "json")
    assert (told["run"], told["findings"], told["start"]) == (None, [], None)
    assert [one["what"] for one in told["events"]] == ["opened"]  # as an older dq recorded it


def test_one_that_is_not_there(desk):
    status, _, err = called(desk, "incidents", "nothing")
    assert (status, "No run is recorded yet" in err) == (2, True)
    kept(desk, [SPIKE])
    status, _, err = called(desk, "incidents", "nothing")
    assert status == 2
    assert err == "dq: No incident 'nothing' is recorded.\n    `dq incidents --all` lists them.\n"
    status, _, err = called(desk, "incidents", "")
    assert (status, "No incident '' is recorded" in err) == (2, True)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_it_folds_to_the_terminal(desk, incidents, width):
    told_once(desk)
    for words in (("--all",), (SPIKE.id,)):
        lines = incidents(*words, COLUMNS=str(width)).splitlines()
        foldable = [line for line in lines if len(line.split()) > 1]  # an address stays in one piece
        assert max(map(len, foldable)) <= min(width, 120)


def test_colours_are_as_people_ask(desk, incidents):
    kept(desk, [SPIKE, MILD])
    assert "\x1b[1;31mcritical" in incidents("--color")
    assert "\x1b[31;1mcritical\x1b[0m, ongoing" in incidents(SPIKE.id, "--color")
    assert "\x1b" not in incidents(FORCE_COLOR="1", NO_COLOR="1")
    assert "\x1b" not in incidents(SPIKE.id, "--no-color", FORCE_COLOR="1")


def test_a_history_that_cannot_be_read_is_told(desk):
    desk.history.mkdir(parents=True)
    for words in (("incidents",), ("report",), ("docs", "build")):
        status, out, err = called(desk, *words)
        assert (status, out) == (3, "")
        assert err.startswith(f"dq: The history '{desk.history}' cannot be ")
        assert "--no-history" not in err


def test_the_command_itself_is_plain_in_a_pipe(desk):
    kept(desk, [SPIKE])
    environment = {**desk.environment, "PYTHONIOENCODING": "ascii"}
    del environment["NO_COLOR"]
    words = [sys.executable, "-X", "importtime", "-m", "dq", "incidents"]
    answer = subprocess.run(words, cwd=desk.folder, env=environment, capture_output=True, text=True, check=True)
    assert "\x1b" not in answer.stdout
    assert SPIKE.id in answer.stdout
    assert not [name for name in ("pandas", "plotly", "jinja2", "psycopg") if f"| {name}\n" in answer.stderr]
