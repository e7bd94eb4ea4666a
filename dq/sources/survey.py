"""A first look at files: which series they hold, where, and their most recent timestamps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from dq.door import Aside, local_to_utc
from dq.model import Int
from dq.sources.access import MOST_RECENT
from dq.sources.decoding import Batch, Decoder, parted

FOREVER = 2**63 - 1
HELD = 128 << 20  # bytes of decoded text that are kept between listing and reading
BAR_BYTES = 48


class File(Protocol):
    """One file: parts that can be decoded one by one.

    Attributes:
        decoder: what is known of it; of a text, once its first rows have been read.
    """

    place: str
    name: str
    parts: int
    notes: set[str]
    decoder: Decoder

    def summary(self, part: int) -> tuple[str, int, int] | None:
        """Series, rows and latest timestamp of a part of one series, where that is known without decoding it."""
        ...

    def recent(self, part: int) -> Iterator[Batch]: ...

    def batches(self, part: int, *, only_stamps: bool = False) -> Iterator[Batch]: ...


@dataclass
class Survey:
    """What a first look at the files found.

    Attributes:
        until: microseconds UTC, later timestamps are not listed.
        recent: instrument to its most recent timestamps, in the order in which instruments first appear.
        rows: instrument to how many rows it has.
        first: instrument to the place where it first appears, and the how manieth it is there.
        last: instrument to the last place that has rows of it: number of the file, number of the part.
        inside: each place to the instruments that it has rows of.
        held: decoded batches of places that are costly to decode twice.
        unnamed: rows that belong to no instrument.
    """

    until: int
    recent: dict[str, Int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    first: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    last: dict[str, tuple[int, int]] = field(default_factory=dict)
    inside: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    held: dict[tuple[int, int], list[Batch]] = field(default_factory=dict)
    unnamed: Aside = field(default_factory=Aside)
    room: int = HELD

    def look(self, number: int, file: File) -> None:
        """Add a file; nothing is added of one that raises on the way."""
        seen = Survey(self.until, room=self.room)
        for part in reversed(range(file.parts)):
            summary = file.summary(part)
            if summary is not None and seen._surpasses(*summary):
                seen._saw((number, part), summary[0], np.zeros(0, np.int64), summary[1])
                continue
            kept: list[Batch] | None = []
            for batch in file.recent(part):
                seen._add((number, part), batch, file.decoder.clock)
                kept = seen._keep(kept, batch)
            if kept:
                seen.held[number, part] = kept
        if not seen.recent and file.decoder.alone:
            self.recent.setdefault(file.name, np.zeros(0, np.int64))
        for name in sorted(seen.recent, key=seen.first.__getitem__):
            stamps = seen.recent[name]
            self.recent[name] = _most_recent(self.recent.get(name), stamps)
            self.rows[name] = self.rows.get(name, 0) + seen.rows.get(name, 0)
        self.last |= seen.last
        self.inside |= seen.inside
        self.held |= seen.held
        self.unnamed.extend(seen.unnamed)
        self.room = seen.room

    def _add(self, place: tuple[int, int], batch: Batch, clock: str | None) -> None:
        for name, aside in batch.asides.items():
            if name:
                self._saw(place, name, np.zeros(0, np.int64))
            else:
                self.unnamed.extend(aside)
        for name, piece in parted(batch):
            stamps = piece.timestamp
            count = len(stamps)
            if clock is not None:
                converted, missing, unsure = local_to_utc(stamps, clock)
                stamps = converted[~(missing | unsure)]
            self._saw(place, name, stamps[stamps < self.until], count)

    def _saw(self, place: tuple[int, int], name: str, stamps: Int, count: int = 0) -> None:
        """There are rows of the series in that part; parts come last to first, their rows first to last."""
        if place not in self.inside or name not in self.inside[place]:
            self.first[name] = (*place, len(self.inside.get(place, ())))
        self.recent[name] = _most_recent(self.recent.get(name), stamps)
        self.rows[name] = self.rows.get(name, 0) + count
        self.last[name] = max(place, self.last.get(name, place))
        self.inside.setdefault(place, set()).add(name)

    def _surpasses(self, name: str, rows: int, latest: int) -> bool:
        """Whether enough timestamps of the series are known that are all as late as that."""
        known = self.recent.get(name)
        return known is not None and len(known) == MOST_RECENT and latest <= int(known[0])

    def _keep(self, kept: list[Batch] | None, batch: Batch) -> list[Batch] | None:
        """The batches so far and this one, if all of them fit; timestamps alone are not worth it."""
        rows = len(batch.piece.timestamp)
        size = rows * BAR_BYTES
        if kept is None or size > self.room or (rows and not batch.piece.values):
            self.room += sum(len(one.piece.timestamp) * BAR_BYTES for one in kept or ())
            return None
        self.room -= size
        return [*kept, batch]


def _most_recent(known: Int | None, more: Int) -> Int:
    stamps = more if known is None else np.concatenate([known, more])
    if len(stamps) > MOST_RECENT:
        stamps = np.partition(stamps, len(stamps) - MOST_RECENT)[-MOST_RECENT:]
    return np.sort(stamps)
