"""Runs overlap: how much of each one's window counts, so that every moment counts once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from dq.model import Window


def weights(windows: Sequence[Window], longest: int | None = None) -> list[float]:
    """The share of each window that no run of more weight covers, 0 to 1.

    Longer windows have more weight than shorter ones (from about twice the length on): a run over an hour has the last
    word on bars that one over two minutes saw a moment after they were due. Among windows of about one length the later
    run has it, since it saw what came late.

    Args:
        windows: of runs, the earliest run first.
        longest: microseconds. Windows that are longer count only where all are: then the last one alone, whole.
    """
    fits = [at for at, one in enumerate(windows) if longest is None or one.end - one.start <= longest]
    counted = [0.0] * len(windows)
    if not fits and windows:
        counted[-1] = 1.0
    covered = _Covered()
    for at in sorted(fits, key=lambda at: ((windows[at].end - windows[at].start).bit_length(), at), reverse=True):
        start, end = windows[at].start, max(windows[at].end, windows[at].start + 1)
        counted[at] = covered.add(start, end) / (end - start)
    return counted


class _Covered:
    """Stretches of time that do not touch one another, in order."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, start: int, end: int) -> int:
        """Cover a stretch as well; how much of it was not covered before."""
        first, last = bisect_left(self.ends, start), bisect_right(self.starts, end)
        touched = slice(first, last)
        known = sum(
            max(min(close, end) - max(opened, start), 0)
            for opened, close in zip(self.starts[touched], self.ends[touched], strict=True)
        )
        whole = min([start, *self.starts[touched]]), max([end, *self.ends[touched]])
        self.starts[touched], self.ends[touched] = [whole[0]], [whole[1]]
        return end - start - known
