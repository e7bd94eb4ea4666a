"""What a source is asked and what it answers: values, and the protocol that every origin keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import Protocol, Self

from dq.door import Rows
from dq.model import DqError, Int

MOST_RECENT = 200  # timestamps listed of each series


@dataclass(frozen=True, slots=True)
class Access:
    """Where bars are and how to read them.

    Attributes:
        url: `postgresql://…`, a path, or `-` for CSV on standard input.
        columns: our name of a column to theirs, where they differ.
        order_by: the column that tells the order of arrival, where a table has one.
        timezone: IANA name of the clock that wrote timestamps without offset.
        instrument: name of the series where a file does not say.
        connect_seconds: for all attempts to connect together.
        call_seconds: for each statement.
    """

    url: str
    schema: str | None = None
    table: str = "ohlc_data"
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    order_by: str | None = None
    timezone: str | None = None
    instrument: str | None = None
    connect_seconds: float = 4.5  # a silent server is told of within 5 s of typing the command, its start-up included
    call_seconds: float = 30.0


@dataclass(frozen=True, eq=False)
class Listed:
    """A series that a source has, and its most recent timestamps (MOST_RECENT at most), ascending."""

    instrument: str
    stamps: Int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which bars of a series to read: half-open spans in microseconds UTC, apart and ascending; None for no end."""

    instrument: str
    spans: tuple[tuple[int, int | None], ...]


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

    def read(self, wanted: Sequence[Wanted]) -> Iterator[Rows]:
        """One Rows per series asked for, in that order; without bars where the source has none in the spans."""
        ...

    def stamps(self, wanted: Sequence[Wanted]) -> Iterator[tuple[str, Int]]:
        """The timestamps alone, as `read` would give them."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
