"""The timestamps of one file: in which form they are written, and what instants they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dq.door import IN_SETTINGS, Form, Layout, Wording, epoch_unit, from_epoch, taken_as, text_form
from dq.door.instants import SAMPLE, UNIT_NAMES, Unit
from dq.model import BarsError, Int, Mask, SettingsError
from dq.sources.arrays import instants, integers
from dq.sources.texts import nulls, text_instants, text_integers

if TYPE_CHECKING:
    import pyarrow as pa

ENOUGH = 10  # cells of a column, none of them readable, that make it a column of the wrong type
WANTING: dict[Form, str] = {
    "zoned": "is not an instant with offset, as in 2024-03-05T14:35:00Z",
    "naive": "is not an instant, as in 2024-03-05T14:35:00",
    "date": "is not a date, as in 2024-03-05",
}


@dataclass
class Tally:
    """How many cells of each column hold something, and how many of these cannot be read."""

    filled: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, filled: int, unread: int) -> None:
        """Count cells of a column."""
        self.filled[name] += filled
        self.unread[name] += unread

    def clear(self) -> None:
        """Begin anew: the file is read once more."""
        self.filled.clear()
        self.unread.clear()

    def hopeless(self) -> Iterator[str]:
        """Columns of which no cell can be read, although many are filled."""
        return (name for name, unread in self.unread.items() if unread >= ENOUGH and unread == self.filled[name])


@dataclass
class Stamps:
    """What is known of the timestamps of a file.

    Attributes:
        zone: IANA name of the clock of naive timestamps, None where nobody said.
        notes: takes what was taken for granted.
        form: how they are written; `cells` until the first batch has been seen.
        unit: of integers; None until the first of them have been seen.
        wording: how hints name the settings.

    Raises:
        SettingsError: they are naive, and nobody said on which clock.
    """

    place: str
    layout: Layout
    zone: str | None
    notes: set[str]
    tally: Tally
    form: Form = "cells"
    unit: Unit | None = None
    wording: Wording = IN_SETTINGS

    def __post_init__(self) -> None:
        if self.layout.stamps != "cells":
            self._learn(self.layout.stamps)

    @property
    def clock(self) -> str | None:
        """The zone that is still to be applied to them."""
        return self.zone if self.form == "naive" else None

    def read(self, cells: pa.Array[Any]) -> tuple[Int, tuple[Mask, str]]:
        """Microseconds, UTC or of the file's own clock; which cells hold none, and why.

        Raises:
            SettingsError: they are naive, and nobody said on which clock.
            BarsError: they are text that is nothing of the kind.
        """
        if self.layout.stamps == "cells":
            return self._written(cells)
        values, there = integers(cells) if self.form == "integer" else instants(cells)
        read = np.ones(len(values), np.bool_) if there is None else there
        return self._counted(values, read) if self.form == "integer" else (values, (~read, "is empty"))

    def _written(self, cells: pa.Array[Any]) -> tuple[Int, tuple[Mask, str]]:
        """From text; cells of another form than most are not read."""
        import pyarrow as pa

        cells = cells if pa.types.is_string(cells.type) else cells.cast(pa.string())
        if self.form == "cells":
            self._learn(self._sampled(cells))
        if self.form == "integer":
            instant, fault = self._counted(*text_integers(cells))
        else:
            instant, read = text_instants(cells, self.form)
            fault = ~read, WANTING[self.form]
        self.tally.add("timestamp", len(cells), int(fault[0].sum()))
        return instant, fault

    def _counted(self, values: Int, read: Mask) -> tuple[Int, tuple[Mask, str]]:
        if self.unit is None and read.any():
            self.unit = epoch_unit(values[read][:SAMPLE])
            self.notes.add(taken_as("integer", self.unit))
        unit = self.unit or "s"
        instant, strange = from_epoch(values, unit)
        return instant, (strange | ~read, f"is not a whole number of {UNIT_NAMES[unit]} since 1970")

    def _sampled(self, cells: pa.Array[Any]) -> Form:
        """The form of the first cells that hold anything."""
        filled = np.flatnonzero(~nulls(cells))[:SAMPLE].tolist()
        sample = [str(cells[row].as_py()) for row in filled]
        form = text_form(sample)
        if form == "other" and len(sample) >= ENOUGH:
            elsewhere = self.wording.column.format(ours="timestamp", theirs="…")
            raise BarsError(
                f'{self.place} cannot become bars: column "{self.layout.names["timestamp"]}" holds no instants but '
                f'"{sample[0][:40]}", needed is ISO 8601 such as 2024-03-05T14:35:00Z, or whole seconds, ms, µs or ns '
                "since 1970",
                hint=f"If the timestamp is in another column, say so {elsewhere}",
            )
        return "zoned" if form == "other" else form

    def _learn(self, form: Form) -> None:
        self.form = form
        if form == "naive" and self.zone is None:
            raise SettingsError(f"The timestamps of {self.place} have no time zone", hint=self.wording.timezone)
        if form in {"date", "naive"}:  # the unit of integers is learnt from the first of them
            self.notes.add(taken_as(form, zone=self.zone))
