"""What follows a round: its lines, pages and metrics, the heartbeat, the service manager, the courier."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from dq.cli.logs import log_by
from dq.cli.watch_lines import Printer, line
from dq.cli.watch_outbox import Outbox
from dq.cli.watch_output import Outlet
from dq.cli.watch_pages import Pages
from dq.cli.watch_questions import Plan
from dq.logbook import about
from dq.settings import Settings
from dq.watch import Round
from dq.watch.alone import Warned
from dq.watch.guard import tell_all
from dq.watch.heartbeat import Heartbeat
from dq.watch.notify import Notify

FAREWELL = 13.0  # seconds for a ping that is under way, both attempts, where the watch ends by itself
READING = 2.0  # seconds that whoever reads our lines is given where a signal ends the watch
DELIVERY = 60.0  # seconds for the courier: who runs a watch once from a timer may end its children with it
log = logging.getLogger("dq.watch")


class Following:
    """Everybody who is told of rounds. None of them ends the watch.

    Args:
        options: the flags by name.

    Raises:
        SettingsError: nothing can be served at that address.
    """

    def __init__(self, plan: Plan, options: Mapping[str, Any], notify: Notify) -> None:
        log_by(plan.settings.log)
        self._plan, self._options, self._notify = plan, options, notify
        self._heartbeat = Heartbeat(plan.settings.heartbeat)
        self._outbox = Outbox()
        self._printer, self._unprinted = Printer(), Warned()
        self._pages = Pages(plan, options["serve"] or plan.settings.serve, options["docs"])
        self._outlet = Outlet()

    def renew(self, plan: Plan) -> None:
        """Other settings from now on; what cannot be changed any more is said."""
        before, settings = self._plan.settings, plan.settings
        self._plan = plan
        log_by(settings.log)
        self._heartbeat.url = settings.heartbeat
        self._pages.renew(plan)
        where = settings.config or "the environment, without a dq.toml"
        log.warning("the settings were read again: %s", where, extra=about("reload"))
        self._say_what_stays(before, settings)

    def busy(self) -> bool:
        """Whether a courier is under way: when it ends, what it had no time for is sent."""
        return self._outbox.busy()

    def begins(self, cadence: str) -> None:
        """A round is about to begin."""
        self._notify.alive()
        self._pages.turned(self._plan.of(cadence).limit)

    def look(self) -> None:
        """What is to be seen to between rounds.

        Raises:
            BrokenPipeError: whoever read our lines has gone.
        """
        self._notify.alive()
        self._outlet.end()
        self._pages.turned()
        self._visit(soon=False)

    def told(self, done: Round) -> None:
        """Tell everybody of the round.

        Raises:
            BrokenPipeError: whoever read our lines has gone: there is nobody to watch for.
        """
        self._notify.alive()
        done = replace(done, heartbeat_failures=self._heartbeat.failures, heartbeat_up=self._heartbeat.up)
        tell_all([self._heartbeat.told, self._stand], done)
        self._print(done)
        tell_all([self._pages.told, self._tell_channels, lambda _: self._visit(soon=True)], done)

    def close(self, *, waiting: bool) -> None:
        """Say goodbye.

        Args:
            waiting: for a ping and for messages that are under way, and for whoever reads our lines.

        Raises:
            BrokenPipeError: whoever read our lines has gone.
        """
        self._notify.stopping()
        self._pages.close()
        self._heartbeat.close(FAREWELL if waiting else 0)
        self._outbox.close(DELIVERY if waiting else 0)
        self._outlet.close(None if waiting else READING)

    def _tell_channels(self, done: Round) -> None:
        if self._plan.of(done.cadence).asked.record:
            self._outbox.told(done.outcome.run, self._plan.settings)

    def _stand(self, done: Round) -> None:
        self._notify.status(line(done.outcome.run, done.cadence))

    def _print(self, done: Round) -> None:
        output: Path | None = self._options["output"]
        fail_on = self._plan.of(done.cadence).asked.fail_on
        try:
            self._printer.print(done, self._options["style"], output, fail_on, named=len(self._plan.cadences) > 1)
            self._outlet.end()
        except BrokenPipeError:
            raise
        except Exception as wrong:  # noqa: BLE001  a full disk, a folder that is gone: the next run is judged all the same
            self._unprinted.of("a run could not be written: %s", wrong)
        else:
            self._unprinted.over()

    def _visit(self, *, soon: bool) -> None:
        """The history, where anybody wants to know: channels to deliver to, or those who look at the metrics."""
        settings = self._plan.settings
        if (settings.alerts or self._pages.served) and self._outbox.look(settings, soon=soon):
            self._pages.stands(self._outbox.lives, self._outbox.parcels)

    def _say_what_stays(self, before: Settings, settings: Settings) -> None:
        if settings.serve != before.serve:
            log.warning("what is served, and where, stays as it is until dq watch is started again")
        if self._options["source"] is not None and settings.source.url != before.source.url:
            log.warning("the source stays the one that stands on the command line")
