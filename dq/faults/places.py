"""Places: where defects may go without hiding one another."""

import numpy as np

from dq.model import Bars


def choose_rows(bars: Bars, count: int, rng: np.random.Generator, *, apart: int = 60, margin: int = 60) -> list[int]:
    """`count` rows in ascending order, at least `apart` rows from each other and `margin` from both ends.

    Raises:
        ValueError: the bars have no room for so many.
    """
    slack = len(bars) - 2 * margin - (count - 1) * apart
    if count < 1 or slack < 1:
        raise ValueError(f"{len(bars)} bars have no room for {count} defects that are {apart} bars apart")
    spread = np.sort(rng.integers(0, slack, count))
    return [int(row) for row in margin + spread + apart * np.arange(count)]
