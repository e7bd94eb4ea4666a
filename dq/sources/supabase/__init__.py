"""Supabase's REST interface: pages of CSV over a few connections, each with its count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dq.door import NO_VOLUME, Aside, Rows, admit, placed, taken_as
from dq.model import DqError, ErrorLog, Int, Levels
from dq.sources.access import Absent, Access, Listed, Opened, Wanted
from dq.sources.doing import note
from dq.sources.supabase.address import key_of, understood
from dq.sources.supabase.answers import Columns
from dq.sources.supabase.asking import CONNECTIONS, Asking
from dq.sources.supabase.collector import entries, levels
from dq.sources.supabase.listing import Listing
from dq.sources.supabase.pool import Pool
from dq.sources.supabase.questions import Questions
from dq.sources.supabase.reading import Reading
from dq.sources.supabase.seen import Seen
from dq.sources.supabase.table import table_of
from dq.sources.walls import known_before


class Supabase(Opened):
    """A table or view of bars behind PostgREST; see `dq.sources.access.Source`.

    Raises:
        SettingsError: no key, or an address that names no project; naive timestamps, and nobody said on which clock.
        SourceError: nobody answers within `connect_seconds`, the key is refused, or it sees nothing.
        BarsError: no such table, or it cannot become bars.
    """

    whole = False

    def __init__(self, access: Access) -> None:
        self.errors: list[DqError] = []
        key, address = key_of(access.key), understood(access.url)
        self._access = access
        self._asking = Asking(access, address, key)
        self._pool = Pool(CONNECTIONS)
        self._nameless = 0
        try:
            note(f"connecting to {address.label}")
            self._table = table_of(self._asking, access, access.table, order_by=access.order_by)
        except BaseException:
            self.close()
            raise
        self._listing = Listing(self._asking, self._table, self._pool)
        self._seen = Seen(self._listing)
        self.label = f"{address.label}, {self._table.place}"

    @property
    def notes(self) -> list[str]:
        """What was taken for granted."""
        time = self._table.time
        notes = [note for note in [taken_as(time.form, time.unit, time.zone)] if note]
        if "volume" not in self._table.layout.names:
            notes.append(NO_VOLUME)
        if not self._asking.key.sees_all:
            notes.append(f"Where row-level security is on, dq sees what {self._asking.key.named} may see.")
        return notes

    @property
    def unnamed(self) -> Rows:
        """Rows without an instrument in the stretch that was listed."""
        return admit("", [], Aside.counted(self._nameless, self._table.layout.names["instrument"], "NULL or blank"))

    def listed(self, since: int, until: int, names: Sequence[str] | None = None) -> list[Listed]:
        """The series with bars in `[since, until)` by name, or those of `names`, whenever their bars are."""
        if self._table.empty:
            return [Listed(name, np.zeros(0, np.int64)) for name in names or ()]
        note(f"listing the series of {self.label}")
        ((start, end),) = self._table.time.spans(((since, until),))
        end = 2**62 if end is None else end
        self._seen.until = end
        if names is not None:
            self._seen.stamps = self._listing.named(names, end)
            return [self._listed(name, raw, until) for name, raw in self._seen.stamps.items()]
        found = self._listing.of_late(start, end)
        self._seen.stamps = {name: raw for name, raw in found.items() if name.strip()}
        self._nameless = self._listing.unnamed(start, end, [name for name in found if not name.strip()])
        listed = (self._listed(name, raw, until) for name, raw in self._seen.stamps.items())
        return sorted((one for one in listed if (one.stamps >= since).any()), key=lambda one: one.instrument)

    def read(self, wanted: Sequence[Wanted]) -> Iterator[Rows]:
        """One Rows per series in the order asked, by time, or in the order of arrival where `order_by` tells it."""
        unplaced = {} if self._table.empty else self._listing.unplaced([one.instrument for one in wanted])
        questions = Questions(self._asking, self._table)
        zone = self._table.time.zone
        for one, pages in zip(wanted, self._pages(wanted, questions), strict=True):
            aside = Aside()
            pieces = [questions.piece(page, aside) for page in pages]
            aside.extend(Aside.counted(unplaced.get(one.instrument, 0), self._table.time.column, "NULL or infinity"))
            arrival, spans = self._table.order_by is not None, one.spans if zone else None
            yield admit(one.instrument, pieces, aside, zone=zone, arrival=arrival, spans=spans)

    def stamps(self, wanted: Sequence[Wanted]) -> Iterator[tuple[str, Int]]:
        """The timestamps alone, by time."""
        questions = Questions(self._asking, self._table, only_stamps=True)
        zone = self._table.time.zone
        for one, pages in zip(wanted, self._pages(wanted, questions), strict=True):
            pieces = [questions.piece(page, Aside()) for page in pages]
            yield one.instrument, placed(pieces, zone=zone, spans=one.spans if zone else None).timestamp

    def levels(self, since: int, until: int) -> Levels | Absent:
        """The rows of the collector's reference levels with timestamps in `[since, until)`, by time."""
        return levels(self._asking, self._access, since, until)

    def error_log(self, since: int, until: int) -> ErrorLog | Absent:
        """The entries of the collector's error log with timestamps in `[since, until)`, by time."""
        return entries(self._asking, self._access, since, until)

    def close(self) -> None:
        """Let go of the connections and of what is still asked over them."""
        self._asking.close()
        self._pool.close()

    def _pages(self, wanted: Sequence[Wanted], questions: Questions) -> Iterator[list[Columns]]:
        return self._seen.read(wanted, questions, Reading(questions, self._pool))

    def _listed(self, name: str, raw: Int, until: int) -> Listed:
        time = self._table.time
        return Listed(name, known_before(until, *time.instants(raw), time.zone))
