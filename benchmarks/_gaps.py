"""Recorded bars with holes put in: what `causes.py` measures with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from dq.calendars import sessions
from dq.model import DAY, HOUR, MINUTE, Series, Slots, lay_slots, parse_duration
from dq.run.inference import infer_phase

SPAN = 60  # sessions judged at once
LENGTHS = (1, 1, 2, 3, 5, 8, 13, 20, 35, 60)
CACHE = Path.home() / ".cache" / "dq"
NEAR, NEAREST, LIKELY = 30, 20, 0.05


@dataclass(frozen=True)
class Recorded:
    """A series as it was recorded: a table in order of time, one row per slot, with the number of each row's slot."""

    name: str
    series: Series
    table: pa.Table
    slots: Slots
    number: np.ndarray

    @property
    def present(self) -> np.ndarray:
        held = np.zeros(len(self.slots) + 1, np.int64)
        held[self.number + 1] = 1
        return np.cumsum(held)


def recorded(folder: Path, entry: dict[str, object]) -> Recorded:
    """A dataset of the manifest; rows outside its sessions and second rows of a slot are left out."""
    table = pyarrow.csv.read_csv(folder / str(entry["file"]))
    table = table.set_column(1, "timestamp", table["timestamp"].cast(pa.timestamp("us", "UTC")))
    table = table.sort_by("timestamp")
    stamps = stamps_of(table)
    said = {name: entry[name] for name in ("tick", "extended_hours") if name in entry}
    series = Series(str(entry["instrument"]), parse_duration(str(entry["interval"])), str(entry["calendar"]), **said)
    around = (int(stamps[0]) - 50 * DAY, int(stamps[-1]) + 11 * DAY)
    known = sessions(series.calendar, *around, extended_hours=series.extended_hours, cache=CACHE)
    slots = lay_slots(series, known, infer_phase(series, stamps, known), MINUTE)
    number = slots.number(stamps)
    once = slots.holds(stamps, number) & np.append(True, np.diff(number) > 0)
    return Recorded(str(entry["name"]), series, table.filter(once), slots, number[once])


def stamps_of(table: pa.Table) -> np.ndarray:
    """Timestamps of a table, in microseconds UTC."""
    return table["timestamp"].cast(pa.int64()).to_numpy()


def cut(whole: Recorded, rng: np.random.Generator) -> Recorded:
    """Some sixty sessions of it, all of it where it has fewer."""
    session = np.searchsorted(whole.slots.before, whole.number, side="right")
    before_last = session[session <= max(session[-1] - SPAN, session[0])]
    first = int(rng.choice(before_last))
    inside = (session >= first) & (session < first + SPAN)
    return replace(whole, table=whole.table.filter(inside), number=whole.number[inside])


def like_the_market(one: Recorded, start: int, count: int) -> bool:
    """Whether the series itself is as long without a bar, at that time of day, in one stretch of twenty."""
    before, present = one.slots.before, one.present
    session = int(np.searchsorted(before, start, side="right")) - 1
    seen = np.searchsorted(before, one.number[[0, -1]], side="right") - 1
    near = np.arange(max(session - NEAREST, int(seen[0])), min(session + NEAREST, int(seen[1])) + 1)
    near = near[np.argsort(np.abs(near - session), kind="stable")][: NEAREST + 1]
    begin = before[near][:, None] + (start - before[session]) + np.arange(-NEAR, NEAR + 1)
    fits = (begin >= before[near][:, None]) & (begin + count <= before[near + 1][:, None])
    fits &= (begin >= one.number[0]) & (begin + count <= one.number[-1] + 1)
    begin = np.clip(begin, 0, len(one.slots) - count)
    return bool(fits.any()) and bool((present[begin + count] == present[begin])[fits].mean() >= LIKELY)


def rarer_than_lost(one: Recorded, start: int, scenario: str) -> bool:
    """Whether the market leaves a slot empty there less often than the loss that was put in takes one."""
    return scenario.endswith("one bar in twenty") and not like_the_market(one, start, 1)


def nothing(_one: Recorded, _rng: np.random.Generator) -> np.ndarray:
    return np.zeros(0, np.int64)


def scattered(one: Recorded, rng: np.random.Generator) -> np.ndarray:
    """Rows of twelve holes of all lengths at random instants."""
    begin = rng.choice(one.number[5:-70], 12, replace=False)
    stop = begin + rng.choice(LENGTHS, len(begin))
    return between(one, begin, stop)


def first_minutes(one: Recorded, rng: np.random.Generator) -> np.ndarray:
    """Rows of the first one to five slots of four sessions."""
    opens = inner_sessions(one)
    begin = one.slots.before[rng.choice(opens, min(4, len(opens)), replace=False)]
    return between(one, begin, begin + rng.integers(1, 6, len(begin)))


def across_the_close(one: Recorded, rng: np.random.Generator) -> np.ndarray:
    """Rows of up to eleven slots before and after three closes."""
    opens = inner_sessions(one)
    begin = one.slots.before[rng.choice(opens, min(3, len(opens)), replace=False)]
    return between(one, begin - rng.integers(1, 12, len(begin)), begin + rng.integers(1, 12, len(begin)))


def one_in_twenty(one: Recorded, rng: np.random.Generator) -> np.ndarray:
    """One row in twenty, at random."""
    return np.flatnonzero(rng.random(len(one.number)) < 0.05)


def same_minute(one: Recorded, rng: np.random.Generator) -> np.ndarray:
    """The same slot of every session, at an active hour."""
    before = one.slots.before
    session = np.searchsorted(before, one.number, side="right") - 1
    return np.flatnonzero(one.number - before[session] == int(rng.integers(10, 40)) % max(np.diff(before).min(), 1))


SCENARIOS = {
    "as recorded": nothing,
    "scattered holes": scattered,
    "first minutes": first_minutes,
    "across the close": across_the_close,
    "one bar in twenty": one_in_twenty,
    "same minute daily": same_minute,
}


def inner_sessions(one: Recorded) -> np.ndarray:
    """The sessions that begin with a bar before them."""
    first, last = np.searchsorted(one.slots.before, one.number[[0, -1]], side="right") - 1
    return np.arange(first + 1, last + 1)


def between(one: Recorded, begin: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """Rows of the slots from `begin` up to `stop`; the first and last three bars stay."""
    rows = [np.arange(*np.searchsorted(one.number, [a, b])) for a, b in zip(begin, stop, strict=True)]
    lost = np.unique(np.concatenate(rows))
    return lost[(lost > 2) & (lost < len(one.number) - 3)]


def windows(one: Recorded, rng: np.random.Generator, count: int) -> Iterator[tuple[int, int]]:
    """Windows of some twelve to sixty slots at random bars of the last two thirds."""
    length = max(HOUR, 12 * one.series.interval)
    stamps = stamps_of(one.table)
    for at in rng.choice(np.arange(len(stamps) // 3, len(stamps)), count, replace=False).tolist():
        end = int(stamps[at]) + one.series.interval + 90_000_000
        yield end - length, end
