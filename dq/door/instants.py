"""Which instants integers and texts mean, without asking anybody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Literal

import numpy as np

from dq.door.contract import Form
from dq.model import Int, Mask

Unit = Literal["s", "ms", "us", "ns"]
UNIT_NAMES: dict[Unit, str] = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}
CEILINGS: dict[Unit, int] = {"s": 10**11, "ms": 10**14, "us": 10**17}  # 1e11 s is the year 5138, 1e11 ms is 1973
SAMPLE = 100

DATE = r"\d{4}-\d\d-\d\d"
CLOCK = r"[ T]\d\d(:\d\d(:\d\d([.,]\d{1,9})?)?)?"
PATTERNS: dict[Form, str] = {
    "zoned": rf"^{DATE}{CLOCK}\s?([Zz]|UTC|[+-]\d\d(:?\d\d)?)$",
    "naive": rf"^{DATE}{CLOCK}$",
    "date": rf"^{DATE}$",
    "integer": r"^[+-]?\d{1,19}$",
}
_COMPILED = {form: re.compile(pattern) for form, pattern in PATTERNS.items()}


def taken_as(form: Form, unit: Unit = "s", zone: str | None = None) -> str:
    """What is taken for granted of timestamps of that form, in a sentence; "" where nothing is.

    Args:
        unit: of integers.
        zone: IANA name of the clock of those without offset.
    """
    sentences: dict[Form, str] = {
        "integer": f"Timestamps are integers, read as {UNIT_NAMES[unit]} since 1970.",
        "naive": f"Timestamps have no offset, read on the clock of {zone}.",
        "date": "Timestamps are dates, read as 00:00 UTC.",
    }
    return sentences.get(form, "")


def epoch_unit(values: Int) -> Unit:
    """The unit in which most of these integers make sense as instants since 1970; seconds where there are none."""
    if len(values) == 0:
        return "s"
    sizes = np.abs(values)
    middle = int(np.partition(sizes, len(sizes) // 2)[len(sizes) // 2])
    return next((unit for unit, ceiling in CEILINGS.items() if middle < ceiling), "ns")


def from_epoch(values: Int, unit: Unit) -> tuple[Int, Mask]:
    """Microseconds UTC of integers in that unit, and which of them look like a finer unit and mean nothing here."""
    if unit == "ns":
        return values // 1000, np.zeros(len(values), np.bool_)
    strange = (values >= CEILINGS[unit]) | (values <= -CEILINGS[unit])
    factor = {"s": 1_000_000, "ms": 1_000, "us": 1}[unit]
    return np.where(strange, 0, values) * factor, strange


def to_epoch(instant: int, unit: Unit) -> int:
    """The smallest integer of that unit at or after an instant in microseconds UTC, kept within int64."""
    value = instant * 1000 if unit == "ns" else -(-instant // {"s": 1_000_000, "ms": 1_000, "us": 1}[unit])
    return max(min(value, 2**63 - 1), -(2**63))


def text_form(cells: Iterable[str]) -> Form:
    """The form in which most of these cells are written as instants; `other` where none is.

    zoned: ISO 8601 with Z or an offset. naive: without. date: the date alone. integer: since 1970.
    """
    votes = Counter(
        form for cell in cells for form, pattern in _COMPILED.items() if pattern.match(cell.strip())
    ).most_common(1)
    return votes[0][0] if votes else "other"
