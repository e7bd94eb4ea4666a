"""The collector's own tables, as columns: the levels that it keeps fresh, and the errors that it logged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dq.model.bars import Int, Mask
from dq.model.series import Window
from dq.model.sessions import Sessions


@dataclass(frozen=True, eq=False)
class Levels:
    """Rows of `reference_levels`, by time.

    Attributes:
        timestamp: int64 microseconds UTC, one per row.
        level_type, instrument: one per row.
        promised: level type -> how many rows of it an instrument gets in an hour of trading, as its owner says.
    """

    timestamp: Int
    level_type: Sequence[str]
    instrument: Sequence[str]
    promised: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ErrorLog:
    """Entries of `error_log`, by time.

    Attributes:
        timestamp: int64 microseconds UTC, one per entry.
        component, operation, message, severity: one per entry, as the collector wrote them; "" where NULL.
    """

    timestamp: Int
    component: Sequence[str]
    operation: Sequence[str]
    message: Sequence[str]
    severity: Sequence[str]


@dataclass(frozen=True, eq=False)
class Cycles:
    """The cycles of a collector in one run: what a check of its log may know besides.

    Attributes:
        length: microseconds from one cycle to the next; None where nobody said.
        window: the stretch in which the run looks, up to `as_of`; the first cycle begins with it.
        sessions: when any of its markets trades.
        instruments: what it collects.
        shown: a text of the log as people may see it; requests are logged with their keys.
    """

    length: int | None
    window: Window
    sessions: Sessions
    instruments: tuple[str, ...] = ()
    shown: Callable[[str], str] = str

    def placed(self, stamps: Int) -> tuple[Mask, Int, Int]:
        """Which cycles of the window were due (where a market trades, or the log has an entry), and which entries lie in it.

        Args:
            stamps: of the log's entries, int64 microseconds UTC.

        Returns:
            One mark per cycle, the rows of entries in the window, and the cycle of each of them.
        """
        length = self.length or 1
        rows = np.flatnonzero((stamps >= self.window.start) & (stamps < self.window.end))
        at = (stamps[rows] - self.window.start) // length
        due = self.sessions.touch(np.arange(self.window.start, self.window.end, length, dtype=np.int64), length)
        due[at] = True
        return due, rows, at
