"""What a history needs of the database in which it is kept: a file of SQLite, or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Protocol

from dq.history.records import Row

Parameters = Mapping[str, object]
NONE: Parameters = MappingProxyType({})


def plain(value: object) -> object:
    """The value as every database takes it: truth as 0 or 1, and text without halves of surrogate pairs."""
    if isinstance(value, bool):
        return int(value)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


class Database(Protocol):
    """Statements are `sql/<name>.sql`, their parameters `:name`. Every method raises HistoryError."""

    def rows(self, name: str, parameters: Parameters = NONE) -> list[Row]:
        """The rows of the answer, column by name."""
        ...

    def run(self, name: str, parameters: Parameters = NONE) -> None:
        """Send a statement that answers nothing."""
        ...

    def run_many(self, name: str, rows: Iterable[Parameters]) -> None:
        """Send a statement once for each of them."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """All that is sent in the block is one transaction, in which nobody else writes; a block within another is part of it.

        Raises:
            DamagedError: the database turned out to be damaged in the middle of it, and another has been begun: do it again.
        """
        ...

    def tidy(self) -> None:
        """Give back some of the space that was freed; bounded work, outside of `alone`."""
        ...

    def close(self) -> None:
        """Let go of it; what was written stays."""
        ...
