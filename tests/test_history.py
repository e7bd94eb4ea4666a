"""History: what a run leaves behind, in a real file and in a real PostgreSQL."""

from dataclasses import replace

import pytest
from history_places import answer, place  # noqa: F401  a fixture

from dq.history import AbsentError, HistoryError, open_history, read_history
from dq.history.retention import KEPT
from dq.history.tally import Tally
from dq.model import (
    MINUTE,
    CheckVerdict,
    Event,
    Finding,
    Incident,
    Life,
    Message,
    Run,
    RunError,
    Scope,
    Series,
    SeriesVerdict,
    Window,
)

NQ = Series("NQ=F", MINUTE, "CME_Equity")
SOURCE = "postgresql://u:***@h/d"
HOLE = Finding("missing_bar", "warning", NQ, 60, 120, 2, "Two bars are missing.", cause="hole")


def incident(id_="i-1", **changes) -> Incident:
    first = Incident(id_, "missing_bar", "hole", "warning", "open", 60, 120, ("NQ=F",), (0,), "Two bars are missing.")
    return replace(first, **changes)


def run(id_="r-1", as_of=1_000, **changes) -> Run:
    checks = (CheckVerdict("missing_bar", "fail", "", 1), CheckVerdict("null_volume", "not_checked", "never any"))
    verdict = SeriesVerdict(NQ, 58, 60, 2, 0, 0, 0, 59, "fail", checks)
    plain = Run(id_, as_of, Window(0, 60), SOURCE, "ohlc_1m", "fail", 1, "0.1.0", 0.25)
    return replace(plain, **{"series": (verdict,), "findings": (HOLE,), "incidents": (incident(),)} | changes)


def test_a_run_is_read_back_as_it_was_recorded(place):  # noqa: F811
    error = RunError("source", "ES=F did not answer.", "Try again.", "ES=F")
    with open_history(place) as history:
        history.record(run(errors=(error,), notes=("a note",)))
    with open_history(place) as history:
        (record,) = history.runs(10)
    assert (record.id, record.as_of, record.window, record.verdict) == ("r-1", 1_000, Window(0, 60), "fail")
    assert (record.bars, record.expected_bars, record.completeness) == (58, 60, pytest.approx(58 / 60))
    assert record.findings == {"info": 0, "warning": 1, "critical": 0}
    assert (record.notes, record.errors, record.checks) == (("a note",), (error,), {"missing_bar": 1})
    assert record.series[0][:5] == Tally("NQ=F 1m", "fail", owed=60, missing=2, findings=1)[:5]
    assert record.series[0].completeness == record.completeness


def test_runs_come_newest_first_and_no_more_than_asked_for(place):  # noqa: F811
    with open_history(place) as history:
        for number in range(4):
            history.record(run(f"r-{number}", 1_000 + number))
        assert [record.id for record in history.runs(2)] == ["r-3", "r-2"]


def test_a_run_recorded_twice_is_one_run(place):  # noqa: F811
    with open_history(place) as history:
        history.record(run(findings=(HOLE, HOLE)))
        history.record(run())
        assert len(history.runs(10)) == 1
        assert history.run("r-1") == run()
    assert answer(place, "SELECT count(*) FROM detail") == [(1,)]


def test_old_runs_are_forgotten_with_their_findings(place, monkeypatch):  # noqa: F811
    monkeypatch.setattr("dq.history.retention.KEPT", 3)
    with open_history(place) as history:
        for number in range(5):
            history.record(run(f"r-{number}"))
        assert [record.id for record in history.runs(10)] == ["r-4", "r-3", "r-2"]
        assert history.run("r-1") is None
    assert answer(place, "SELECT run FROM detail ORDER BY run") == [("r-2",), ("r-3",), ("r-4",)]
    assert KEPT > 24 * 60 * 90


def _recorded_in_part(history):
    history.record(run("r-2"))
    history.keep_lives([life()], [])
    raise ZeroDivisionError


def test_a_run_is_recorded_whole_or_not_at_all(place):  # noqa: F811
    with open_history(place) as history:
        history.record(run())
        with pytest.raises(ZeroDivisionError), history.alone():
            _recorded_in_part(history)
        assert [record.id for record in history.runs(10)] == ["r-1"]
        assert history.lives() == ()
        history.record(run("r-3"))
    assert answer(place, "SELECT run FROM detail ORDER BY run") == [("r-1",), ("r-3",)]


def test_runs_are_found_by_their_instant_and_by_the_beginning_of_their_ids(place):  # noqa: F811
    with open_history(place) as history:
        for number, id_ in enumerate(("ab1", "ab2", "b%_:x", "a'c")):
            history.record(run(id_, 1_000 + number))
        assert [one.id for one in history.runs_between(1_000, 1_002)] == ["ab2", "b%_:x"]
        assert history.named("ab") == {"ab2": 1_001, "ab1": 1_000}
        assert history.named("b%") == {"b%_:x": 1_002}
        assert history.named("a'") == {"a'c": 1_003}
        assert history.count() == 4


def test_the_newest_run_that_could_tell_and_those_since_that_could_not_look(place):  # noqa: F811
    blind = {"verdict": "unknown", "series": (), "errors": (RunError("source", "It did not answer."),)}
    with open_history(place) as history:
        assert (history.newest(SOURCE), history.blind_runs(SOURCE)) == (None, 0)
        history.record(run("r-1", 1_000))
        history.record(run("r-2", 3_000, **blind))
        history.record(run("r-3", 2_000))
        history.record(run("r-4", 4_000, **blind))
        history.record(run("r-5", 5_000, **blind))
        assert (history.newest(SOURCE), history.newest("elsewhere")) == (2_000, None)
        assert (history.blind_runs(SOURCE), history.blind_runs("elsewhere")) == (2, 0)
        history.keep_lives([life()], [])
        assert (history.life_sources(SOURCE, 0), history.life_sources("elsewhere", 0)) == ({SOURCE}, frozenset())


