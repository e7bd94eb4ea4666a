"""History: one file, opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from dq.history.errors import is_damage, trouble_told
from dq.history.file import inode, open_file, set_aside, transaction
from dq.history.profiles import ProfileRecord
from dq.history.records import (
    IncidentRecord,
    Row,
    RunRecord,
    finding_rows,
    incident_record,
    incident_rows,
    run_record,
    run_row,
)
from dq.history.statements import statement
from dq.model import Run

KEPT = 10_000  # runs: more than a year of hourly ones

Answer = TypeVar("Answer")


class History:
    """Past runs and open incidents. Every method raises HistoryError where the file cannot be read or written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._inode = 0
        self._connection: sqlite3.Connection | None = None
        self._asked(lambda connection: connection.execute(statement("history_probe")).fetchone())

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
                connection.execute(statement("history_drop_findings"), {"id": run.id})
                connection.executemany(statement("history_write_finding"), finding_rows(run))
                connection.executemany(statement("history_write_incident"), incident_rows(run))
                connection.execute(statement("history_forget_runs"), {"kept": KEPT})

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

    def runs(self, limit: int) -> tuple[RunRecord, ...]:
        """The newest `limit` runs, the one that was recorded last first."""
        return tuple(map(run_record, self._rows("history_runs", {"limit": limit})))

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
                if not is_damage(wrong):
                    raise
                self.close()
                set_aside(self.path, self._inode)
                return act(self._opened())

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._inode = inode(self.path)
            self._connection = open_file(self.path)
            self._inode = inode(self.path)
        return self._connection
