"""What a run leaves in the history: itself, the lives of incidents, and what channels are told; all of it or nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from html_samples import AT, sick_run

from dq.history import open_history
from dq.model import HOUR, MINUTE, RunError, Window
from dq.run import Asked
from dq.run.living import CHANNELS, settle
from dq.settings import AlertSettings, Settings
from dq.sources import Access

SICK = sick_run()[0]
CLEAN = replace(SICK, findings=(), verdict="pass", exit_code=0)
DOWN = replace(CLEAN, series=(), verdict="unknown", exit_code=3, source="db", errors=(RunError("source", "down"),))
DESK, NIGHT = AlertSettings("json://127.0.0.1/", "desk"), AlertSettings("json://127.0.0.1/", "night", "critical")


@pytest.fixture
def history(tmp_path):
    with open_history(tmp_path / "history.sqlite") as opened:
        yield opened


def judge(history, run, after=0, channels=(DESK, NIGHT), **options):
    """Settle the run as of `after` microseconds after the sample's own instant."""
    now = AT + after
    run = replace(run, id=f"run-{now}", as_of=now, window=Window(now - HOUR, now))
    asked = Asked(Access("db"), Settings(history.database.path, Path()), now, channels=channels, **options)
    return settle(run, asked, history, ())


def waiting(history):
    """Channel -> what it is to be told, incident by incident."""
    told = {}
    for one in history.parcels():
        told.setdefault(one.message.channel, []).append(one.message.what)
    return told


def test_each_incident_is_told_once_to_those_whom_it_concerns_and_when_it_is_over(history):
    run = judge(history, SICK)
    assert {one.state for one in run.incidents} == {"open"}
    loud = [one for one in run.incidents if one.severity != "info"]
    critical = [one for one in loud if one.severity == "critical"]
    assert waiting(history) == {"desk": ["opened"] * len(loud), "night": ["opened"] * len(critical)}
    again = judge(history, SICK, MINUTE)
    assert {one.id: one.state for one in again.incidents} == {one.id: "ongoing" for one in run.incidents}
    assert len(history.parcels()) == len(loud) + len(critical)
    judge(history, CLEAN, HOUR)
    assert waiting(history)["night"] == [*["opened"] * len(critical), *["resolved"] * len(critical)]
    assert not history.lives(lasting=True)
    assert {event.what for one in run.incidents for event in history.events(one.id)} == {"opened", "resolved"}


def test_a_run_that_told_nobody_leaves_it_to_the_next(history):
    judge(history, SICK, channels=())
    assert history.parcels() == ()
    run = judge(history, SICK, MINUTE)
    assert {one.state for one in run.incidents} == {"ongoing"}
    assert set(waiting(history)["desk"]) == {"opened"}
    judge(history, CLEAN, HOUR, channels=())  # somebody looked by hand, and it was over
    judge(history, CLEAN, HOUR + MINUTE)
    assert "resolved" in waiting(history)["desk"]


def test_what_ends_a_run_before_its_last_line_leaves_nothing(history, monkeypatch):
    monkeypatch.setattr(type(history), "keep_messages", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        judge(history, SICK)
    assert (history.runs(5), history.lives(), history.parcels()) == ((), (), ())


def test_a_run_of_the_past_changes_nothing(history):
    judge(history, CLEAN)
    run = judge(history, SICK, -2 * HOUR, at=AT - 2 * HOUR)
    assert {one.state for one in run.incidents} == {"open"}
    assert (history.lives(), history.parcels(), len(history.runs(5))) == ((), (), 2)


def test_a_clock_that_is_set_back_stops_no_life(history):
    judge(history, SICK, 5 * HOUR)
    judge(history, CLEAN)
    judge(history, CLEAN, 6 * MINUTE)
    assert history.lives(lasting=True) == ()
    assert set(waiting(history)["desk"]) == {"opened", "resolved"}


def test_three_runs_that_cannot_tell_are_told_and_that_they_can_again(history):
    judge(history, SICK)
    before = len(history.parcels())
    for at in range(1, 6):
        judge(history, DOWN, at * MINUTE)
    (life,) = history.lives("db", lasting=True)
    assert (life.check, life.severity, "down" in life.message) == ("could_not_tell", "critical", True)
    told = [one.message for one in history.parcels()[before:]]
    assert [(one.channel, one.what, one.incident) for one in told] == [
        ("desk", "opened", life.id),
        ("night", "opened", life.id),
    ]
    judge(history, SICK, 7 * MINUTE)
    assert [one.message.what for one in history.parcels()[before + 2 :]] == ["resolved"] * 2
    assert [event.what for event in history.events(life.id)] == ["opened", "resolved"]


def test_a_channel_that_is_down_is_told_to_the_others(history):
    judge(history, SICK)
    for attempt in range(1, 4):
        (mine,) = history.claim(AT + attempt * HOUR, MINUTE, {"desk"})
        history.unsent(mine.message.id, "Connection refused", AT + attempt * HOUR)
    mail = AlertSettings("json://127.0.0.1/", "mail")
    judge(history, SICK, 4 * HOUR, channels=(DESK, NIGHT, mail))
    (life,) = history.lives(CHANNELS, lasting=True)
    assert "desk" in life.message
    assert [(one.message.channel, one.message.what) for one in history.parcels(incident=life.id)] == [
        ("night", "opened"),
        ("mail", "opened"),
    ]
    while mine := history.claim(AT + 5 * HOUR, MINUTE, {"desk"}):
        history.sent(mine[0].message.id, AT + 5 * HOUR)
    judge(history, SICK, 6 * HOUR)
    assert history.lives(CHANNELS, lasting=True) == ()


def test_a_channel_is_told_in_order_and_by_one_at_a_time(history):
    judge(history, SICK)
    (first,), nobody = history.claim(AT, MINUTE, {"desk"}), history.claim(AT + MINUTE // 2, MINUTE, {"desk"})
    assert nobody == ()
    (again,) = history.claim(AT + MINUTE, MINUTE, {"desk"})  # the lease is over: who took it has died
    assert again.message == first.message
    history.unsent(first.message.id, "no", AT + 10 * MINUTE)
    assert history.claim(AT + 2 * MINUTE, MINUTE, {"desk"}) == ()
    history.sent(first.message.id, AT + 2 * MINUTE)
    (second,) = history.claim(AT + 2 * MINUTE, MINUTE, {"desk"})
    assert second.message.id != first.message.id
