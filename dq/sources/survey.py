"""A first look at files: which series they hold, where, and their most recent timestamps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from dq.door import Aside, local_to_utc
from dq.model import Int
from dq.sources.access import MOST_RECENT
from dq.sources.decoding import Batch, parted

FOREVER = 2**63 - 1
HELD = 128 << 20  # bytes of decoded text that are kept between listing and reading
BAR_BYTES = 48


class File(Protocol):
    """One file: parts that can be decoded one by one."""

    place: str
    name: str
    parts: int
    notes: set[str]

    @property
    def alone(self) -> bool: ...

    def clock(self) -> str | None: ...

    def recent(self, part: int) -> Iterator[Batch]: ...

    def batches(self, part: int, *, only_stamps: bool = False) -> Iterator[Batch]: ...


@dataclass
class Survey:
    """What a first look at the files found.

    Attributes:
        until: microseconds UTC, later timestamps are not listed.
        recent: instrument to its most recent timestamps, in the order in which instruments first appear.
        last: instrument to the last place that has rows of it: number of the file, number of the part.
        inside: each place to the instruments that it has rows of.
        held: decoded batches of places that are costly to decode twice.
        unnamed: rows that belong to no instrument.
    """

    until: int
    recent: dict[str, Int] = field(default_factory=dict)
    last: dict[str, tuple[int, int]] = field(default_factory=dict)
    inside: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    held: dict[tuple[int, int], list[Batch]] = field(default_factory=dict)
    unnamed: Aside = field(default_factory=Aside)
    room: int = HELD

    def look(self, number: int, file: File) -> None:
        """Add a file; nothing is added of one that raises on the way."""
        seen = Survey(self.until, room=self.room)
        for part in range(file.parts):
            kept: list[Batch] | None = []
            for batch in file.recent(part):
                seen._add((number, part), batch, file.clock())
                kept = seen._keep(kept, batch)
            if kept:
                seen.held[number, part] = kept
        if not seen.recent and file.alone:
            seen._saw((number, 0), file.name, np.zeros(0, np.int64))
        for name, stamps in seen.recent.items():
            self.recent[name] = _most_recent(self.recent.get(name), stamps)
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
            if clock is not None:
                converted, missing, unsure = local_to_utc(stamps, clock)
                stamps = converted[~(missing | unsure)]
            self._saw(place, name, stamps[stamps < self.until])

    def _saw(self, place: tuple[int, int], name: str, stamps: Int) -> None:
        self.recent[name] = _most_recent(self.recent.get(name), stamps)
        self.last[name] = place
        self.inside.setdefault(place, set()).add(name)

    def _keep(self, kept: list[Batch] | None, batch: Batch) -> list[Batch] | None:
        """The batches so far and this one, if all of them fit; timestamps alone are not worth it."""
        size = len(batch.piece.timestamp) * BAR_BYTES
        if kept is None or size > self.room or not batch.piece.values:
            self.room += sum(len(one.piece.timestamp) * BAR_BYTES for one in kept or ())
            return None
        self.room -= size
        return [*kept, batch]


def _most_recent(known: Int | None, more: Int) -> Int:
    stamps = more if known is None else np.concatenate([known, more])
    if len(stamps) > MOST_RECENT:
        stamps = np.partition(stamps, len(stamps) - MOST_RECENT)[-MOST_RECENT:]
    return np.sort(stamps)
