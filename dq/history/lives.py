"""The lives of incidents as the history keeps them, and the steps that runs made in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields

from dq.history.database import Database
from dq.history.records import Row
from dq.model import Event, Life, Run, Scope

SPELLED = {"check": "check_name", "start": "start_at", "end": "end_at"}  # words that SQL keeps for itself
NEVER = (1 << 63) - 1  # later than any instant
PLAIN = tuple(
    field.name for field in fields(Life) if field.name not in {"series", "parts", "scope", "flapping", "quiet"}
)


@dataclass(frozen=True, slots=True)
class LifeIds:
    """The ids of a source's incidents, looked up one by one: there may be thousands, and a run gives a few."""

    database: Database
    source: str

    def __contains__(self, identity: object) -> bool:
        return bool(self.database.rows("history_has_life", {"source": self.source, "id": identity}))


class LifeBook:
    """Lives and events of a history."""

    database: Database

    def lives(self, source: str | None = None, *, lasting: bool = False, since: int | None = None) -> tuple[Life, ...]:
        """The incidents of one source or of all, the one seen last at the end.

        Args:
            lasting: only those that are not resolved.
            since: those too that were resolved then or later, microseconds UTC; None: whenever, unless `lasting`.
        """
        asked = {"source": source, "since": NEVER if lasting and since is None else since}
        return tuple(map(_life, self.database.rows("history_lives", asked)))

    def known_lives(self, run: Run, since: int) -> tuple[Life, ...]:
        """Those that a run may go on with: all of its source that last, or were resolved at `since` or later, or passed."""
        asked = {"source": run.source, "since": since, "start": run.window.start, "as_of": run.as_of}
        return tuple(map(_life, self.database.rows("history_known_lives", asked)))

    def life_ids(self, source: str) -> LifeIds:
        """The ids that incidents of that source have, or had."""
        return LifeIds(self.database, source)

    def events(self, incident: str) -> tuple[Event, ...]:
        """The steps in the life of the incident of that id, oldest first; two sources may have one of the same id."""
        return tuple(Event(**row) for row in self.database.rows("history_events", {"incident": incident}))

    def life_sources(self, place: str, since: int) -> frozenset[str]:
        """What the source at that place calls itself, run by run: it says no name while it is down, or others of other series.

        Args:
            place: the source as it was asked for, secrets masked.
            since: only names under which lives last, or were resolved then or later; microseconds UTC.
        """
        rows = self.database.rows("history_life_sources", {"place": place, "since": since})
        return frozenset(row["source"] for row in rows)

    def events_since(self, source: str, since: int) -> tuple[Event, ...]:
        """The steps of all lives of that source that last or were resolved at `since` or later, oldest first."""
        rows = self.database.rows("history_life_events", {"source": source, "since": since})
        return tuple(Event(**row) for row in rows)

    def keep_lives(self, lives: Iterable[Life], events: Iterable[Event]) -> None:
        """Write what a run made of lives, and its steps."""
        self.database.run_many("history_write_life", map(_row, lives))
        names = tuple(field.name for field in fields(Event))
        self.database.run_many("history_write_event", ({name: getattr(one, name) for name in names} for one in events))

    def newest(self, source: str) -> int | None:
        """`as_of` of the newest run of that source that could tell; None where there is none."""
        (row,) = self.database.rows("history_newest", {"source": source})
        as_of: int | None = row["as_of"]
        return as_of

    def blind_runs(self, place: str) -> int:
        """How many runs in a row, up to the newest, could not look at any series of that place."""
        (row,) = self.database.rows("history_blind_runs", {"place": place})
        return int(row["runs"])


def _row(life: Life) -> Row:
    row = {SPELLED.get(name, name): getattr(life, name) for name in PLAIN}
    scope = {"suite": life.scope.suite, "length": life.scope.length}
    flags = {"flapping": int(life.flapping), "quiet": int(life.quiet)}
    plain = {name: value.item() if hasattr(value, "item") else value for name, value in row.items()}
    parts = [[int(start), int(end)] for start, end in life.parts]
    return {
        **plain,
        **scope,
        **flags,
        "series": json.dumps(life.series, ensure_ascii=False),
        "parts": json.dumps(parts),
    }


def _life(row: Row) -> Life:
    return Life(
        **{name: row[SPELLED.get(name, name)] for name in PLAIN},
        series=tuple(json.loads(row["series"])),
        parts=tuple((start, end) for start, end in json.loads(row["parts"])),
        scope=Scope(row["suite"], row["length"]),
        flapping=bool(row["flapping"]),
        quiet=bool(row["quiet"]),
    )
