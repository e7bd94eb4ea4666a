"""The collector: writes into its three tables what has come by an instant, and says what goes wrong meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dq.demo.live.feed import NEVER, Feed, feeds, taken
from dq.demo.live.schedule import Schedule, Trouble
from dq.demo.rows import bar_rows, error_rows, level_rows
from dq.model import MINUTE, SECOND, Bars, Int, SourceError, instant_text
from dq.sources.statements import statement

if TYPE_CHECKING:
    from psycopg import Connection, Cursor

TABLES = ("bars", "levels", "errors")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that happens: when (microseconds UTC), of what trouble, `begins`, `ends` or `mended`, and in words."""

    at: int
    trouble: Trouble
    what: str
    words: str


class Collector:
    """A collector that has all that it will ever write, and writes it when its time has come.

    Args:
        url: of a database without its tables, whose owner may write.
        cache: where sessions are kept, as `dq.calendars.sessions` has it.
        since: what came up to then is left out, microseconds UTC; there are 30 days of it.
    """

    def __init__(self, url: str, schedule: Schedule, cache: Path | None = None, since: int = 0) -> None:
        self._url = url
        self._until = since
        self._feeds = feeds(schedule, cache)
        self._levels = _stamped("".join(level_rows(one.instrument, one.truth) for one in self._feeds))
        names = tuple(one.instrument.name for one in self._feeds)
        failures = (line for one in schedule.troubles for line in _failures(one, names))
        self._errors = _stamped(error_rows(names, schedule.begin) + "".join(failures))
        self._steps = [Said(*step) for step in schedule.steps()]
        self._connection: Connection[Any] | None = None

    def begin(self, instant: int) -> int:
        """Make the tables, with all that has come by that instant; how many bars there are.

        Raises:
            SourceError: the database does not answer, or refuses.
        """
        import psycopg

        try:
            with self._connected().cursor() as cursor:
                cursor.execute(statement("demo_tables").encode())
            written = self._write(instant)
            with self._connected().cursor() as cursor:
                cursor.execute(statement("demo_settle").encode())
        except psycopg.Error as refused:
            raise SourceError(f"The demo's database could not be filled: {refused}.") from refused
        return written

    def write(self, instant: int) -> int:
        """Write what has come by that instant, and mend what is to be mended; how many bars were written.

        A database that is away is none of the collector's doing: it writes all of it when it can again.
        """
        import psycopg

        try:
            return self._write(instant)
        except psycopg.OperationalError:
            self.close()
            return 0

    def said(self, since: int, until: int) -> list[Said]:
        """What happens after the first instant, up to the second."""
        return [step for step in self._steps if since < step.at <= until]

    def close(self) -> None:
        """Leave the database."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> Connection[Any]:
        import psycopg

        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5, options="")
        return self._connection

    def _write(self, instant: int) -> int:
        count = 0
        connection = self._connected()
        with connection.transaction(), connection.cursor() as cursor:
            for feed in self._feeds:
                self._take_out(cursor, feed, instant)
            for feed, rows in self._come(instant):
                count += len(rows)
                _copy(cursor, "demo_copy_bars", bar_rows(feed.instrument, rows))
            for name, (stamps, lines) in (("levels", self._levels), ("errors", self._errors)):
                first, last = np.searchsorted(stamps, (self._until, instant), side="right").tolist()
                if last > first:
                    _copy(cursor, f"demo_copy_{name}", "".join(lines[first:last]))
        self._until = instant
        return count

    def _take_out(self, cursor: Cursor[Any], feed: Feed, instant: int) -> None:
        gone = feed.bars.timestamp[(feed.leaves > self._until) & (feed.leaves <= instant) & (feed.leaves < NEVER)]
        for stamp in sorted(set(gone.tolist())):
            cursor.execute(statement("demo_take_out").encode(), (feed.instrument.name, instant_text(stamp)))

    def _come(self, instant: int) -> Iterator[tuple[Feed, Bars]]:
        """New rows of each instrument in the order in which they came."""
        for feed in self._feeds:
            new = np.flatnonzero((feed.arrives > self._until) & (feed.arrives <= instant) & (feed.leaves > instant))
            if len(new):
                yield feed, taken(feed.bars, new[np.argsort(feed.arrives[new], kind="stable")])


def _copy(cursor: Cursor[Any], name: str, rows: str) -> None:
    with cursor.copy(statement(name).encode()) as copy:
        copy.write(rows)


def _stamped(rows: str) -> tuple[Int, Sequence[str]]:
    """Rows whose last column is an instant, in the order of these."""
    lines = rows.splitlines(keepends=True)
    told = np.array([line.rstrip().rpartition("\t")[2].removesuffix("Z") for line in lines], "datetime64[us]")
    order = np.argsort(told, kind="stable")
    return told[order].astype(np.int64), [lines[at] for at in order.tolist()]


def _failures(trouble: Trouble, names: tuple[str, ...]) -> Iterator[str]:
    """Rows of the error log: a fetch that fails, once a minute."""
    if trouble.kind != "errors":
        return
    for at in range(trouble.start + 20 * SECOND, trouble.end, MINUTE):
        operation = f"fetch {(trouble.instruments or names)[0]}"
        yield f"fetcher\t{operation}\tHTTP 503 Service Unavailable: no bars after 3 tries\terror\t{instant_text(at)}\n"
