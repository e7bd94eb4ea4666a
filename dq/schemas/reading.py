"""One column of a pandas frame, read as the door would read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dq.door import ACCEPTED, IN_CALL, NEEDED, Column, Layout
from dq.model import BarsError, Mask, SettingsError
from dq.sources.columns import Held, held_in
from dq.sources.decoding import numbers_in
from dq.sources.frame import ROWS, plain
from dq.sources.naming import named
from dq.sources.stamping import Stamps, Tally

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Unread = Callable[["pa.Array[Any]"], "Mask | None"]
CLOCKLESS = "without a time zone, and nobody said on which clock they were written"


@dataclass(frozen=True, eq=False)
class Reading:
    """What is wrong with one column.

    Attributes:
        wrong: why nothing in it can be read; empty where its cells can be looked at.
        unread: which rows would be set aside.
    """

    wrong: str
    unread: Mask


def read_column(series: pd.Series[Any], column: Column, zone: str | None) -> Reading:
    """The column as the door reads it.

    Args:
        zone: IANA name of the clock that wrote stamps without offset, None where nobody said.
    """
    held = held_in(series, column.kind)
    if held.form not in ACCEPTED[column.kind]:
        return _refused(held, f"is {held.kind}, needed is {NEEDED[column.kind]}")
    tally = Tally()
    try:
        unread = np.concatenate([np.zeros(0, np.bool_), *_unread(held, _reader(column, held, zone, tally))])
    except SettingsError:
        return _refused(held, f"is {held.kind}, {CLOCKLESS}")
    except BarsError:
        return _refused(held, f"holds nothing that is {NEEDED[column.kind]}")
    if list(tally.hopeless()):
        return _refused(held, f"holds nothing that is {NEEDED[column.kind]}")
    return Reading("", unread)


def _refused(held: Held, why: str) -> Reading:
    return Reading(why, np.zeros(len(held.array), np.bool_))


def _reader(column: Column, held: Held, zone: str | None, tally: Tally) -> Unread:
    """What tells which cells of an array cannot be read, None for none.

    Raises:
        SettingsError: naive timestamps, and nobody said on which clock.
    """
    if column.kind == "instant":
        layout = Layout({"timestamp": column.name}, held.form)
        stamps = Stamps("frame", layout, zone, set(), tally, wording=IN_CALL)
        return lambda cells: stamps.read(cells)[1][0]
    if column.kind in {"price", "volume"}:
        return lambda cells: numbers_in(cells, len(cells), tally, column.name)[1]
    if column.kind == "name":
        return lambda cells: named(cells, "", len(cells)).missing
    return lambda _cells: None


def _unread(held: Held, unread_in: Unread) -> Iterator[Mask]:
    import pyarrow as pa

    for batch in pa.Table.from_arrays([held.array], names=["cells"]).to_batches(max_chunksize=ROWS):
        cells = plain(batch.column(0))
        unread = unread_in(cells)
        yield np.zeros(len(cells), np.bool_) if unread is None else unread
