"""The lines of `overrides.csv`, read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from dq.calendars.names import known_names
from dq.calendars.version import OVERRIDES
from dq.model import DAY, Halt, SettingsError

COLUMNS = ("calendar", "from", "to", "opens", "break_start", "break_end", "closes", "why", "link")
TIMES = COLUMNS[3:7]
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])([+-]1)?")


@dataclass(frozen=True, slots=True)
class Override:
    """One line: days that a calendar has wrong, or a halt that it does not know.

    Attributes:
        calendars: whom it concerns.
        first, last: days since 1970-01-01, both included; for a halt the days it touches.
        times: minutes of the local day by name in TIMES, negative before its midnight; empty: closed all day, or a halt.
        halt: the halt, or None where the line is about planned days.
    """

    calendars: tuple[str, ...]
    first: int
    last: int
    times: dict[str, int]
    halt: Halt | None


@cache
def load_overrides() -> tuple[Override, ...]:
    """The lines that dq ships, in their order.

    Raises:
        SettingsError: with every fault of the file.
    """
    return parse_overrides(OVERRIDES.read_text(encoding="utf-8"))


def parse_overrides(text: str) -> tuple[Override, ...]:
    """The lines of a file with the COLUMNS above; of several dates in `from` each becomes a line.

    Raises:
        SettingsError: with every fault, its line and its column.
    """
    import csv

    rows = list(csv.reader(text.splitlines()))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise SettingsError(f"overrides.csv, line 1: the columns must be {','.join(COLUMNS)}.")
    faults: list[str] = []
    lines: list[Override] = []
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(COLUMNS):
            faults.append(f"line {number}: {len(row)} cells instead of {len(COLUMNS)}")
            continue
        cells = dict(zip(COLUMNS, (cell.strip() for cell in row), strict=True))
        wrong = [f"line {number}, column {column}: {fault}" for column, fault in _faults(cells)]
        faults += wrong
        if not wrong:
            lines += [_line({**cells, "from": start}) for start in cells["from"].split()]
    if faults:
        raise SettingsError(
            f"overrides.csv cannot be used: {'; '.join(faults)}.", hint="Correct or remove these lines."
        )
    return tuple(lines)


def _line(cells: dict[str, str]) -> Override:
    calendars = tuple(dict.fromkeys(known_names()[name.strip()] for name in cells["calendar"].split(";")))
    start = _instant(cells["from"])
    end = _instant(cells["to"]) if cells["to"] else start
    halt = Halt(start, end, cells["why"]) if "T" in cells["from"] else None
    times = {column: _minute(cells[column]) for column in TIMES if cells[column]}
    return Override(calendars, start // DAY, end // DAY, times, halt)


def _faults(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Column and fault of everything that is wrong with a line."""
    for name in cells["calendar"].split(";"):
        if name.strip() not in known_names():
            yield "calendar", f"there is no calendar {name.strip()!r}"
        elif known_names()[name.strip()] == "24/7":
            yield "calendar", "24/7 has no closed days and no halts"
    yield from _span_faults(cells["from"], cells["to"])
    yield from _time_faults(cells)
    if not cells["why"]:
        yield "why", "the reason is absent"
    if not cells["link"].startswith(("https://", "http://")):
        yield "link", f"{cells['link']!r} is no address of a source"


def _span_faults(start: str, end: str) -> Iterator[tuple[str, str]]:
    if " " in start:
        for single in start.split():
            yield from _span_faults(single, "")
        if end or "T" in start:
            yield "to", "several dates in `from` are days of their own"
        return
    given = [(column, text) for column, text in (("from", start), ("to", end)) if text or column == "from"]
    kinds = set()
    for column, text in given:
        try:
            _instant(text)
        except ValueError:
            yield column, f"{text!r} is neither a date (2025-01-09) nor an instant (2019-02-27T00:45Z)"
            return
        kinds.add("T" in text)
    if len(kinds) > 1:
        yield "to", f"{start!r} and {end!r} must both be dates or both be instants"
    elif kinds == {True} and not (end and _instant(end) > _instant(start)):
        yield "to", "a halt needs an instant after its beginning"
    elif end and _instant(end) < _instant(start):
        yield "to", f"{end} is before {start}"


def _time_faults(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    given = {column: cells[column] for column in TIMES if cells[column]}
    for column, text in given.items():
        if not _TIME.fullmatch(text):
            yield column, f"{text!r} is no local time (08:30, or 17:00-1 for the day before)"
            return
    if given and "T" in cells["from"]:
        yield next(iter(given)), "a halt has no opening and closing times"
    if ("break_start" in given) != ("break_end" in given):
        yield "break_start", "a break needs its beginning and its end"
    minutes = [_minute(text) for text in given.values()]
    if minutes != sorted(minutes):
        yield next(iter(given)), "the times do not follow one another"


def _instant(text: str) -> int:
    """Microseconds UTC of a date or of an instant that ends in Z."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?", text):
        raise ValueError(text)
    return int(np.datetime64(text.removesuffix("Z"), "us").astype(np.int64))


def _minute(text: str) -> int:
    hour, minute, days = text[:2], text[3:5], text[5:] or "0"
    return int(days) * 24 * 60 + int(hour) * 60 + int(minute)
