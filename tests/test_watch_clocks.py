"""dq watch and the clock: a machine that sleeps, a clock that is set, nights with an hour more or less."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from market_samples import instant

from dq.model import DAY, HOUR, MINUTE, SECOND, SourceError, instant_text
from dq.run import Asked, untold
from dq.settings import Settings
from dq.sources import Access
from dq.watch import Breaker, Timetable
from dq.watch.clockwork import Clockwork, Work

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Machine:
    """A machine with a clock that can be set; it waits in no time.

    Attributes:
        shifts: instants at which the clock is set, or the machine sleeps, by so many microseconds; each happens once.
    """

    def __init__(self, start, shifts=None):
        self.now, self.shifts, self.pauses = instant(start), dict(shifts or {}), []

    def clock(self):
        return self.now

    def pause(self, seconds):
        self.pauses.append(seconds)
        self.pass_by(seconds)

    def pass_by(self, seconds):
        self.now += max(round(seconds * SECOND), 1)
        for at in [at for at in self.shifts if self.now >= instant(at)]:
            self.now += self.shifts.pop(at)

    def kept(self, timetables, until, took=None):
        """When each work began, `HH:MM:SS` and its name, until so many were done.

        Args:
            took: seconds that a work of that name takes.
        """
        done, machine = [], self

        class Clock(datetime):
            @classmethod
            def now(cls, tz=None):
                return (EPOCH + timedelta(microseconds=machine.now)).astimezone(tz)

        def act(name):
            done.append(f"{instant_text(self.now)[11:19]}{' ' * bool(name)}{name}")
            self.pass_by((took or {}).get(name, 0))

        with patch("apscheduler.schedulers.base.datetime", Clock):
            clockwork = Clockwork(self.clock, pause=self.pause)
            clockwork.set({name: Work(one, lambda name=name: act(name)) for name, one in timetables.items()})
            clockwork.keep(lambda: len(done) < until)
        return done


HOURLY = {"": Timetable(HOUR, MINUTE)}


@pytest.mark.parametrize(
    ("shifts", "begun"),
    [
        ({}, ["07:01:00", "08:01:00", "09:01:00"]),
        ({"2026-03-08T08:30": 5 * HOUR}, ["07:01:00", "08:01:00", "13:30:00", "14:01:00"]),  # slept through five
        ({"2026-03-08T08:30": -5 * HOUR}, ["07:01:00", "08:01:00", "04:01:00", "05:01:00"]),
        ({"2026-03-08T08:01:05": -30 * SECOND}, ["07:01:00", "08:01:00", "09:01:00"]),  # 08:01 had its run
        ({"2026-03-08T08:01:05": -DAY}, ["07:01:00", "08:01:00", "09:01:00", "10:01:00"]),
        ({"2026-03-08T07:30": 20 * 366 * DAY}, ["07:01:00", "07:30:00", "08:01:00"]),  # it had no clock at all
    ],
)
def test_one_run_at_each_boundary_whatever_happens_to_the_clock(shifts, begun):
    machine = Machine("2026-03-08T06:30", shifts)
    assert machine.kept(HOURLY, len(begun)) == begun
    assert max(machine.pauses) <= 30


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe", "No/Such"])
@pytest.mark.parametrize("night", ["2026-03-08T04:30", "2026-11-01T03:30", "2026-04-04T13:30"])
def test_the_zone_of_the_machine_and_its_changes_mean_nothing(monkeypatch, zone, night):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        first = instant(night) + 31 * MINUTE
        begun = [instant_text(first + hour * HOUR)[11:19] for hour in range(6)]
        assert Machine(night).kept(HOURLY, 6) == begun
    finally:
        monkeypatch.undo()
        time.tzset()


MANY = {"full": Timetable(HOUR, MINUTE), "fresh": Timetable(MINUTE, 0), "audit": Timetable(DAY, 150 * MINUTE)}


def test_what_is_due_at_once_is_done_one_by_one_the_shortest_first():
    begun = Machine("2026-03-08T02:29:30").kept({**MANY, "full": Timetable(HOUR, 30 * MINUTE)}, 6, {"audit": 150})
    assert begun[:3] == ["02:30:00 fresh", "02:30:00 full", "02:30:00 audit"]
    assert begun[3:] == ["02:32:30 fresh", "02:33:00 fresh", "02:34:00 fresh"]


def test_one_that_takes_longer_than_its_interval_lets_the_others_have_their_turn():
    begun = Machine("2026-03-08T02:29:30").kept(MANY, 60, {"fresh": 90, "full": 10})
    assert sum(one.endswith("audit") for one in begun) == 1
    assert sum(one.endswith("full") for one in begun) == 1


def test_after_a_sleep_every_cadence_is_caught_up_once():
    begun = Machine("2026-03-08T00:00:30", {"2026-03-08T00:00:45": 8 * HOUR}).kept(MANY, 4)
    assert begun == ["08:01:00 fresh", "08:01:00 full", "08:01:00 audit", "08:02:00 fresh"]


def test_cadences_that_stay_keep_their_next_run_when_others_come_and_go():
    machine, done = Machine("2026-03-08T06:30"), []
    clockwork = Clockwork(machine.clock, pause=machine.pause)
    clockwork.set({name: Work(one, lambda name=name: done.append(name)) for name, one in MANY.items()}, ["full"])
    clockwork.set({"full": Work(MANY["full"], lambda: done.append("new"))})
    clockwork.keep(lambda: not done)
    assert done == ["new"]


def test_a_rest_does_not_outlast_a_clock_that_was_set_back(shell):
    settings, attempts = Settings(history=shell.history, cache=shell.cache), []
    asked = Asked(Access("postgresql://x"), settings, time.time_ns() // 1000, window=HOUR, record=False)
    breaker = Breaker(2 * MINUTE, Timetable(MINUTE, 0).after)

    def fail(asked):
        attempts.append(asked.now)
        return untold(asked, SourceError("down", passing=True), "0")

    for _ in range(3):
        breaker.passed(asked, fail)
    with pytest.raises(SourceError, match="not tried"):
        breaker.passed(asked, fail)
    breaker.passed(replace(asked, now=asked.now - DAY), fail)
    assert len(attempts) == 4
