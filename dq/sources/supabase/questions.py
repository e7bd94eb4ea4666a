"""What is asked of a table of bars: pages, the last bar, the rows of one timestamp. Each answer says how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dq.door import Aside, Form, Piece
from dq.model import COLUMNS, SourceError
from dq.sources.supabase.answers import Columns, columns_of, raw_of, rows_of
from dq.sources.supabase.asking import JSON, Answer, Asking, Params
from dq.sources.supabase.pages import Span
from dq.sources.supabase.query import one_of, quoted
from dq.sources.supabase.table import Table

PAGE = 20_000  # rows asked for at once; servers give fewer: 1,000 unless they are told otherwise
TRIES = 3  # at rows that come and go while they are read
LOST = "Bars are being deleted while dq reads them. Run it again when that is over, or read the database itself: DATABASE_URL."
UNPROVED = "PostgREST says it in Content-Range when it is asked to count; see what stands between it and dq."


@dataclass(frozen=True)
class Questions:
    """Asks for the bars of one table, or for their timestamps alone."""

    asking: Asking
    table: Table
    only_stamps: bool = False

    def page(self, instrument: str, span: Span) -> tuple[Columns, int]:
        """The first rows of a span by time, and how many rows the span has."""
        if span[1] is not None and span[1] <= span[0]:
            return self._columns(Answer(b"", 0, 0)), 0
        order = ("order", f"{quoted(self.table.time.column)}.asc")
        page, total = self._counted(instrument, [*self.table.time.within(span), order])
        if bool((page.raw[1:] < page.raw[:-1]).any()) or (len(page) == 0 and total > 0):
            raise SourceError(
                f"{self.place} does not give its rows by time",
                hint="dq asks for order=….asc; see what stands between PostgREST and dq.",
            )
        return page, total

    def together(self, instrument: str, raw: int) -> Columns:
        """All rows of one timestamp that are more than a page holds, by their number in an order that all rows have."""
        names = [self.table.layout.names[name] for name in COLUMNS if name in self.table.layout.names]
        names += [self.table.order_by[0]] if self.table.order_by else []
        order = ("order", ",".join(f"{quoted(name)}.asc" for name in names))
        for _ in range(TRIES):
            pages = self._numbered(instrument, [self.table.time.at(raw), order])
            if pages is not None:
                return _joined(pages)
        raise self.vanishing(instrument)

    def last(self, instrument: str, span: Span) -> int | None:
        """The last timestamp of a span as the table counts; None where it has none."""
        newest = ("order", f"{quoted(self.table.time.column)}.desc")
        params = [("select", f"t:{self._stamp}"), *self._of(instrument), *self.table.time.within(span), newest]
        doing = f"looking for the last bar of {instrument}"
        answer = self.asking.get(self.table.name, [*params, ("limit", "1")], doing, accept=JSON)
        rows = rows_of(answer, self.place)[:1]
        return int(raw_of(rows, "t", self.table.time.form, self.place)[0]) if rows else None

    def piece(self, columns: Columns, aside: Aside) -> Piece:
        """Columns as rows of a series; timestamps that mean nothing are set aside."""
        stamps, strange = self.table.time.instants(columns.raw)
        given = dict(zip(self._shown, columns.values, strict=True))
        values = () if self.only_stamps else tuple(given.get(name, np.full(len(stamps), np.nan)) for name in COLUMNS)
        piece = Piece(stamps, values, columns.arrival)
        if strange is None:
            return piece
        for raw in columns.raw[strange].tolist():
            aside.add(0, self.table.time.column, str(raw), "is in another unit than the others")
        return piece.take(~strange)

    def vanishing(self, instrument: str) -> SourceError:
        """Rows were deleted each time that they were read."""
        return SourceError(
            f"{self.place} lost bars of {instrument} while they were read, {TRIES} times", hint=LOST, series=instrument
        )

    @property
    def place(self) -> str:
        return f"{self.asking.server}, {self.table.place},"

    def _numbered(self, instrument: str, params: Params) -> list[Columns] | None:
        """The pages of rows counted from the first on; None where rows came or went: their numbers are others now."""
        pages: list[Columns] = []
        read = 0
        while True:
            page, total = self._counted(instrument, [*params, ("offset", str(read))])
            pages.append(page)
            read += len(page)
            if read == total:
                return pages
            if read > total or len(page) == 0:
                return None

    def _counted(self, instrument: str, params: Params) -> tuple[Columns, int]:
        select = [f"t:{self._stamp}"]
        select += [f"{name[0]}:{quoted(self.table.layout.names[name])}::float8" for name in self._shown]
        arrival = self._arrival
        select += [f"a:{quoted(arrival[0])}::text"] if arrival else []
        asked = [("select", ",".join(select)), *self._of(instrument), *params, ("limit", str(PAGE))]
        answer = self.asking.get(self.table.name, asked, f"reading bars of {instrument}", counted=True)
        if answer.total is None:
            raise SourceError(
                f"{self.place} does not say how many bars there are: nobody knows whether these are all", hint=UNPROVED
            )
        return self._columns(answer), answer.total

    def _columns(self, answer: Answer) -> Columns:
        arrival = self._arrival
        names = [name[0] for name in self._shown]
        return columns_of(answer, self.place, self.table.time.form, names, arrival[1] if arrival else None)

    @property
    def _arrival(self) -> tuple[str, Form] | None:
        return None if self.only_stamps else self.table.order_by

    @property
    def _shown(self) -> list[str]:
        return [] if self.only_stamps else [name for name in COLUMNS if name in self.table.layout.names]

    @property
    def _stamp(self) -> str:
        column = quoted(self.table.time.column)
        return column if self.table.time.form == "integer" else f"{column}::text"

    def _of(self, instrument: str) -> Params:
        return [(quoted(self.table.layout.names["instrument"]), one_of([instrument]))]


def _joined(pages: Sequence[Columns]) -> Columns:
    arrivals = [page.arrival for page in pages if page.arrival is not None]
    values = zip(*(page.values for page in pages), strict=True)
    raw = np.concatenate([page.raw for page in pages])
    return Columns(raw, tuple(map(np.concatenate, values)), np.concatenate(arrivals) if arrivals else None)
