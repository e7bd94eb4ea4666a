"""Which series the rows of a batch belong to, without a Python object per row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dq.model import Int, Mask
from dq.sources.arrays import numbers, present

if TYPE_CHECKING:
    import pyarrow as pa

_SHORT = 1 << 15  # codes below this are sorted by NumPy's radix sort as int16


@dataclass(frozen=True, eq=False)
class Names:
    """The series of each row.

    Attributes:
        names: the instruments.
        codes: index into `names` per row; None where all rows belong to the first.
        missing: which rows say no name; None where all do.
    """

    names: tuple[str, ...]
    codes: Int | None = None
    missing: Mask | None = None

    def of(self, row: int) -> str:
        """The instrument of a row, "" where it says none."""
        if self.missing is not None and self.missing[row]:
            return ""
        return self.names[0 if self.codes is None else int(self.codes[row])]

    def take(self, rows: Mask) -> Names:
        """Those rows; they must have names."""
        return Names(self.names, None if self.codes is None else self.codes[rows]) if rows.any() else Names(())

    def groups(self) -> Iterator[tuple[str, Int | slice | None]]:
        """Each series with its rows in their order; None where that is all of them."""
        if self.codes is None:
            yield from ((name, None) for name in self.names)
            return
        counts = np.bincount(self.codes, minlength=len(self.names))
        codes = self.codes.astype(np.int16) if len(self.names) < _SHORT else self.codes
        by_name = np.argsort(codes, kind="stable")
        stops = np.cumsum(counts)
        for code in np.flatnonzero(counts).tolist():
            rows = by_name[stops[code] - counts[code] : stops[code]]
            together = int(rows[-1]) - int(rows[0]) + 1 == len(rows)
            yield self.names[code], slice(int(rows[0]), int(rows[-1]) + 1) if together else rows


def named(cells: pa.Array[Any] | None, name: str, count: int) -> Names:
    """The series of `count` rows from the dictionary-encoded column; all `name` where there is no column."""
    import pyarrow as pa

    if count == 0:
        return Names(())
    if cells is None:
        return Names((name,))
    if not isinstance(cells, pa.DictionaryArray):
        cells = cells.dictionary_encode()
    names = tuple(str(one) for one in cells.dictionary.to_pylist())
    codes = numbers(cells.indices, str(cells.indices.type))  # a cast would import pyarrow.compute, for 80 ms
    there = present(cells.indices)
    blank = np.flatnonzero([not one.strip() for one in names])
    if there is None and not len(blank):
        alone = bool((codes == codes[0]).all())
        return Names((names[codes[0]],)) if alone else Names(names, codes)
    codes = codes if there is None else np.where(there, codes, 0)
    missing = np.isin(codes, blank) | (False if there is None else ~there)
    return Names(names or ("",), codes, missing)
