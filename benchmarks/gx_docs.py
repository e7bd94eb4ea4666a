"""What Data Docs from dq's runs cost: a site of many runs, the same with one run more, and how large it is.

    python benchmarks/gx_docs.py [--runs 300] [--series 5]

Every run finds a hole, a spike and a duplicate in its first series and is asked the whole suite of minute bars. The
import of Great Expectations is measured by itself.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time

from dq.model import HOUR, MINUTE, CheckVerdict, Finding, Run, Series, SeriesVerdict, Window
from dq.suites import load_suite

START = 1_773_324_000_000_000  # 2026-03-12 14:00 UTC
FOUND = (("missing_bar", "critical", 12), ("price_spike", "critical", 1), ("duplicate_timestamp", "warning", 2))


def run_of(number: int, series: int) -> Run:
    window = Window(START + number * HOUR, START + (number + 1) * HOUR)
    asked = tuple(CheckVerdict(check, "pass") for check in sorted(load_suite("ohlc_1m").checks))
    names = [Series(f"S{at:03}-USD", MINUTE, "24/7") for at in range(series)]
    judged = [SeriesVerdict(one, 60, 60, 0, 0, 0, window.start, window.end, "pass", asked) for one in names]
    failed = {check for check, _, _ in FOUND}
    checks = tuple(replace(one, verdict="fail", findings=1) if one.check in failed else one for one in asked)
    judged[0] = replace(judged[0], verdict="fail", missing_bars=12, checks=checks)
    told = "The bar is not what it should be, and this sentence says why."
    findings = [Finding(check, level, names[0], window.start, window.start, bars, told) for check, level, bars in FOUND]
    said = ("demo", "ohlc_1m", "fail", 1, "0.1.0", 0.3)
    return Run(f"run-{number:06}", window.end, window, *said, series=tuple(judged), findings=tuple(findings))


def seconds(what: str, do: Callable[[], object]) -> None:
    begun, spent = perf_counter(), process_time()
    do()
    print(f"{what:<44}{perf_counter() - begun:8.2f} s, of which computing {process_time() - spent:6.2f} s")


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said.add_argument("--runs", type=int, default=300)
    said.add_argument("--series", type=int, default=5)
    asked = said.parse_args()
    seconds("import of dq.gx.docs", lambda: __import__("dq.gx.docs"))
    from dq.gx.docs import write_gx_docs

    runs = [run_of(number, asked.series) for number in range(asked.runs + 2)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kind = f"{asked.runs} runs of {asked.series} series"
        seconds(f"{kind}, from nothing", lambda: write_gx_docs(runs[:-2], folder))
        seconds(f"{kind} again, nothing new", lambda: write_gx_docs(runs[:-2], folder))
        seconds("one run more, all runs at hand", lambda: write_gx_docs(runs[:-1], folder))
        seconds("one run more, by itself", lambda: write_gx_docs(runs[-1:], folder))
        files = [one for one in folder.rglob("*") if one.is_file()]
        print(f"{len(files):,} files, {sum(one.stat().st_size for one in files) / 1e6:.1f} MB; ", end="")
        print(f"first page {(folder / 'index.html').stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
