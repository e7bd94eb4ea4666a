"""History: what a run leaves behind, in a real file."""

import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from dq.history import open_history
from dq.history.store import KEPT
from dq.history.tally import Tally
from dq.model import (
    MINUTE,
    CheckVerdict,
    Finding,
    Incident,
    Run,
    RunError,
    Series,
    SeriesVerdict,
    Window,
)

NQ = Series("NQ=F", MINUTE, "CME_Equity")
HOLE = Finding("missing_bar", "warning", NQ, 60, 120, 2, "Two bars are missing.", cause="hole")


def incident(id_="i-1", **changes) -> Incident:
    first = Incident(id_, "missing_bar", "hole", "warning", "open", 60, 120, ("NQ=F",), (0,), "Two bars are missing.")
    return replace(first, **changes)


def run(id_="r-1", as_of=1_000, **changes) -> Run:
    checks = (CheckVerdict("missing_bar", "fail", "", 1), CheckVerdict("null_volume", "not_checked", "never any"))
    verdict = SeriesVerdict(NQ, 58, 60, 2, 0, 0, 0, 59, "fail", checks)
    plain = Run(id_, as_of, Window(0, 60), "postgresql://u:***@h/d", "ohlc_1m", "fail", 1, "0.1.0", 0.25)
    return replace(plain, **{"series": (verdict,), "findings": (HOLE,), "incidents": (incident(),)} | changes)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "state" / "dq" / "history.sqlite"


def rows(path: Path, question: str) -> list:
    with sqlite3.connect(path) as connection:
        return connection.execute(question).fetchall()


def test_a_run_is_read_back_as_it_was_recorded(path):
    error = RunError("source", "ES=F did not answer.", "Try again.", "ES=F")
    with open_history(path) as history:
        history.record(run(errors=(error,), notes=("a note",)))
    with open_history(path) as history:
        (record,) = history.runs(10)
    assert (record.id, record.as_of, record.window, record.verdict) == ("r-1", 1_000, Window(0, 60), "fail")
    assert (record.bars, record.expected_bars, record.completeness) == (58, 60, pytest.approx(58 / 60))
    assert record.findings == {"info": 0, "warning": 1, "critical": 0}
    assert (record.notes, record.errors, record.checks) == (("a note",), (error,), {"missing_bar": 1})
    assert record.series == (Tally("NQ=F 1m", "fail", owed=60, missing=2, findings=1),)
    assert record.series[0].completeness == record.completeness


def test_runs_come_newest_first_and_no_more_than_asked_for(path):
    with open_history(path) as history:
        for number in range(4):
            history.record(run(f"r-{number}", 1_000 + number))
        assert [record.id for record in history.runs(2)] == ["r-3", "r-2"]


def test_a_run_recorded_twice_is_one_run(path):
    with open_history(path) as history:
        history.record(run(findings=(HOLE, HOLE)))
        history.record(run())
        assert len(history.runs(10)) == 1
        assert history.run("r-1") == run()
    assert rows(path, "SELECT count(*) FROM detail") == [(1,)]


def test_an_incident_keeps_the_instant_at_which_it_was_first_seen_until_it_is_resolved(path):
    with open_history(path) as history:
        history.record(run("r-1", 1_000))
        history.record(run("r-2", 2_000, incidents=(incident(state="worse", severity="critical", end=180),)))
        (record,) = history.open_incidents().values()
        assert (record.first_seen, record.last_seen, record.state) == (1_000, 2_000, "worse")
        assert (record.severity, record.end, record.series, record.check) == ("critical", 180, ("NQ=F",), "missing_bar")
        history.record(run("r-3", 3_000, incidents=()))
        assert list(history.open_incidents()) == ["i-1"]
        history.record(run("r-4", 4_000, incidents=(incident(state="resolved"),)))
        assert history.open_incidents() == {}


def test_a_run_of_the_past_changes_no_later_word(path):
    with open_history(path) as history:
        history.record(run("r-2", 2_000, incidents=(incident(state="resolved"),)))
        history.record(run("r-1", 1_000, incidents=(incident(state="open"),)))
        assert history.open_incidents() == {}


def test_incidents_of_one_source_are_not_those_of_another(path):
    with open_history(path) as history:
        history.record(run("r-1", 1_000))
        history.record(run("r-2", 2_000, source="bars.parquet", incidents=(incident(state="resolved"),)))
        assert list(history.open_incidents("postgresql://u:***@h/d")) == ["i-1"]
        assert history.open_incidents("bars.parquet") == {}
        assert list(history.open_incidents()) == ["i-1"]


def test_old_runs_are_forgotten_with_their_findings(path, monkeypatch):
    monkeypatch.setattr("dq.history.store.KEPT", 3)
    with open_history(path) as history:
        for number in range(5):
            history.record(run(f"r-{number}"))
        assert [record.id for record in history.runs(10)] == ["r-4", "r-3", "r-2"]
        assert history.run("r-1") is None
    assert rows(path, "SELECT run FROM detail ORDER BY run") == [("r-2",), ("r-3",), ("r-4",)]
    assert KEPT > 24 * 366


def test_a_run_is_recorded_whole_or_not_at_all(path):
    unspeakable = incident(start=object())
    with open_history(path) as history:
        history.record(run())
        with pytest.raises(Exception, match="not supported"):
            history.record(run("r-2", incidents=(incident(), unspeakable)))
        assert [record.id for record in history.runs(10)] == ["r-1"]
        history.record(run("r-3"))
    assert rows(path, "SELECT run FROM detail ORDER BY run") == [("r-1",), ("r-3",)]


def test_file_and_folder_are_their_owners_alone(path):
    with open_history(path) as history:
        history.record(run())
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_it_is_one_file_when_nobody_has_it_open(path):
    with open_history(path) as history:
        history.record(run())
    assert [one.name for one in path.parent.iterdir()] == ["history.sqlite"]
