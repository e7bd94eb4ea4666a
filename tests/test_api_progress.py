"""Progress of long work: what is noted is told at once, and shown where somebody looks."""

from __future__ import annotations

import io
import sys
import threading
import time

import pytest

import dq
from dq import progress
from dq.sources.doing import Doing, forget, last_noted, note, steps, told_to


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


class Drawn:
    """A face that keeps what it was told to draw."""

    def __init__(self):
        self.drawn, self.ended = [], 0

    def draw(self, doing):
        self.drawn.append((doing.what, doing.done, doing.total))

    def end(self):
        self.ended += 1


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.02)
    monkeypatch.setattr(progress, "EVERY", 0.01)


def test_what_is_noted_is_told_to_who_listens_and_to_nobody_else():
    heard = []
    with told_to(heard.append):
        note("reading")
        steps(2, 5)
    note("judging")
    assert [(one.what, one.done, one.total) for one in heard] == [("reading", 0, 0), ("reading", 2, 5)]
    assert last_noted()[0] == "judging"
    forget()
    steps(1, 2)
    assert last_noted() is None


def test_nothing_shows_of_work_that_is_soon_done():
    face = Drawn()
    with progress.shown(face):
        note("reading")
    assert (face.drawn, face.ended) == ([], 0)


def test_long_work_shows_and_is_wiped_away_however_it_ends(hasty):
    face, before = Drawn(), threading.active_count()

    def work():
        with progress.shown(face):
            note("reading")
            steps(3, 9)
            until = time.monotonic() + 10
            while len(face.drawn) < 3 and time.monotonic() < until:
                time.sleep(0.01)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert face.drawn[-1] == ("reading", 3, 9)
    assert len(face.drawn) >= 3
    assert face.ended == 1
    assert threading.active_count() == before


def test_a_terminal_shows_a_line_and_gets_it_back(hasty, monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    face = progress.face_of(None)
    face.draw(Doing("judging [bold]12 series\x1b", time.perf_counter(), 4, 12))
    assert "judging [bold]12 series : 4 of 12" in stream.getvalue()
    face.end()
    assert stream.getvalue().endswith("\x1b[2K")


@pytest.mark.parametrize(
    ("wanted", "stream", "shows"),
    [(None, io.StringIO(), False), (True, io.StringIO(), True), (False, Terminal(), False), (None, None, False)],
)
def test_it_shows_where_somebody_looks_or_wants_it(monkeypatch, wanted, stream, shows):
    monkeypatch.setattr(sys, "stderr", stream)
    assert (progress.face_of(wanted) is not None) is shows


def test_files_series_and_trials_are_counted():
    bars = dq.sample("1d").bars
    heard = []
    with told_to(heard.append):
        dq.validate(bars)
        dq.selftest(bars, each=1, instruments="BTC-USD")
    counted = {(one.what.partition(" ")[0], one.done, one.total) for one in heard if one.total > 2}
    assert {("judging", number, 5) for number in range(1, 6)} <= counted
    assert any(what == "putting" and done == total for what, done, total in counted)
