"""Which causes an entry leaves to others: those of which the suites that dq brings have entries of their own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from dq.suites import load_suite, suite_names

QUIET = "info"


def left_alone(check: str) -> tuple[str, ...]:
    """The causes that an entry of this check leaves alone where it names none.

    In dq's own runner an entry that names a suspect's cause decides alone. In Great Expectations no expectation knows of
    another, so one that names no cause keeps clear of those for which dq's suites have an entry beside such a one; and,
    where they judge the check by causes only, of those that they call harmless.
    """
    return _left().get(check, ())


@cache
def _left() -> Mapping[str, tuple[str, ...]]:
    entries = [entry for name in suite_names() for entry in load_suite(name).expectations]
    general = {entry.check for entry in entries if entry.cause is None}
    left: dict[str, dict[str, None]] = {}
    for entry in entries:
        if entry.cause is not None and (entry.check in general or entry.severity == QUIET):
            left.setdefault(entry.check, {}).update(dict.fromkeys(entry.cause))
    return {check: tuple(causes) for check, causes in left.items()}
