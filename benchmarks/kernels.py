"""Checks in memory, one core: million bars per second, with the ordering of rows and the learning of habits.

`--bars 20` measures with twenty million bars instead of two. `copying` is the floor of the same minute: how many bars
per second NumPy copies, six columns each; other users of the machine slow both alike.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np
from _bars import chosen, dirty, lifelike, market

from dq.checks import checks
from dq.examine import Question, examine
from dq.model import COLUMNS

RUNS = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bars", type=float, default=2, help="millions of bars")
    clean = lifelike(int(parser.parse_args().bars * 1e6))
    questions = [Question(name) for name, check in checks().items() if check.of_bars]
    print(f"{len(questions)} checks, medians of {RUNS} runs; must reach: clean 35, the others 15")
    for name, bars in {"clean": clean, **dirty(clean)}.items():
        seconds, copying = zip(*(one_run(bars, questions) for _ in range(RUNS)), strict=True)
        rate, best = (len(bars) / kind(seconds) / 1e6 for kind in (statistics.median, min))
        floor = len(bars) / statistics.median(copying) / 1e6
        print(f"{name:14s} {rate:6.1f} M bars/s   (fastest {best:.1f}; copying {floor:.0f})")


def one_run(bars, questions: list[Question]) -> tuple[float, float]:
    """Seconds of the processor: for the checks of bars in fresh memory, and for a copy of the bars."""
    fresh = chosen(bars, np.arange(len(bars)))
    began = time.process_time()
    examine(fresh, market(fresh), questions)
    examined = time.process_time()
    for name in ("timestamp", *COLUMNS):
        getattr(bars, name).copy()
    return examined - began, time.process_time() - examined


if __name__ == "__main__":
    main()
