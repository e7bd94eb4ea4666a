"""Between UTC and the time that a table keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dq.door import epoch_unit, from_epoch, taken_as
from dq.door.instants import Unit
from dq.model import Int, Mask
from dq.sources.postgres.asking import Row
from dq.sources.postgres.binary import EPOCH_2000
from dq.sources.postgres.catalog import Table
from dq.sources.postgres.fragments import bound
from dq.sources.walls import Span, widened


@dataclass(frozen=True)
class Clock:
    """The time that a table keeps, in microseconds since 1970 of its own clock.

    Attributes:
        zone: IANA name of the clock of naive timestamps; None where the table's time is UTC.
        unit: of integers.
        note: what was taken for granted, or "".
    """

    table: Table
    zone: str | None = None
    unit: Unit = "s"
    note: str = ""

    def spans(self, spans: tuple[Span, ...]) -> list[Span]:
        """Half-open spans in the table's time that hold at least those spans in UTC, apart and ascending."""
        return list(spans) if self.zone is None else widened(spans, self.zone)

    def bound(self, instant: int | None) -> str | int:
        """An instant of the table's time as it is bound to a statement."""
        return bound(instant, self.table, self.unit)

    def instants(self, values: Int) -> tuple[Int, Mask | None]:
        """The table's time of values as PostgreSQL sends them, and which of them mean nothing."""
        if self.table.layout.stamps == "integer":
            instants, strange = from_epoch(values, self.unit)
            return instants, strange if strange.any() else None
        return values + EPOCH_2000, None


def clock_of(table: Table, zone: str | None, sample: Callable[[], Sequence[Row]]) -> Clock:
    """The clock of a table; integers are counted in the unit in which most of some make sense.

    Args:
        sample: gives rows that begin with such an integer.
    """
    form = table.layout.stamps
    if form == "integer":
        unit = epoch_unit(np.array([row[0] for row in sample()], np.int64))
        return Clock(table, None, unit, taken_as(form, unit))
    return Clock(table, zone if form == "naive" else None, note=taken_as(form, zone=zone))
