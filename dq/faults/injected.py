"""Injected: what a fault put in, in the words of the finding that must answer it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Injected:
    """One finding that dq owes.

    Attributes:
        check: name of the check that must find it.
        start, end: microseconds UTC, first and last bar, row or slot concerned.
        count: how many bars, rows or slots the finding must name.
    """

    check: str
    start: int
    end: int
    count: int
