"""Profiles as the history keeps them: a bit per slot, deflated, beside the rules by which slots were counted."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from dq.model import Int, Mask, Series, Slots

LEVEL = 1  # of deflating: bits of a liquid series are nearly all alike, and the lowest level sees that


@dataclass(frozen=True, slots=True)
class ProfileRecord:
    """Which of the recent slots of one series hold a bar.

    Attributes:
        interval, since, until: microseconds; slots begin at `since` or later, and before `until`.
        rules: calendar, label and grid by which the slots were counted.
        slots: how many there are.
        held: a bit per slot, deflated.
    """

    instrument: str
    interval: int
    rules: str
    since: int
    until: int
    slots: int
    held: bytes

    @classmethod
    def of(cls, series: Series, slots: Slots, phase: int, since: int, until: int, stamps: Int) -> ProfileRecord:
        """The profile of a series whose bars from `since` to before `until` have those timestamps.

        Args:
            phase: see `lay_slots`.
        """
        return cls._packed(series, phase, since, until, _held(slots, since, until, stamps))

    @classmethod
    def _packed(cls, series: Series, phase: int, since: int, until: int, held: Mask) -> ProfileRecord:
        packed = zlib.compress(np.packbits(held).tobytes(), LEVEL)
        return cls(series.instrument, series.interval, rules(series, phase), since, until, len(held), packed)

    def renewed(
        self, series: Series, slots: Slots, phase: int, since: int, until: int, fresh: int, stamps: Int
    ) -> ProfileRecord | None:
        """The profile from `since` to `until`: what is known up to `fresh`, and from there on bars of those timestamps.

        None where that leaves a gap, or where the slots of this one are counted otherwise today.
        """
        if not self._counts(series, slots, phase) or self.since > since or not since <= fresh <= self.until:
            return None
        origin, _ = _numbers(slots, self.since, self.since)
        first, last = _numbers(slots, since, fresh)
        held = np.concatenate([self._bits()[first - origin : last - origin], _held(slots, fresh, until, stamps)])
        return self._packed(series, phase, since, until, held)

    def stamps(self, series: Series, slots: Slots, phase: int) -> Int | None:
        """Timestamps of the slots with a bar, ascending; None where those slots are counted otherwise today."""
        if not self._counts(series, slots, phase):
            return None
        first, _ = _numbers(slots, self.since, self.since)
        return slots.timestamps(first + np.flatnonzero(self._bits()))

    def _counts(self, series: Series, slots: Slots, phase: int) -> bool:
        first, last = _numbers(slots, self.since, self.until)
        return self.rules == rules(series, phase) and self.slots == last - first

    def _bits(self) -> Mask:
        packed = np.frombuffer(zlib.decompress(self.held), np.uint8)
        return np.unpackbits(packed, count=self.slots).astype(np.bool_)

    def row(self, source: str) -> dict[str, Any]:
        """The parameters of history_write_profile.sql."""
        return {"source": source, **{name: getattr(self, name) for name in self.__slots__}}


def rules(series: Series, phase: int) -> str:
    """Calendar, label and grid, by which slots are counted."""
    wide = " extended" if series.extended_hours else ""
    return f"{series.calendar}{wide} {series.label} {phase}"


def _held(slots: Slots, since: int, until: int, stamps: Int) -> Mask:
    """Which of the slots from `since` to before `until` hold a bar of those timestamps."""
    first, last = _numbers(slots, since, until)
    number = slots.number(stamps)
    number = number[slots.holds(stamps, number)]
    held = np.zeros(last - first, np.bool_)
    held[number[(number >= first) & (number < last)] - first] = True
    return held


def _numbers(slots: Slots, since: int, until: int) -> tuple[int, int]:
    """Numbers of the slots that begin from `since` to before `until`, half-open."""
    edges = np.array([since, until])
    first, last = (np.searchsorted(slots.first, edges) if slots.daily else slots.number(edges - 1) + 1).tolist()
    return first, max(last, first)
