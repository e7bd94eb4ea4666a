"""A suite's entry in words."""

from __future__ import annotations

from dq.model import SEVERITIES, duration_text
from dq.suites import Expectation, Suite
from dq.suites.words import counted

COLOURS = {"info": "cyan", "warning": "yellow", "critical": "red"}


def in_words(expectation: Expectation) -> str:
    """`critical when longer than 5m and more than 5 bars; repeats = 3`."""
    conditions = []
    if expectation.cause is not None:
        *others, last = expectation.cause
        conditions.append(f"the cause is {', '.join(others)} or {last}" if others else f"the cause is {last}")
    if expectation.longer_than is not None:
        conditions.append(f"longer than {duration_text(expectation.longer_than)}")
    if expectation.bars is not None:
        conditions.append(f"more than {counted(expectation.bars, 'bar')}")
    text = expectation.severity + (f" when {' and '.join(conditions)}" if conditions else "")
    return "; ".join([text, *(f"{name} = {value}" for name, value in expectation.parameters.items())])


def severities(suite: Suite, check: str) -> tuple[str, ...]:
    """The severities that a suite may give to a check's suspects, from the highest; none where it has no entry."""
    given = {one.severity for one in suite.expectations if one.check == check}
    return tuple(severity for severity in reversed(SEVERITIES) if severity in given)
