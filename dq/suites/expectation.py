"""Expectation and Suite: policy as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expectation:
    """A check with its parameters, the suspects it speaks of, and the severity that it gives them.

    Attributes:
        parameters: the check's own keyword parameters, as far as the suite sets them.
        cause: it speaks of suspects with one of these causes alone; None: of all.
        longer_than: of those longer than this alone, in microseconds; None: of all.
        bars: of those with more bars than this alone; None: of all.
        meta: what the file says besides, such as `why`.
    """

    check: str
    severity: str
    parameters: Mapping[str, object]
    cause: tuple[str, ...] | None
    longer_than: int | None
    bars: int | None
    meta: Mapping[str, object]


@dataclass(frozen=True, eq=False, slots=True)
class Suite:
    """Expectations under a name, in the order of their file; itself alone is equal to it, so that it can be looked up."""

    name: str
    about: str
    expectations: tuple[Expectation, ...]

    @property
    def checks(self) -> frozenset[str]:
        """The checks that it asks."""
        return frozenset(entry.check for entry in self.expectations)