def life(id_="i-1", **changes) -> Life:
    scope = Scope("ohlc_1m", 60)
    told = ("missing_bar", "hole", "warning", "critical", "open", 1_000, 2_000, 60, 120, ("NQ=F",), "Two are missing.")
    return replace(Life(id_, SOURCE, "missing_bar|hole|NQ=F", *told, scope), **changes)


def test_a_life_and_its_steps_are_read_back(place):  # noqa: F811
    opened = Event(SOURCE, "i-1", 1_000, "opened", "warning", "r-1", "Two are missing.")
    ended = life("i-2", state="resolved", resolved=1_500, ending="mended", flapping=True, last_seen=1_400)
    with open_history(place) as history:
        history.keep_lives([life(), ended], [opened, replace(opened, at=2_000, what="worse")])
        history.keep_lives([life(severity="info", quiet=True)], [])
        assert history.lives() == (ended, life(severity="info", quiet=True))
        assert history.lives(SOURCE, lasting=True) == (life(severity="info", quiet=True),)
        assert history.lives("elsewhere") == ()
        assert [step.what for step in history.events("i-1")] == ["opened", "worse"]
        assert [step.incident for step in history.events_since(SOURCE, 1_600)] == ["i-1", "i-1"]
        assert history.known_lives(run(as_of=3_000), 1_600) == (life(severity="info", quiet=True),)
        assert len(history.known_lives(run(as_of=3_000), 1_500)) == 2
        assert all(name in history.life_ids(SOURCE) for name in ("i-1", "i-2"))
        assert "i-3" not in history.life_ids(SOURCE)


def message(id_, channel="ops", **changes) -> Message:
    first = Message(id_, SOURCE, "i-1", channel, "opened", "critical", "A title", "A body", "", 1_000)
    return replace(first, **changes)


def test_messages_are_claimed_one_a_channel_and_sent_once(place):  # noqa: F811
    with open_history(place) as history:
        history.keep_lives([life()], [])
        history.keep_messages([message("m-1"), message("m-2", what="worse"), message("m-3", "desk")])
        history.keep_messages([message("m-1", title="Another")])
        assert [one.message.title for one in history.parcels()] == ["A title"] * 3
        assert [one.message.id for one in history.claim(2_000, 500, {"ops"})] == ["m-1"]
        assert history.claim(2_100, 500, {"ops"}) == ()
        history.unsent("m-1", "It did not answer.", 9_000)
        assert history.claim(3_000, 500, {"ops"}) == ()
        assert [one.error for one in history.claim(9_000, 500, {"ops"})] == ["It did not answer."]
        history.sent("m-1", 9_100)
        assert [one.message.id for one in history.claim(9_200, 500, {"ops", "desk"})] == ["m-2", "m-3"]
        assert [one.sent for one in history.parcels(pending=False)] == [None, None, 9_100]
        assert history.parcels_since(SOURCE, 0) == history.parcels(pending=False)[::-1]
        assert {key: one.what for key, one in history.told(SOURCE, 0).items()} == {
            ("i-1", "ops"): "worse",
            ("i-1", "desk"): "opened",
        }


def test_what_is_older_than_it_is_kept_is_forgotten_a_little_with_each_run(place, monkeypatch):  # noqa: F811
    ended = {"state": "resolved", "resolved": 1_000}
    with open_history(place) as history:
        for number in range(5):
            history.record(run(f"r-{number}", 50), recorded=1_000 + number)
        step = Event(SOURCE, "i-1", 1_000, "opened", "warning", "r-0", "Two are missing.")
        lately = replace(step, incident="i-2", run="r-4")
        history.keep_lives([life(**ended), life("i-2", **ended), life("i-3")], [step, lately])
        history.keep_messages([message("m-1"), message("m-2"), message("m-3", created=9_000)])
        history.sent("m-1", 1_000)
        history.forget(1_000)
        assert (len(history.runs(10)), len(history.lives()), len(history.parcels(pending=False))) == (5, 3, 3)
        monkeypatch.setattr("dq.history.retention.AT_ONCE", 2)
        history.forget(1_003)
        assert [one.id for one in history.runs(10)] == ["r-4", "r-3", "r-2"]
        history.forget(1_003)
        assert [one.id for one in history.runs(10)] == ["r-4", "r-3"]
        assert {one.id for one in history.lives()} == {"i-2", "i-3"}  # a run is kept that made a step of i-2
        assert (history.events("i-1"), len(history.events("i-2"))) == ((), 1)
        assert [one.message.id for one in history.parcels()] == ["m-3"]
    assert answer(place, "SELECT count(*) FROM detail") == [(2,)]


def test_those_who_read_see_what_was_written_and_write_nothing(place):  # noqa: F811
    with open_history(place) as history:
        history.record(run())
        with read_history(place) as beside:
            assert beside.run("r-1") == run()
            with pytest.raises(HistoryError):
                beside.record(run("r-2"))
            assert beside.count() == 1


def test_there_is_none_before_the_first_run(place):  # noqa: F811
    with pytest.raises(AbsentError):
        read_history(place)
