"""Which series there are, and their most recent timestamps: by hopping from name to name along an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from dq.model import Int
from dq.sources.access import MOST_RECENT
from dq.sources.supabase.answers import rows_of, stamps_of
from dq.sources.supabase.asking import JSON, Asking, Params
from dq.sources.supabase.pages import Span
from dq.sources.supabase.pool import Pool
from dq.sources.supabase.query import one_of, quoted
from dq.sources.supabase.table import Table

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
        while rows := self._rows([*params, *below, ("limit", str(HOP))], "listing the series"):
            for one in dict.fromkeys(str(row["i"]) for row in rows):
                found[one] = self._stamps([row for row in rows if row["i"] == one])[:MOST_RECENT]
            below = [(name, f"lt.{rows[-1]['i']}")]
        short = [one for one, stamps in found.items() if len(stamps) < MOST_RECENT]
        return found | dict(zip(short, self.pool.ahead(partial(self._recent, until), short), strict=True))

    def named(self, names: Sequence[str], until: int) -> dict[str, Int]:
        """The most recent timestamps of these series before an instant, however old."""
        return dict(zip(names, self.pool.ahead(partial(self._recent, until), names), strict=True))

    def unnamed(self, since: int, until: int) -> int:
        """How many rows of a stretch have no instrument."""
        name = quoted(self.table.layout.names["instrument"])
        return self._count([(name, "is.null"), *self.table.time.within((since, until))])

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

    def _recent(self, until: int, name: str) -> Int:
        """The most recent timestamps of a series; a server may give fewer at once than are asked for."""
        column, stamp = quoted(self.table.layout.names["instrument"]), quoted(self.table.time.column)
        found: list[Int] = []
        before: int = until
        while (missing := MOST_RECENT - sum(map(len, found))) > 0:
            span: Span = (-(2**62), before)
            params = [(column, f"eq.{name}"), *self.table.time.within(span), ("order", f"{stamp}.desc")]
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
        return rows_of(answer, f"{self.asking.server}, {self.table.place},")

    def _stamps(self, rows: Sequence[dict[str, Any]]) -> Int:
        """As the table counts, latest first."""
        if self.table.time.form == "integer":
            return np.array([row["t"] for row in rows], np.int64)
        return stamps_of([row["t"] for row in rows])

    def _count(self, params: Params) -> int:
        select = ("select", quoted(self.table.layout.names["instrument"]))
        answer = self.asking.get(
            self.table.name, [select, *params, ("limit", "1")], "counting rows", accept=JSON, counted=True
        )
        return answer.total or 0
