"""The collector's own tables. What they lack is seen in the catalog first: a statement that fails would end the transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dq.door import ERROR_LOG, REFERENCE_LEVELS, Layout
from dq.door.contract import ACCEPTED, Column
from dq.door.instants import SAMPLE
from dq.model import ErrorLog, Int, Levels
from dq.sources.access import LONGEST_MESSAGE, Absent, Access
from dq.sources.postgres import binary
from dq.sources.postgres.asking import Asking
from dq.sources.postgres.catalog import FORMS, Table, quoted
from dq.sources.postgres.clock import Clock, clock_of
from dq.sources.postgres.fragments import kind_of
from dq.sources.postgres.hidden import hides_all, policies
from dq.sources.statements import statement
from dq.sources.walls import each_alone

if TYPE_CHECKING:
    from psycopg import sql

Entry = tuple[list[str], Int]


def read_levels(access: Access, asking: Asking, since: int, until: int) -> Levels | Absent:
    """The rows of the table of levels with timestamps in `[since, until)`, by time; or why there are none to read.

    Raises:
        SourceError: the server fails while it reads.
    """
    clock = _clock_of(access.levels_table, REFERENCE_LEVELS, access, asking)
    if isinstance(clock, Absent):
        return clock
    (kinds, names), stamps = _by_time(_entries("levels", clock, asking, since, until), 2)
    return _unseen(clock.table, stamps, asking) or Levels(stamps, kinds, names)


def read_error_log(access: Access, asking: Asking, since: int, until: int) -> ErrorLog | Absent:
    """The entries of the log with timestamps in `[since, until)`, by time; or why there are none to read.

    Raises:
        SourceError: the server fails while it reads.
    """
    clock = _clock_of(access.errors_table, ERROR_LOG, access, asking)
    if isinstance(clock, Absent):
        return clock
    columns, stamps = _by_time(_entries("error_log", clock, asking, since, until, longest=LONGEST_MESSAGE), 4)
    return _unseen(clock.table, stamps, asking) or ErrorLog(stamps, *columns)


def _unseen(table: Table, stamps: Int, asking: Asking) -> Absent | None:
    """Why there may be rows although we found none."""
    if len(stamps) or not hides_all(table, asking):
        return None
    return Absent(f"row-level security hides {table.place} from role {table.role} ({policies(table)})")


def _clock_of(name: str, contract: Sequence[Column], access: Access, asking: Asking) -> Clock | Absent:
    """The clock of a table, which knows the table too."""
    from psycopg import sql

    parts = (access.schema, name) if access.schema else (name,)
    rows = asking.rows("table_columns", relation=sql.Identifier(*parts).as_string(None))
    if not rows:
        return Absent(f"there is no table {'.'.join(parts)} (name it under [source.tables] if it is called otherwise)")
    schema, actual, _, filtered, _, role = rows[0][:6]
    types = {row[6]: row[7] for row in rows}
    names = {column.name: _theirs(column.name, access, types) for column in contract}
    lost = [ours for ours, theirs in names.items() if theirs not in types]
    if lost:
        return Absent(f"table {schema}.{actual} has no column {' and no '.join(lost)}")
    if not all(row[10] for row in rows if row[6] in names.values()):
        return Absent(f'role {role} may not read table {schema}.{actual} (GRANT SELECT ON "{actual}" TO "{role}")')
    form = FORMS.get(types[names["timestamp"]], "other")
    layout = Layout(names, form)
    table = Table(schema, actual, layout, types, frozenset(), frozenset(), tuple(filtered), role, order_by=None)
    if form not in ACCEPTED["instant"]:
        return Absent(f"column {names['timestamp']} of {table.place} is {types[names['timestamp']]}, no time stamp")
    if form == "naive" and access.timezone is None:
        return Absent(f"the timestamps of {table.place} have no time zone (say which under [source] timezone)")
    return clock_of(table, access.timezone, lambda: asking.answered(_composed("stamp_sample", table), most=SAMPLE))


def _theirs(ours: str, access: Access, types: dict[str, Any]) -> str:
    """The name of a column: the contract's own, else the one that the bars have it under."""
    return ours if ours in types else access.columns.get(ours, ours)


def _entries(name: str, clock: Clock, asking: Asking, since: int, until: int, **more: int) -> Iterator[Entry]:
    """The texts of each kind of row, and the times of its rows, microseconds UTC."""
    ((start, end),) = clock.spans(((since, until),))
    bounds = {"since": clock.bound(start), "until": clock.bound(end), **more}
    for *texts, stamps in asking.copying(_composed(name, clock.table), **bounds):
        instants = _instants(binary.integers(stamps), clock)
        yield [binary.text(one) for one in texts], instants[(instants >= since) & (instants < until)]


def _composed(name: str, table: Table) -> sql.Composed:
    from psycopg import sql

    columns = {ours: quoted(theirs) for ours, theirs in table.layout.names.items()}
    stamp = {"date": "{}::timestamp", "integer": "{}::bigint"}.get(table.layout.stamps, "{}")
    return sql.SQL(statement(name)).format(
        table=table.identifier,
        kind=sql.SQL(kind_of(table)),
        stamp=sql.SQL(stamp).format(columns["timestamp"]),
        **columns,
    )


def _instants(values: Int, clock: Clock) -> Int:
    """Microseconds UTC, without those that mean nothing."""
    kept, strange = clock.instants(values)
    kept = kept if strange is None else kept[~strange]
    if clock.zone is None:
        return kept
    instants, never = each_alone(kept, clock.zone)
    return instants[~never]


def _by_time(entries: Iterator[Entry], columns: int) -> tuple[list[list[str]], Int]:
    """Their texts, column by column, and their times, row by row."""
    told = list(entries)
    stamps = np.concatenate([stamps for _, stamps in told] or [np.zeros(0, np.int64)])
    kind = np.repeat(np.arange(len(told)), [len(stamps) for _, stamps in told])
    order = np.argsort(stamps, kind="stable")
    which = kind[order].tolist()
    return [[told[at][0][column] for at in which] for column in range(columns)], stamps[order]
