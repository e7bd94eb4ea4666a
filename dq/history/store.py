"""History: what is asked of it and written into it, whatever database keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from types import TracebackType
from typing import Self

from dq.history.database import Database
from dq.history.errors import HistoryError
from dq.history.lives import LifeBook
from dq.history.older import older_run
from dq.history.outbox import Outbox
from dq.history.profiles import ProfileRecord
from dq.history.records import (
    RunRecord,
    run_record,
    run_row,
)
from dq.history.retention import Retention
from dq.history.whole import body_of, run_of
from dq.model import Life, PastRun, Run, instant_text

EARLIER = 60  # runs, as charts over time show them
NEWEST = 200  # runs whose series are looked through


class History(LifeBook, Outbox, Retention):
    """Past runs and open incidents. Every method raises HistoryError where they cannot be read or written.

    Attributes:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it; what was recorded stays."""
        self.database.close()

    def alone(self) -> AbstractContextManager[None]:
        """All that is read and written in the block is one transaction, in which no other process writes.

        Raises:
            DamagedError: the file turned out to be damaged in the middle of it: do it all again, in a new one.
        """
        return self.database.alone()

    def record(self, run: Run, recorded: int | None = None, place: str | None = None) -> None:
        """Write the run: all of it or nothing. One that is recorded again replaces itself.

        Args:
            recorded: when, microseconds UTC; the run's own `as_of` unless said.
            place: the source as it was asked for, secrets masked; what the run calls it unless said.
        """
        beside = {"recorded_at": run.as_of if recorded is None else recorded, "place": place or run.source}
        row, body = run_row(run) | beside, body_of(run)
        with self.alone():
            self.database.run("history_write_run", row)
            self.database.run("history_write_detail", {"id": run.id, "body": body, "weight": len(body)})
            self.drop_surplus()

    def profiles(self, source: str) -> Mapping[tuple[str, int], ProfileRecord]:
        """Profiles of that source's series, by instrument and interval (microseconds)."""
        records = [ProfileRecord(**row) for row in self.database.rows("history_profiles", {"source": source})]
        return {(record.instrument, record.interval): record for record in records}

    def keep_profiles(self, source: str, records: Sequence[ProfileRecord]) -> None:
        """Write profiles; one that reaches less far than what is known stays unwritten, unless its rules differ."""
        self.database.run_many("history_write_profile", [record.row(source) for record in records])

    def runs(self, limit: int, source: str | None = None) -> tuple[RunRecord, ...]:
        """The figures of the newest `limit` runs, the one that was recorded last first.

        Args:
            source: only those of that source, as runs name it; None: of all.
        """
        return tuple(map(run_record, self.database.rows("history_runs", {"limit": limit, "source": source})))

    def runs_between(self, since: int, until: int) -> tuple[RunRecord, ...]:
        """The figures of runs with an `as_of` in `(since, until]`, microseconds UTC; oldest first."""
        return tuple(map(run_record, self.database.rows("history_runs_between", {"since": since, "until": until})))

    def instruments(self) -> frozenset[str]:
        """The instruments that runs had, as far as the newest runs and what is kept of hours of trading say."""
        known = {row["instrument"] for row in self.database.rows("history_instruments")}
        judged = (name for record in self.runs(NEWEST) for name in record.lines[0])
        return frozenset(known.union(name.rpartition(" ")[0] for name in judged))

    def past(self, run: Run, limit: int = EARLIER) -> tuple[PastRun, ...]:
        """Runs before that one (by `as_of`) of the same source and about as long a window, oldest first.

        About as long is half to twice: a watch looks further back after a source was down. Of several runs as of one
        instant the last stands for all.
        """
        span = {"source": run.source, "as_of": run.as_of, "length": run.window.end - run.window.start, "limit": limit}
        return tuple(run_record(row).past for row in reversed(self.database.rows("history_past_runs", span)))

    def count(self) -> int:
        """How many runs it holds."""
        (row,) = self.database.rows("history_count")
        return int(row["runs"])

    def named(self, beginning: str, limit: int = 10) -> Mapping[str, int]:
        """Ids of runs that begin so, and their `as_of`; newest first."""
        rows = self.database.rows("history_runs_named", {"beginning": beginning, "limit": limit})
        return {row["id"]: row["as_of"] for row in rows}

    def run(self, identity: str) -> Run | None:
        """The run of that id, as it was recorded; None where there is none.

        Raises:
            HistoryError: only its figures are kept, or the file cannot be read.
        """
        for row in self.database.rows("history_run", {"id": identity}):
            summary, body = json.loads(row["summary"]), row["body"]
            if body is not None:
                return run_of(row, summary, body)
            if row["tally"] is None:
                return older_run(row, summary, self.database.rows("history_findings", {"id": identity}))
            raise HistoryError(
                f"Of the run {identity} of {instant_text(row['as_of'])} only the figures are kept, not what was found.",
                hint="The history drops the details of its oldest runs; judge that window again with dq validate.",
            )
        return None

    def teller(self, incident: Life) -> Run | None:
        """The newest run that tells that incident; None where it is no longer kept whole."""
        when = {"source": incident.source, "as_of": incident.last_seen}
        for row in self.database.rows("history_runs_of_instant", when):
            with suppress(HistoryError):
                run = self.run(row["id"])
                if run is not None and any(one.id == incident.id for one in run.incidents):
                    return run
        return None
