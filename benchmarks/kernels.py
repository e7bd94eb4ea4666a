"""Checks in memory, one core: million bars per second, with the ordering of rows and the learning of habits."""

from __future__ import annotations

import statistics
import time

import numpy as np
from _bars import chosen, dirty, lifelike, market

from dq.checks import checks
from dq.examine import Question, examine

RUNS = 7


def main() -> None:
    clean = lifelike()
    questions = [Question(name) for name in checks()]
    print(f"{len(questions)} checks, medians of {RUNS} runs; must reach: clean 40, half missing and shuffled 10")
    for name, bars in {"clean": clean, **dirty(clean)}.items():
        seconds = [one_run(bars, questions) for _ in range(RUNS)]
        rate = len(bars) / statistics.median(seconds) / 1e6
        print(f"{name:14s} {rate:6.1f} M bars/s   (fastest {len(bars) / min(seconds) / 1e6:.1f})")


def one_run(bars, questions: list[Question]) -> float:
    fresh = chosen(bars, np.arange(len(bars)))
    began = time.perf_counter()
    examine(fresh, market(fresh), questions)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
