"""When runs begin: on the boundaries of an interval, plus the grace that bars are given to arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dq.model import SECOND

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOOK_UP = 30  # seconds; timers stand still while a machine sleeps, so the clock is looked at again after waking


@dataclass(frozen=True, slots=True)
class Timetable:
    """Boundaries are counted from 1970 in UTC: `every` an hour with a minute's grace is one past each hour.

    Attributes:
        every, grace: microseconds.
    """

    every: int
    grace: int

    def after(self, instant: int) -> int:
        """The first beginning at or after that instant, microseconds UTC."""
        phase = self.grace % self.every
        return instant + (phase - instant) % self.every

    def keep(self, work: Callable[[], bool], goes_on: Callable[[], bool]) -> None:
        """Do the work at each beginning, in this thread, until it returns False.

        There are never two at once. Beginnings that pass while the work is being done, or while the machine sleeps,
        are caught up by one run. What the work raises ends the timetable and is raised here.

        Args:
            goes_on: asked twice a minute; where it says no, the timetable ends.
        """
        from apscheduler.events import EVENT_JOB_SUBMITTED
        from apscheduler.executors.debug import DebugExecutor
        from apscheduler.schedulers.blocking import BlockingScheduler

        # that executor works in the thread of the scheduler, which is the one that signals and deadlines interrupt
        scheduler = BlockingScheduler(timezone=UTC, executors={"default": DebugExecutor()})
        kept = _Kept(work), _Kept(goes_on)
        once_at_most = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        began = EPOCH + timedelta(microseconds=self.grace % self.every)
        scheduler.add_job(kept[0], "interval", seconds=self.every / SECOND, start_date=began, **once_at_most)
        scheduler.add_job(kept[1], "interval", seconds=LOOK_UP, **once_at_most)

        def end(_event: object) -> None:
            if any(one.ended for one in kept):
                scheduler.shutdown(wait=False)

        scheduler.add_listener(end, EVENT_JOB_SUBMITTED)  # when a job is done with; within one it would be too early
        scheduler.start()
        if kept[0].raised is not None:
            raise kept[0].raised


class _Kept:
    """Work as the scheduler calls it, which would log what the work raises, and go on."""

    def __init__(self, work: Callable[[], bool]) -> None:
        self.raised: BaseException | None = None
        self.ended = False
        self._work = work

    def __call__(self) -> None:
        try:
            self.ended = not self._work()
        except BaseException as raised:  # noqa: BLE001  raised again by whoever started the scheduler
            self.raised, self.ended = raised, True
