"""What a source is asked and what it answers: values, and the protocol that every origin keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import Any, Protocol, Self

from dq.door import Rows
from dq.model import MINUTE, DqError, ErrorLog, Int, Levels

MOST_RECENT = 200  # timestamps listed of each series
LONGEST_MESSAGE = 500  # characters of an entry of the error log: whole traces are kept in some


@dataclass(frozen=True, slots=True)
class Access:
    """Where bars are and how to read them.

    Attributes:
        url: `postgresql://…`, `https://…` of Supabase, `yahoo:SYMBOL`, a path, or `-` for CSV on standard input.
        key: Supabase's; never shown.
        schema, table: where the bars are; None for the connection's own search path.
        levels_table, errors_table: the collector's other two tables.
        columns: our name of a column to theirs, where they differ.
        order_by: the column that tells the order of arrival, where a table has one.
        timezone: IANA name of the clock that wrote timestamps without offset.
        instrument: name of the series where a file does not say.
        connect_seconds: for all attempts to connect together.
        call_seconds: for each statement or request.
        retries: further attempts where the trouble may be gone in a moment.
        intervals: instrument -> microseconds between its bars, where a source has several; "" for all others.
        extended_hours: instruments whose bars before and after the regular hours are wanted too.
        now: microseconds UTC, from which a source reckons that has recent bars alone; None for the end of what is asked.
        frame: the bars themselves, as a frame in memory; `url` is then what people are told.
    """

    url: str
    key: str | None = field(default=None, repr=False)
    schema: str | None = None
    table: str = "ohlc_data"
    levels_table: str = "reference_levels"
    errors_table: str = "error_log"
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    order_by: str | None = None
    timezone: str | None = None
    instrument: str | None = None
    connect_seconds: float = 4.0  # a silent server is told of within 5 s of typing the command, its start-up included
    call_seconds: float = 30.0
    retries: int = 3
    intervals: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    extended_hours: frozenset[str] = frozenset()
    now: int | None = None
    frame: Any = field(default=None, repr=False, compare=False)

    def interval_of(self, instrument: str) -> int:
        """Microseconds between the bars that are wanted of it: a minute where nobody says."""
        return self.intervals.get(instrument) or self.intervals.get("") or MINUTE

    @property
    def names_series(self) -> bool:
        """Whether the address itself says which series are meant, so that those of the settings are not."""
        return self.url.startswith("yahoo:") and self.url != "yahoo:"


@dataclass(frozen=True, eq=False)
class Listed:
    """A series that a source has, and its most recent timestamps (MOST_RECENT at most), ascending.

    Attributes:
        interval: microseconds between bars where the source knows it; None where the timestamps have to say.
        delay: microseconds by which the source is late as a rule.
    """

    instrument: str
    stamps: Int
    interval: int | None = None
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Absent:
    """A table that a source does not have, and why: one sentence, as `not_checked` gives it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which bars of a series to read: half-open spans in microseconds UTC, apart and ascending; None for no end."""

    instrument: str
    spans: tuple[tuple[int, int | None], ...]


class Opened:
    """Ends with the block in which it was opened."""

    def close(self) -> None:
        """Let go of what it holds."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Source(Protocol):
    """One origin of bars, open for one run.

    Attributes:
        label: what people are told, secrets masked.
        whole: a file: all of it is read unless a window is asked for.
        notes: what the source took for granted, one sentence each.
        errors: what could not be read while the rest could; the run goes on and exits 3.
        unnamed: rows that belong to no instrument; empty instrument, no bars.
    """

    label: str
    whole: bool
    errors: list[DqError]

    @property
    def notes(self) -> list[str]: ...

    @property
    def unnamed(self) -> Rows: ...

    def listed(self, since: int, until: int, names: Sequence[str] | None = None) -> list[Listed]:
        """The series with bars in `[since, until)`, by name; those of `names` alone, whenever their bars are.

        Files list all that they have, in the order in which they have it. A name that the source does not have is
        listed without timestamps.
        """
        ...

    def read(self, wanted: Sequence[Wanted]) -> Iterator[Rows | DqError]:
        """One Rows per series asked for, in that order; without bars where the source has none in the spans.

        In the place of a series that could not be had while others could, why not.
        """
        ...

    def stamps(self, wanted: Sequence[Wanted]) -> Iterator[tuple[str, Int]]:
        """The timestamps alone, as `read` would give them."""
        ...

    def levels(self, since: int, until: int) -> Levels | Absent:
        """The rows of the collector's reference levels with timestamps in `[since, until)`, by time."""
        ...

    def error_log(self, since: int, until: int) -> ErrorLog | Absent:
        """The entries of the collector's error log with timestamps in `[since, until)`, by time."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
