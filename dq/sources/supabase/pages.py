"""The arithmetic of pages: what an answer that may be cut short proves, and how a long span is parted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dq.model import Int

Span = tuple[int, int | None]
SPARE = 1.15  # a part is made so much smaller than a page: bars do not come evenly
TOO_MANY = 4  # times the parts that an even series would need


@dataclass(frozen=True, slots=True)
class Proved:
    """What a page is worth.

    Attributes:
        keep: rows at its beginning that are all there are before `rest`.
        rest: where to read on; None where the page holds everything.
        alone: all rows of the page have one timestamp, and there are more: they are read by their number.
    """

    keep: int
    rest: int | None = None
    alone: bool = False


def proved(stamps: Int, total: int) -> Proved:
    """What a page of ascending timestamps is worth, of `total` rows that match.

    The rows of its last timestamp may go on in the next page, in any order. They are given up and read again with it,
    so that none is lost and none is counted twice, however many are alike.
    """
    if total <= len(stamps):
        return Proved(len(stamps))
    last = int(stamps[-1])
    keep = int(np.searchsorted(stamps, last))
    return Proved(keep, last, alone=keep == 0)


def spacing(stamps: Int) -> float:
    """The timestamps' own units between two rows where they stand closest."""
    step = max(len(stamps) // 8, 1)
    if len(stamps) <= step:
        return 1.0
    return max(float((stamps[step:] - stamps[:-step]).min()) / step, 1e-9)


def cut(start: int, end: int, space: float, rows: int, page: int) -> Iterator[Span]:
    """Half-open spans, one after the other, that hold about a page each and together `[start, end)`.

    Args:
        space: between two rows where they stand closest.
        rows: about how many there are, so that a stretch of crowded rows does not part all the rest.
        page: rows of a page.
    """
    most = TOO_MANY * (rows // page + 2)
    length = max(int(space * page / SPARE), -(-(end - start) // most), 1)
    for at in range(start, end, length):
        yield at, min(at + length, end)
