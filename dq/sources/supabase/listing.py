"""Which series there are, and their most recent timestamps: by hopping from name to name along an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from dq.model import Int, SourceError
from dq.sources.access import MOST_RECENT
from dq.sources.supabase.answers import raw_of, rows_of
from dq.sources.supabase.asking import JSON, Asking, Params
from dq.sources.supabase.pages import Span
from dq.sources.supabase.pool import Pool
from dq.sources.supabase.query import lower_than, one_of, quoted
from dq.sources.supabase.table import Table

NAME_THEM = "Name them: --instrument, INSTRUMENT, or [series] in dq.toml."
HOP = 2 * MOST_RECENT  # rows of a hop: of bars of a minute one name, of daily bars many
NAMES = 50  # of one question: addresses must not grow long


@dataclass(frozen=True)
class Listing:
    """Looks for the series of one table."""

    asking: Asking
    table: Table
    pool: Pool

    def of_late(self, since: int, until: int) -> dict[str, Int]:
        """The series with rows in a stretch of the table's own time, and their most recent timestamps before its end.

        No query of PostgREST gives distinct names. Each hop gives the latest rows of the last name below those known,
        which an index on (instrument, timestamp) has ready.
        """
        name, stamp = quoted(self.table.layout.names["instrument"]), quoted(self.table.time.column)
        params: Params = [*self.table.time.within((since, until)), ("order", f"{name}.desc,{stamp}.desc")]
        found: dict[str, Int] = {}
        below: list[tuple[str, str]] = [(name, "not.is.null")]
        known: list[dict[str, Any]] = []
        while rows := self._rows([*params, *below, ("limit", str(HOP))], "listing the series"):
            if rows == known:  # a server that reads a name with blanks otherwise than it writes it gets no lower
                raise SourceError(
                    f"{self._place} cannot list its series: it gets no lower than {rows[-1]['i']!r}", hint=NAME_THEM
                )
            known = rows
            for one in dict.fromkeys(row["i"] for row in rows):
                stamps = self._stamps([row for row in rows if row["i"] == one])[:MOST_RECENT]
                found[self._bare(str(one))] = stamps
            below = [lower_than(name, str(rows[-1]["i"]))]
        short = [one for one, stamps in found.items() if len(stamps) < MOST_RECENT and one.strip()]
        return found | dict(zip(short, self.pool.ahead(partial(self._recent, until), short), strict=True))

    def named(self, names: Sequence[str], until: int) -> dict[str, Int]:
        """The most recent timestamps of these series before an instant, however old."""
        return dict(zip(names, self.pool.ahead(partial(self._recent, until), names), strict=True))

    def unnamed(self, since: int, until: int, blank: Sequence[str] = ()) -> int:
        """How many rows of a stretch have no instrument, or one of these, which name nobody."""
        name = quoted(self.table.layout.names["instrument"])
        nobody = ("or", f"({name}.is.null,{name}.{one_of(blank)})") if blank else (name, "is.null")
        return self._count([nobody, *self.table.time.within((since, until))])

    def unplaced(self, names: Sequence[str]) -> dict[str, int]:
        """How many rows of each series have no timestamp that can be placed in time; most have none."""
        column = quoted(self.table.layout.names["instrument"])
        groups = [tuple(names[at : at + NAMES]) for at in range(0, len(names), NAMES)]
        nowhere = ("or", self.table.time.nowhere())

        def count(group: Sequence[str]) -> int:
            return self._count([(column, one_of(group)), nowhere])

        some = [group for group, many in zip(groups, self.pool.ahead(count, groups), strict=True) if many]
        suspects = [(name,) for group in some for name in group]
        return {one[0]: many for one, many in zip(suspects, self.pool.ahead(count, suspects), strict=True)}

    def _bare(self, name: str) -> str:
        """A name without the blanks that a column of fixed width fills it up with, and that no filter needs."""
        bare = name.rstrip(" ")
        if bare == name:
            return name
        column = quoted(self.table.layout.names["instrument"])
        same = self._rows([(column, one_of([bare])), ("limit", "1")], "listing the series")
        return bare if same and same[0]["i"] == name else name

    def _recent(self, until: int, name: str) -> Int:
        """The most recent timestamps of a series; a server may give fewer at once than are asked for."""
        column, stamp = quoted(self.table.layout.names["instrument"]), quoted(self.table.time.column)
        found: list[Int] = []
        before: int = until
        while (missing := MOST_RECENT - sum(map(len, found))) > 0:
            span: Span = (-(2**62), before)
            params = [(column, one_of([name])), *self.table.time.within(span), ("order", f"{stamp}.desc")]
            stamps = self._stamps(
                self._rows([*params, ("limit", str(missing))], f"looking for the latest bars of {name}")
            )
            if len(stamps) == 0:
                break
            found.append(stamps)
            before = int(stamps[-1])
        return np.concatenate([np.zeros(0, np.int64), *found])

    def _rows(self, params: Params, doing: str) -> list[dict[str, Any]]:
        integer = self.table.time.form == "integer"
        stamp = quoted(self.table.time.column) + ("" if integer else "::text")
        select = ("select", f"i:{quoted(self.table.layout.names['instrument'])},t:{stamp}")
        answer = self.asking.get(self.table.name, [select, *params], doing, accept=JSON)
        return rows_of(answer, self._place, "i", "t")

    def _stamps(self, rows: Sequence[dict[str, Any]]) -> Int:
        """As the table counts, latest first."""
        return raw_of(rows, "t", self.table.time.form, self._place)

    def _count(self, params: Params) -> int:
        select = ("select", quoted(self.table.layout.names["instrument"]))
        answer = self.asking.get(
            self.table.name, [select, *params, ("limit", "1")], "counting rows", accept=JSON, counted=True
        )
        return answer.total or 0

    @property
    def _place(self) -> str:
        return f"{self.asking.server}, {self.table.place},"
