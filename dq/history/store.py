"""History: one file, opened."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from dq.history.errors import HistoryError, is_damage, trouble_told
from dq.history.file import inode, open_file, set_aside, transaction
from dq.history.older import older_run
from dq.history.profiles import ProfileRecord
from dq.history.reading import read_file
from dq.history.records import (
    IncidentRecord,
    Row,
    RunRecord,
    incident_record,
    incident_rows,
    run_record,
    run_row,
)
from dq.history.statements import statement
from dq.history.whole import body_of, run_of
from dq.model import PastRun, Run, Window, instant_text

KEPT = 10_000  # runs: more than a year of hourly ones
WEIGHT = 64 << 20  # bytes of details: those of the oldest runs go first, and their figures stay
EARLIER = 60  # runs, as charts over time show them

Answer = TypeVar("Answer")


class History:
    """Past runs and open incidents. Every method raises HistoryError where the file cannot be read or written."""

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        self.path, self._reading = path, reading
        self._inode = 0
        self._connection: sqlite3.Connection | None = None
        try:
            self._asked(lambda connection: connection.execute(statement("history_probe")).fetchone())
        except HistoryError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; what was recorded stays."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def open_incidents(self, source: str | None = None) -> Mapping[str, IncidentRecord]:
        """Incidents that are not resolved, by id.

        Args:
            source: only those of that source, as runs name it; None: of all. Two sources may use one id: the incident
                that was seen last stands for it then.
        """
        rows = self._rows("history_open_incidents", {"source": source})
        return {record.id: record for record in map(incident_record, rows)}

    def record(self, run: Run) -> None:
        """Write the run, its findings and its incidents: all of them or nothing.

        A run that is recorded again replaces itself. An incident keeps the instant at which it was first seen; a run
        of the past (by `as_of`) changes nothing that a later one said of it.
        """

        def write(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                connection.execute(statement("history_write_run"), run_row(run))
                connection.execute(statement("history_write_detail"), {"id": run.id, "body": body})
                connection.executemany(statement("history_write_incident"), incident_rows(run))
                connection.execute(statement("history_forget_runs"), {"kept": KEPT})
                connection.execute(statement("history_drop_details"), {"kept": WEIGHT})

        body = body_of(run)
        self._asked(write)

    def profiles(self, source: str) -> Mapping[tuple[str, int], ProfileRecord]:
        """Profiles of that source's series, by instrument and interval (microseconds)."""
        records = [ProfileRecord(**row) for row in self._rows("history_profiles", {"source": source})]
        return {(record.instrument, record.interval): record for record in records}

    def keep_profiles(self, source: str, records: Sequence[ProfileRecord]) -> None:
        """Write profiles; one that reaches less far than what is known stays unwritten, unless its rules differ."""

        def write(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                connection.executemany(statement("history_write_profile"), [record.row(source) for record in records])

        if records:
            self._asked(write)

    def runs(self, limit: int, source: str | None = None) -> tuple[RunRecord, ...]:
        """The figures of the newest `limit` runs, the one that was recorded last first.

        Args:
            source: only those of that source, as runs name it; None: of all.
        """
        return tuple(map(run_record, self._rows("history_runs", {"limit": limit, "source": source})))

    def runs_between(self, since: int, until: int) -> tuple[RunRecord, ...]:
        """The figures of runs with an `as_of` in `(since, until]`, microseconds UTC; oldest first."""
        return tuple(map(run_record, self._rows("history_runs_between", {"since": since, "until": until})))

    def past(self, run: Run, limit: int = EARLIER) -> tuple[PastRun, ...]:
        """Runs before that one (by `as_of`) of the same source and about as long a window, oldest first.

        About as long is half to twice: a watch looks further back after a source was down. Of several runs as of one
        instant the last stands for all.
        """
        span = {"source": run.source, "as_of": run.as_of, "length": run.window.end - run.window.start, "limit": limit}
        return tuple(run_record(row).past for row in reversed(self._rows("history_past_runs", span)))

    def named(self, beginning: str, limit: int = 10) -> Mapping[str, int]:
        """Ids of runs that begin so, and their `as_of`; newest first."""
        rows = self._rows("history_runs_named", {"beginning": beginning, "limit": limit})
        return {row["id"]: row["as_of"] for row in rows}

    def run(self, identity: str) -> Run | None:
        """The run of that id, as it was recorded; None where there is none.

        Raises:
            HistoryError: only its figures are kept, or the file cannot be read.
        """
        for row in self._rows("history_run", {"id": identity}):
            summary, body = json.loads(row["summary"]), row["body"]
            if body is not None:
                return run_of(row, summary, body)
            if row["tally"] is None:
                return older_run(row, summary, self._rows("history_findings", {"id": identity}))
            raise HistoryError(
                f"Of the run {identity} of {instant_text(row['as_of'])} only the figures are kept, not what was found.",
                hint="The history drops the details of its oldest runs; judge that window again with dq validate.",
            )
        return None

    def incidents(self) -> tuple[IncidentRecord, ...]:
        """Every incident that was recorded, the one seen last at the end."""
        return tuple(map(incident_record, self._rows("history_incidents", {})))

    def teller(self, incident: IncidentRecord) -> Run | None:
        """The newest run that tells that incident; None where it is no longer kept whole."""
        when = {"source": incident.source, "as_of": incident.last_seen}
        for row in self._rows("history_runs_of_instant", when):
            with suppress(HistoryError):
                run = self.run(row["id"])
                if run is not None and any(one.id == incident.id for one in run.incidents):
                    return run
        return None

    def looks(self) -> Mapping[str, Window]:
        """Source to the window of its newest run that could tell."""
        rows = self._rows("history_looks", {})
        return {row["source"]: Window(row["window_start"], row["window_end"]) for row in rows}

    def _rows(self, name: str, parameters: Mapping[str, object]) -> list[Row]:
        def read(connection: sqlite3.Connection) -> list[Row]:
            cursor = connection.execute(statement(name), parameters)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

        return self._asked(read)

    def _asked(self, act: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """Act on the file; where it turns out to be damaged, set it aside and act on a new one."""
        with trouble_told(self.path):
            try:
                return act(self._opened())
            except sqlite3.DatabaseError as wrong:
                if self._reading or not is_damage(wrong):
                    raise
                self.close()
                set_aside(self.path, self._inode)
                return act(self._opened())

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._inode = inode(self.path)
            self._connection = (read_file if self._reading else open_file)(self.path)
            self._inode = inode(self.path)
        return self._connection
