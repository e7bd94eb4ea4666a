"""The collector's own tables over REST: rows as JSON, page by page by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dq.door import ERROR_LOG, REFERENCE_LEVELS
from dq.door.contract import Column
from dq.model import BarsError, ErrorLog, Int, Levels, Mask, SettingsError, SourceError
from dq.sources.access import LONGEST_MESSAGE, Absent, Access
from dq.sources.supabase import trouble
from dq.sources.supabase.answers import raw_of, rows_of
from dq.sources.supabase.asking import JSON, Asking
from dq.sources.supabase.pages import proved
from dq.sources.supabase.query import quoted
from dq.sources.supabase.questions import TRIES, UNPROVED
from dq.sources.supabase.table import Table, table_of
from dq.sources.walls import each_alone

PAGE = 5000

Row = dict[str, Any]


def levels(asking: Asking, access: Access, since: int, until: int) -> Levels | Absent:
    """The rows of the table of levels with timestamps in `[since, until)`, by time; or why there are none to read.

    Raises:
        SourceError: the server fails while it reads.
    """
    read = _entries(asking, access, access.levels_table, REFERENCE_LEVELS, since, until)
    if isinstance(read, Absent):
        return read
    stamps, (kinds, names) = read
    return Levels(stamps, kinds, names)


def entries(asking: Asking, access: Access, since: int, until: int) -> ErrorLog | Absent:
    """The entries of the log with timestamps in `[since, until)`, by time; or why there are none to read.

    Raises:
        SourceError: the server fails while it reads.
    """
    read = _entries(asking, access, access.errors_table, ERROR_LOG, since, until)
    if isinstance(read, Absent):
        return read
    stamps, (components, operations, messages, severities) = read
    return ErrorLog(stamps, components, operations, [message[:LONGEST_MESSAGE] for message in messages], severities)


@dataclass(frozen=True)
class Entries:
    """Asks for the rows of one of the tables."""

    asking: Asking
    table: Table

    def all(self, start: int, end: int | None) -> list[Row]:
        """The rows of a span of the table's own time; read again where rows vanished meanwhile."""
        for _ in range(TRIES):
            read: list[Row] = []
            promised, after, offset = 0, start, 0
            while True:
                rows, total = self._page(after, end, offset)
                promised = promised or total
                read.extend(rows)
                if offset + len(rows) >= total or not rows:
                    break
                worth = proved(self._stamps(rows), total - offset)
                if worth.alone or offset:
                    offset += len(rows)  # more of one time than a page holds: by their number
                    continue
                del read[len(read) - len(rows) + worth.keep :]
                after = after if worth.rest is None else worth.rest
            if len(read) >= promised:
                return read
        raise SourceError(
            f"{self._place} lost rows while they were read, {TRIES} times",
            hint="Run dq again when nobody deletes there.",
        )

    def _page(self, start: int, end: int | None, offset: int) -> tuple[list[Row], int]:
        names = self.table.layout.names
        stamp = quoted(names["timestamp"])
        select = [f"{ours}:{quoted(theirs)}" for ours, theirs in names.items() if ours != "timestamp"]
        select.append(f"timestamp:{stamp}" + ("" if self.table.time.form == "integer" else "::text"))
        order = ",".join(f"{quoted(name)}.asc" for name in [names["timestamp"], *names.values()])
        params = [("select", ",".join(select)), *self.table.time.within((start, end)), ("order", order)]
        params += [("limit", str(PAGE)), ("offset", str(offset))]
        answer = self.asking.get(self.table.name, params, f"reading {self.table.place}", accept=JSON, counted=True)
        if answer.total is None:
            raise SourceError(f"{self._place} does not say how many rows there are", hint=UNPROVED)
        return rows_of(answer, self._place, *names), answer.total

    def _stamps(self, rows: Sequence[Row]) -> Int:
        return raw_of(rows, "timestamp", self.table.time.form, self._place)

    def instants(self, rows: Sequence[Row]) -> tuple[Int, Mask]:
        """Microseconds UTC, and which of them mean something."""
        stamps, strange = self.table.time.instants(self._stamps(rows))
        known = np.ones(len(stamps), np.bool_) if strange is None else ~strange
        if self.table.time.zone is None:
            return stamps, known
        instants, never = each_alone(stamps, self.table.time.zone)
        return instants, known & ~never

    @property
    def _place(self) -> str:
        return f"{self.asking.server}, {self.table.place},"


def _entries(
    asking: Asking, access: Access, name: str, contract: Sequence[Column], since: int, until: int
) -> tuple[Int, list[list[str]]] | Absent:
    """The timestamps, microseconds UTC, and the other columns of the contract in its order."""
    try:
        table = table_of(asking, access, name, contract)
    except trouble.RefusedError as wrong:
        return Absent(f"there is no table {name} that the server shows ({wrong.message})")
    except (trouble.ForbiddenError, BarsError, SettingsError) as wrong:
        return Absent(wrong.message)
    wanted = [column.name for column in contract if column.name != "timestamp"]
    if table.empty:
        return np.zeros(0, np.int64), [[] for _ in wanted]
    ((start, end),) = table.time.spans(((since, until),))
    asked = Entries(asking, table)
    named = [column.name for column in contract if column.kind == "name" and contract is REFERENCE_LEVELS]
    rows = [row for row in asked.all(start, end) if all(row[one] is not None for one in named)]
    stamps, known = asked.instants(rows)
    order = np.argsort(stamps, kind="stable")
    order = order[(known & (stamps >= since) & (stamps < until))[order]]
    columns = [[str(rows[at][one] or "") for at in order.tolist()] for one in wanted]
    return stamps[order], columns
