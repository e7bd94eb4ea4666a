"""PostgreSQL: one connection, one read-only transaction, arrays instead of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from dq.door import NO_VOLUME, Aside, Rows, admit, placed
from dq.door.instants import SAMPLE
from dq.model import DqError, ErrorLog, Int, Levels
from dq.sources.access import MOST_RECENT, Absent, Access, Listed, Opened, Wanted
from dq.sources.postgres import binary
from dq.sources.postgres.asking import Asking
from dq.sources.postgres.catalog import table_of
from dq.sources.postgres.clock import clock_of
from dq.sources.postgres.connection import connected, label
from dq.sources.postgres.hidden import all_hidden, hides_all
from dq.sources.postgres.plan import is_long
from dq.sources.postgres.reading import pieces_of
from dq.sources.postgres.tables import read_error_log, read_levels
from dq.sources.walls import known_before


class Postgres(Opened):
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
            sample = partial(self._asking.rows, "stamp_sample", self._table, most=SAMPLE)
            self._clock = clock_of(self._table, access.timezone, sample)
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
            notes.append(NO_VOLUME)
        if self._table.filtered:
            notes.append(f"Row-level security is on for {self._table.place}: dq sees what its role may see.")
        return notes

    @property
    def unnamed(self) -> Rows:
        """Rows without an instrument in the stretch that was listed."""
        return admit("", [], Aside.counted(self._nameless, self._table.layout.names["instrument"], "NULL or blank"))

    def listed(self, since: int, until: int, names: Sequence[str] | None = None) -> list[Listed]:
        """The series with bars in `[since, until)` by name, or those of `names`, whenever their bars are.

        Raises:
            SourceError: row-level security shows the role no row of the table.
        """
        ((start, end),) = self._clock.spans(((since, until),))
        bounds = {"since": self._clock.bound(start), "until": self._clock.bound(end), "most": MOST_RECENT}
        if names is None:
            listed = [one for one in self._recent(until, bounds) if (one.stamps >= since).any()]
        else:
            found = self._asking.copied("instruments_named", self._table, names=list(names), **bounds)
            listed = [self._listed(fields, until) for fields in found]
        if not any(len(one.stamps) for one in listed) and hides_all(self._table, self._asking):
            raise all_hidden(self._table, self._asking.server)
        return listed

    def _recent(self, until: int, bounds: dict[str, str | int]) -> list[Listed]:
        """The series of late by name; rows of none are counted beside."""
        instrument = self._table.layout.names["instrument"]
        statement = "instruments" if instrument in self._table.leading else "instruments_scanned"
        found = self._asking.copied(statement, self._table, **bounds)
        listed = sorted((self._listed(fields, until) for fields in found), key=lambda one: one.instrument)
        blank = [one.instrument for one in listed if not one.instrument.strip()]
        if blank or instrument in self._table.optional:
            self._nameless = self._asking.rows("unnamed", self._table, blank=blank, **bounds)[0][0]
        return [one for one in listed if one.instrument.strip()]

    def read(self, wanted: Sequence[Wanted]) -> Iterator[Rows]:
        """One Rows per series in the order asked, by time, or in the order of arrival where `order_by` tells it."""
        unstamped = self._unstamped(wanted)
        for one, pieces, aside in zip(wanted, pieces_of(wanted, self._asking, self._clock), unstamped, strict=True):
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
        for one, pieces in zip(wanted, series, strict=True):
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

    def _listed(self, fields: list[memoryview | None], until: int) -> Listed:
        stamps = known_before(until, *self._clock.instants(binary.integers(fields[1])), self._clock.zone)
        return Listed(binary.text(fields[0]), stamps)

    def _unstamped(self, wanted: Sequence[Wanted]) -> list[Aside]:
        """The rows of each series that no span can hold.

        Asked only where the column allows NULL or whole histories are read: it costs three looks into the index.
        """
        asides = [Aside() for _ in wanted]
        whole = any(is_long(*span) for one in wanted for span in one.spans)
        column = self._table.layout.names["timestamp"]
        if whole or column in self._table.optional:
            bounds = {"first": self._clock.bound(-(2**63)), "last": self._clock.bound(None)}
            names = [one.instrument for one in wanted]
            for place, nulls, others, example in self._asking.rows("unstamped", self._table, names=names, **bounds):
                asides[place - 1].extend(Aside.counted(nulls, column, "NULL"))
                asides[place - 1].extend(Aside.counted(others, column, example))
        return asides
