"""PostgreSQL: one connection, one read-only transaction, arrays instead of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

import numpy as np

from dq.door import Aside, Piece, Rows, admit, placed
from dq.model import DqError, ErrorLog, Int, Levels
from dq.sources.access import MOST_RECENT, Absent, Access, Listed, Wanted
from dq.sources.postgres import binary
from dq.sources.postgres.asking import Asking
from dq.sources.postgres.catalog import table_of
from dq.sources.postgres.clock import clock_of
from dq.sources.postgres.connection import connected, label
from dq.sources.postgres.plan import is_long
from dq.sources.postgres.reading import pieces_of
from dq.sources.postgres.tables import read_error_log, read_levels


class Postgres:
    """A table or view of bars; see `dq.sources.access.Source`.

    Raises:
        SourceError: nobody answers within `connect_seconds`, or the server refuses us.
        BarsError: no such table, or it cannot become bars.
        SettingsError: the URL cannot be understood; naive timestamps, and nobody said on which clock.
    """

    whole = False

    def __init__(self, access: Access) -> None:
        self.errors: list[DqError] = []
        self._access = access
        connection = connected(access)
        try:
            self._asking = Asking(connection, label(access), access.call_seconds, access=access)
            self._table = table_of(access, self._asking)
            self._clock = clock_of(self._table, access.timezone, self._asking)
        except BaseException:
            connection.close()
            raise
        self._nameless = 0
        self.label = f"{self._asking.server}, {self._table.place}"

    @property
    def notes(self) -> list[str]:
        """What was taken for granted."""
        notes = [self._clock.note] if self._clock.note else []
        if "volume" not in self._table.layout.names:
            notes.append("There is no column volume: volumes are unknown.")
        if self._table.filtered:
            notes.append(f"Row-level security is on for {self._table.place}: dq sees what its role may see.")
        return notes

    @property
    def unnamed(self) -> Rows:
        """Rows without an instrument in the stretch that was listed."""
        return admit("", [], self._counted(self._nameless, "instrument"))

    def listed(self, since: int, until: int, names: Sequence[str] | None = None) -> list[Listed]:
        """The series with bars in `[since, until)` by name, or those of `names`, whenever their bars are."""
        instrument = self._table.layout.names["instrument"]
        ((start, end),) = self._clock.spans(((since, until),))
        bounds = {"since": self._clock.bound(start), "until": self._clock.bound(end), "most": MOST_RECENT}
        if names is not None:
            found = self._asking.copied("instruments_named", self._table, names=list(names), **bounds)
            return [self._listed(fields, until) for fields in found]
        statement = "instruments" if instrument in self._table.leading else "instruments_scanned"
        found = self._asking.copied(statement, self._table, **bounds)
        listed = [one for one in (self._listed(fields, until) for fields in found) if (one.stamps >= since).any()]
        if instrument in self._table.optional:
            self._nameless = self._asking.rows("unnamed", self._table, **bounds)[0][0]
        return sorted(listed, key=lambda one: one.instrument)

    def read(self, wanted: Sequence[Wanted]) -> Iterator[Rows]:
        """One Rows per series in the order asked, by time, or in the order of arrival where `order_by` tells it."""
        unstamped = self._unstamped(wanted)
        series = pieces_of(wanted, self._asking, self._clock)
        for one, (pieces, aside), count in zip(wanted, series, unstamped, strict=True):
            aside.extend(self._counted(count, "timestamp"))
            yield admit(
                one.instrument,
                pieces,
                aside,
                zone=self._clock.zone,
                arrival=self._table.order_by is not None,
                spans=one.spans if self._clock.zone else None,
            )

    def stamps(self, wanted: Sequence[Wanted]) -> Iterator[tuple[str, Int]]:
        """The timestamps alone, by time."""
        series = pieces_of(wanted, self._asking, self._clock, only_stamps=True)
        for one, (pieces, _) in zip(wanted, series, strict=True):
            spans = one.spans if self._clock.zone else None
            yield one.instrument, placed(pieces, zone=self._clock.zone, spans=spans).timestamp

    def levels(self, since: int, until: int) -> Levels | Absent:
        """The rows of the collector's reference levels in `[since, until)`, by time."""
        return read_levels(self._access, self._asking, since, until)

    def error_log(self, since: int, until: int) -> ErrorLog | Absent:
        """The entries of the collector's error log in `[since, until)`, by time."""
        return read_error_log(self._access, self._asking, since, until)

    def close(self) -> None:
        """End the transaction and the connection."""
        self._asking.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _listed(self, fields: list[memoryview | None], until: int) -> Listed:
        stamps, strange = self._clock.instants(binary.integers(fields[1]))
        piece = Piece(stamps if strange is None else stamps[~strange], ())
        stamps = np.sort(placed([piece], zone=self._clock.zone).timestamp)
        return Listed(binary.text(fields[0]), stamps[stamps < until])

    def _unstamped(self, wanted: Sequence[Wanted]) -> list[int]:
        """How many rows of each series no span can hold.

        Asked only where the column allows NULL or whole histories are read: it costs three looks into the index.
        """
        counts = [0] * len(wanted)
        whole = any(is_long(*span) for one in wanted for span in one.spans)
        if whole or self._table.layout.names["timestamp"] in self._table.optional:
            names = [one.instrument for one in wanted]
            for place, count in self._asking.rows("unstamped", self._table, names=names):
                counts[place - 1] = count
        return counts

    def _counted(self, count: int, name: str) -> Aside:
        aside = Aside()
        if count:
            what = "NULL" if name == "instrument" else "NULL or infinity"
            aside.add(0, self._table.layout.names[name], what, f"of {count} rows")
            aside.count = count
        return aside
