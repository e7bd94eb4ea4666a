"""The pages of a watch: written after its runs, whole files each, and served beside health and metrics."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Sequence
from pathlib import Path

import click

from dq import __version__
from dq.cli.instants import now
from dq.cli.validation import add_incidents_of, pages_of, write_docs_of
from dq.cli.watch_questions import Plan
from dq.model import SECOND, Life, Parcel
from dq.serving import Due, Server, Standing, serve
from dq.watch import Round

PAUSE = 60.0  # seconds between two writings of pages that are served alone
AFTER_A_RUN = 120.0  # seconds in which its pages are written


class Pages:
    """Writes the newest run of the dashboard's cadence as pages, and serves them where an address is given.

    Args:
        address: HOST:PORT, or None: pages are written into `docs` alone.
        docs: the folder of `--docs`; None: one in the cache.

    Raises:
        SettingsError: nothing can be served at that address.
    """

    def __init__(self, plan: Plan, address: str | None, docs: Path | None) -> None:
        self._docs, self._plan = docs, plan
        self._folder, self._written = docs, float("-inf")
        self._server: Server | None = None
        if address is not None:
            self._folder = docs or plan.settings.cache / "watch" / re.sub(r"[^\w.-]", "_", address)
            due, grace = _due(plan, plan.at_once), plan.settings.grace
            self._server = serve(address, self._folder, now, version=__version__, cadences=due, grace=grace)
            click.echo(f"serving http://{self._server.address}/", err=True)

    @property
    def served(self) -> bool:
        return self._server is not None

    def renew(self, plan: Plan) -> None:
        """Other cadences from now on."""
        self._plan = plan
        if self._server is not None:
            self._server.expect(_due(plan))

    def turned(self, limit: int | None = None) -> None:
        """The watch is alive.

        Args:
            limit: microseconds that the run which begins may take.
        """
        if self._server is not None:
            self._server.turned((limit or 0) / SECOND + AFTER_A_RUN)

    def told(self, done: Round) -> None:
        """Show that round's numbers, and write its pages; of a round that has none, those of incidents that it opened."""
        if self._server is not None:
            self._server.told(done)
            self.turned()
        if self._folder is None:
            return
        asked, shown = self._plan.of(done.cadence).asked, done.cadence == self._plan.dashboard
        if shown and self._docs is not None:
            write_docs_of(done.outcome, self._docs, asked)
        elif shown and time.monotonic() - self._written >= PAUSE:
            pages_of(done.outcome, self._folder, asked)
            self._written = time.monotonic()
        else:
            add_incidents_of(done.outcome, self._folder, asked)

    def stands(self, lives: Sequence[Life], parcels: Sequence[Parcel]) -> None:
        """Show what the history says now."""
        if self._server is not None:
            history = self._plan.settings.history
            size = history.stat().st_size if isinstance(history, Path) and history.exists() else None
            channels = [one.name for one in self._plan.settings.alerts]
            self._server.stands(Standing(lives, parcels, channels, size))

    def close(self) -> None:
        """Serve no more."""
        if self._server is not None:
            self._server.close()


def _due(plan: Plan, at_once: Collection[str] = ()) -> dict[str, Due]:
    """When each cadence is run next; those at once now."""
    at = now()
    return {
        one.name: Due(one.timetable.every, at if one.name in at_once else one.timetable.after(at))
        for one in plan.cadences
    }
