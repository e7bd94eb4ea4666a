"""What `dq watch` does once its options are read: rounds until a signal ends it, under settings that may change."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from dq import __version__
from dq.cli.deadline import within
from dq.cli.instants import now
from dq.cli.terminal import log_from
from dq.cli.watch_following import Following
from dq.cli.watch_outbox import told_before
from dq.cli.watch_questions import Plan, plan_anew, plan_of
from dq.cli.watch_signals import Signals
from dq.logbook import about
from dq.model import DqError, instant_text
from dq.run import Asked, Outcome, validate
from dq.watch import Breaker, Watch
from dq.watch.alone import LOOK, Lock, alone
from dq.watch.guard import attempt, guarded
from dq.watch.knocking import TURN, Knocking
from dq.watch.notify import Notify

if TYPE_CHECKING:
    from dq.watch.clockwork import Clockwork

log = logging.getLogger("dq.watch")


def answer(*, log_level: str, **options: Any) -> int:
    """Watch until a signal or `times` runs end it, and return the exit status."""
    from dq.watch.clockwork import Clockwork

    notify = Notify.of(os.environ)
    clockwork = Clockwork(now)
    signals = Signals(clockwork.wake)
    log_from(log_level)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # what it says of each job, the runs say better
    watching = _Watching(options, signals, clockwork, notify)
    try:
        watching.begin()
        clockwork.keep(watching.look)
    except KeyboardInterrupt:
        log.info("ended by a signal", extra=about("end"))
    finally:
        if not signals.none():  # an interrupt that fell into a callback comes again, perhaps by now
            signals.enough()
        clockwork.close()
        watching.close(waiting=signals.none())
    return watching.status if options["times"] else 0


class _Watching:
    """Cadences and their rounds, under the settings that hold.

    Attributes:
        status: the highest exit status so far.
    """

    def __init__(self, options: Mapping[str, Any], signals: Signals, clockwork: Clockwork, notify: Notify) -> None:
        self.status = 0
        self._options, self._signals, self._clockwork, self._notify = options, signals, clockwork, notify
        self._rounds, self._look_at = 0, 0.0
        self._unseen: set[str] = set()  # cadences whose first run somebody may be looking at
        self._watches: dict[str, Watch] = {}
        self._knocking = Knocking()
        self._lock: Lock | None = None
        self._following: Following | None = None
        self._plan: Plan
        self._breaker: Breaker

    def begin(self) -> None:
        """Look at everything that can be wrong, before the first run.

        Raises:
            SettingsError, SuiteError: flags, settings, or an address to serve that is in use.
            HistoryError: another watch has the history.
        """
        plan = plan_of(self._options)
        self._lock = self._locked(plan)
        self._following = Following(plan, self._options, self._notify)
        self._breaker = Breaker(plan.rest, plan.following)
        self._unseen.update(plan.at_once)
        self._adopt(plan, plan.at_once)
        self._notify.ready()

    def look(self) -> bool:
        """What is to be seen to between runs; whether it goes on.

        Raises:
            HistoryError: the lock was lost, and another watch has the history meanwhile.
        """
        if self._signals.reload():
            self._reload()
        attempt(self._knock)
        if self._following is not None:
            attempt(self._following.look)
        if self._lock is not None and time.monotonic() > self._look_at:
            attempt(self._lock.stands)
            self._look_at = time.monotonic() + LOOK - TURN / 2
        return self._signals.none() and self._rounds != self._options["times"]

    def close(self, *, waiting: bool) -> None:
        """Let go of everything; runs are whole or not there."""
        try:
            if self._following is not None:
                self._following.close(waiting=waiting)
        finally:
            if self._lock is not None:
                self._lock.close()

    def _knock(self) -> None:
        """A source that answers again is asked at once; a courier that ended may be followed by another."""
        down = self._breaker.failures > 0
        awaited = down or (self._following is not None and self._following.busy())
        self._clockwork.patience = self._notify.within(TURN if awaited else LOOK)
        if self._knocking.came_back(self._plan.cadences[0].asked.access, down=down):
            log.warning("the source answers again: it is asked at once", extra=about("knock"))
            self._breaker.answered()
            self._clockwork.hurry(self._plan.cadences[0].name)

    def _adopt(self, plan: Plan, at_once: tuple[str, ...] = ()) -> None:
        from dq.watch.clockwork import Work

        run = guarded(_run, lambda: not self._signals.none(), __version__)
        for one in plan.cadences:
            new = Watch(one, self._breaker, run, now, __version__, partial(told_before, one.asked))
            watch = self._watches.setdefault(one.name, new)
            watch.cadence, watch.breaker = one, self._breaker
        self._plan = plan
        works = {one.name: Work(one.timetable, partial(self._round, one.name)) for one in plan.cadences}
        self._clockwork.set(works, at_once)

    def _round(self, name: str) -> None:
        if not self._signals.none():  # what a signal raised was swallowed on the way here
            return
        watch = self._watches[name]
        if self._following is not None:
            self._following.begins(name)
        done = watch.round(admitted=name not in self._unseen)
        self._unseen.discard(name)
        self._rounds += 1
        self.status = max(self.status, done.outcome.run.exit_code)
        if self._following is not None:
            self._following.told(done)
        if watch.behind:
            log.warning("nobody looked for a while before this run: another one does, at once")
            self._clockwork.hurry(name)
        if self._rounds == 1:
            log.info("the next run is at %s", instant_text(self._plan.following(now())))

    def _reload(self) -> None:
        """The settings as they are by now; where anything is wrong with them, those of before."""
        self._notify.reloading()
        try:
            self._renew(plan_anew(self._plan, self._options))
        except DqError as wrong:
            said = f"the settings stay as they were. {wrong.message} {wrong.hint}".strip()
            log.error("%s", said, extra=about("reload", status="failed"))  # noqa: TRY400  a sentence says it
        except Exception:
            log.exception("the settings stay as they were", extra=about("reload", status="failed"))
        self._notify.ready()

    def _renew(self, plan: Plan) -> None:
        before = self._plan
        if plan.settings.history != before.settings.history:
            lock = self._locked(plan)
            if self._lock is not None:
                self._lock.close()
            self._lock = lock
        if _source(plan) == _source(before):
            self._breaker.paced(plan.rest, plan.following)
        else:  # what is known of one source says nothing of another
            self._breaker, self._watches = Breaker(plan.rest, plan.following), {}
        self._unseen.clear()
        self._adopt(plan)
        if self._following is not None:
            self._following.renew(plan)

    def _locked(self, plan: Plan) -> Lock | None:
        if self._options["no_history"]:
            return None
        return alone(plan.settings.history, f"process {os.getpid()} on {socket.gethostname()}", now())


def _source(plan: Plan) -> tuple[str, str | None]:
    access = plan.cadences[0].asked.access
    return access.url, access.key


def _run(asked: Asked, limit: int | None) -> Outcome:
    return within(limit, lambda: validate(asked, __version__))
