"""The rows of the table, and the parts that make them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One line of the table; `ok` is None where it could not be measured here, which `measured` explains."""

    name: str
    target: str
    measured: str
    ok: bool | None


@dataclass(frozen=True)
class Scale:
    """How much of it, and by which chance.

    Attributes:
        short: a fraction of everything, for the tests; long: outages in real time.
        folder: an empty one of this part's own; cache: of computed sessions, kept between parts.
    """

    seed: int
    short: bool
    long: bool
    folder: Path
    cache: Path


Part = Callable[[Scale], Iterator[Row]]
