"""Work at its instants, all in this thread: APScheduler says what is due, and the shortest cadence comes first."""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger

from dq.watch.timetable import Timetable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LOOK_UP = 30.0  # seconds; timers stand still while a machine sleeps, and clocks are set: so it is looked at again
JOB = "run "  # before a name, which may be empty: APScheduler would take one of its own
ONE_AT_MOST = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


class Work(NamedTuple):
    """What is done, and when."""

    timetable: Timetable
    act: Callable[[], None]


class Clockwork:
    """Does each work at the beginnings of its timetable, one at a time.

    Beginnings that pass while another work is done, or while the machine sleeps, are caught up by one. Where several
    works are due, the one with the shortest timetable is done first: what is asked every minute must not wait for an
    audit of the night longer than it has to. A clock that is set back moves the next beginnings back with it.

    Args:
        clock: microseconds UTC.
        pause: waits for so many seconds, or until it is woken; it does so itself where None.

    Attributes:
        patience: seconds between two looks, at most.
    """

    def __init__(
        self, clock: Callable[[], int], patience: float = LOOK_UP, pause: Callable[[float], None] | None = None
    ) -> None:
        self.patience = patience
        self._clock, self._pause = clock, pause or self._wait
        self._ready, bell = os.pipe()
        os.set_blocking(bell, False)
        self._bell: int | None = bell
        self._works: dict[str, Work] = {}
        self._due: set[str] = set()
        self._had_turn: set[str] = set()
        self._scheduler = _Scheduler(self.wake)

    def set(self, works: Mapping[str, Work], at_once: Collection[str] = ()) -> None:
        """These works, by name, from now on; one that keeps its name and timetable keeps its next beginning.

        Args:
            at_once: the names of those that are due now, too.
        """
        for name in set(self._works) - {name for name, work in works.items() if self._keeps(name, work)}:
            self._scheduler.remove_job(JOB + name)
            self._due.discard(name)
        for name in [name for name, work in works.items() if not self._keeps(name, work)]:
            trigger = _Beginnings(works[name].timetable)
            self._scheduler.add_job(self._due.add, trigger, args=[name], id=JOB + name, **ONE_AT_MOST)
        self._works = dict(works)
        self._due.update(at_once)

    def keep(self, look: Callable[[], bool]) -> None:
        """Do what falls due until a look says no; whatever the work raises ends it, and is raised here.

        Args:
            look: asked before each work and each pause, and at least once in `patience` seconds.
        """
        try:
            while look():
                seconds = self._scheduler.seconds(self._works, self._clock())
                if self._due:
                    self._work()
                else:
                    self._had_turn.clear()
                    self._pause(min(seconds, self.patience))
        finally:
            self._scheduler.shutdown()

    def hurry(self, name: str) -> None:
        """That work is due now, whatever its timetable says."""
        self._due.add(name)

    def wake(self) -> None:
        """End the pause; a handler of signals may ask for it at any moment."""
        with suppress(BlockingIOError):
            if self._bell is not None:
                os.write(self._bell, b"!")

    def close(self) -> None:
        """Let go of what a pause needs; there is no other pause."""
        bell, self._bell = self._bell, None
        for descriptor in (self._ready, bell):
            if descriptor is not None:
                os.close(descriptor)

    def _keeps(self, name: str, work: Work) -> bool:
        return name in self._works and self._works[name].timetable == work.timetable

    def _work(self) -> None:
        """The work of the shortest timetable among those that are due and had no turn since one of them was left out.

        One that takes longer than its own interval is always due: it must not keep the others from their turn.
        """
        waiting = self._due - self._had_turn
        if not waiting:
            self._had_turn.clear()
        name = min(waiting or self._due, key=lambda name: (self._works[name].timetable.every, name))
        self._had_turn.add(name)
        self._due.remove(name)
        self._works[name].act()

    def _wait(self, seconds: float) -> None:
        if select.select([self._ready], [], [], max(seconds, 0))[0]:
            os.read(self._ready, 4096)


class _Scheduler(BaseScheduler):  # type: ignore[misc]  # APScheduler publishes no types
    """APScheduler's timing without a thread or a loop of its own: it is asked."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        super().__init__(timezone=UTC, executors={"default": DebugExecutor()})
        self.start()

    def wakeup(self) -> None:
        """APScheduler calls it when jobs change."""
        self._wake()

    def shutdown(self, wait: bool = False) -> None:  # noqa: FBT002  as APScheduler has it
        """No work is under way when it is asked."""
        super().shutdown(wait)

    def seconds(self, works: Mapping[str, Work], now: int) -> float:
        """Mark what is due, and return the seconds until the next beginning."""
        for job in self.get_jobs():
            timetable = works[job.id.removeprefix(JOB)].timetable
            if not timetable.stands(_micros(job.next_run_time), now):
                job.modify(next_run_time=EPOCH + timetable.after(now) * MICROSECOND)
        return float(self._process_jobs() or 0)


class _Beginnings(BaseTrigger):  # type: ignore[misc]  # as above
    """The beginnings of a timetable; one that is long past is followed by the first of the future."""

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Aware, UTC: after the one before and not before now, as APScheduler asks for it."""
        at = _micros(now)
        if previous_fire_time is not None:
            at = max(at, _micros(previous_fire_time)) + 1
        return EPOCH + self._timetable.after(at) * MICROSECOND


def _micros(instant: datetime) -> int:
    return (instant - EPOCH) // MICROSECOND
