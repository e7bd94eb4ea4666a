"""What PostgREST is asked: names, bounds in the table's own time, filters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dq.door import Form, from_epoch
from dq.door.instants import Unit, to_epoch
from dq.model import DAY, Int, Mask
from dq.sources.walls import Span, widened

FIRST, LAST = -62_135_596_800_000_000, 253_402_300_799_999_999  # the years 1 and 9999, which all readers can read
WIDEST: dict[Unit, int] = {"s": 2**31 - 1, "ms": 2**62, "us": 2**62, "ns": 2**62}  # seconds may stand in four bytes
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def quoted(name: str) -> str:
    """A name of a column."""
    return name if _PLAIN.fullmatch(name) else _value(name)


def one_of(names: Iterable[str]) -> str:
    """A filter for any of these values."""
    return f"in.({','.join(_value(name) for name in names)})"


def lower_than(column: str, name: str) -> tuple[str, str]:
    """A filter for values below this one; within brackets it may stand in quotes, which keep its outer blanks."""
    return "and", f"({column}.lt.{_value(name)})"


def _value(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@dataclass(frozen=True, slots=True)
class Time:
    """The time that a table keeps: whole numbers that its filters compare, and the instants that they mean.

    Attributes:
        column: their name.
        form: zoned, naive, date or integer.
        zone: IANA name of the clock of naive timestamps; None where the table's time is UTC.
        unit: of integers; everything else counts microseconds.
    """

    column: str
    form: Form
    zone: str | None = None
    unit: Unit = "s"

    def spans(self, spans: Iterable[Span]) -> list[Span]:
        """Half-open spans of microseconds UTC in the table's time; wider where its clock is not UTC."""
        local = list(spans) if self.zone is None else widened(spans, self.zone)
        return [(self.raw(start), None if end is None else self.raw(end)) for start, end in local]

    def raw(self, instant: int) -> int:
        """Microseconds of the table's clock as it counts, rounded up."""
        return to_epoch(instant, self.unit) if self.form == "integer" else instant

    def instants(self, raw: Int) -> tuple[Int, Mask | None]:
        """Microseconds of the table's clock, and which of them mean nothing."""
        if self.form != "integer":
            return raw, None
        instants, strange = from_epoch(raw, self.unit)
        return instants, strange if strange.any() else None

    def within(self, span: Span) -> list[tuple[str, str]]:
        """Filters for a span."""
        start, end = span
        if self.form == "integer":
            low, high = to_epoch(FIRST, self.unit), min(to_epoch(LAST, self.unit), WIDEST[self.unit])
            bounds = [f"gte.{min(start, high)}"] if start > low else []
            bounds += [f"lt.{end}"] if end is not None and end <= high else []
            return [(quoted(self.column), bound) for bound in bounds or ["not.is.null"]]
        after = f"gte.{self.literal(max(start, FIRST))}"
        before = f"lt.{self.literal(end)}" if end is not None and end <= LAST else f"lte.{self.literal(LAST)}"
        return [(quoted(self.column), after), (quoted(self.column), before)]

    def at(self, raw: int) -> tuple[str, str]:
        """The filter for one of its timestamps."""
        return quoted(self.column), f"eq.{self.literal(raw)}"

    def nowhere(self) -> str:
        """The condition, for `or`, of rows that no span can hold."""
        column = quoted(self.column)
        if self.form == "integer":
            return f"({column}.is.null)"
        return f"({column}.is.null,{column}.lt.{self.literal(FIRST)},{column}.gt.{self.literal(LAST)})"

    def literal(self, raw: int) -> str:
        """One of its timestamps as PostgreSQL reads it; dates are rounded up."""
        if self.form == "integer":
            return str(raw)
        if self.form == "date":
            return str(np.datetime64(-(-raw // DAY) if raw < LAST else raw // DAY, "D"))
        return f"{np.datetime64(raw, 'us')}{'Z' if self.form == 'zoned' else ''}"

    def respelled(self, raw: int) -> str:
        """The same time stamp in other words: equal as an instant, not as a text."""
        if self.form == "naive":
            return f"{np.datetime64(raw, 'us')}0".replace("T", "  ")
        return f"{np.datetime64(raw + 19_800_000_000, 'us')}+05:30"
