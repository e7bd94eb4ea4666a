"""What the HTML site costs: seconds to build it, bytes of its pages, seconds until a browser shows them.

    python benchmarks/docs.py

100 series × one hour of minutes (with 500 bars before it), a few defects each; then 200 series × one day with 50
defects each, some 10,000 findings. Both are judged by the real pipeline, which is not timed. Loading is timed in a
Chromium, where there is one: from the request to the load event, and until the first chart is drawn.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from _bars import CACHE

from dq.model import HOUR, MINUTE
from dq.reports.html import Site, write_docs
from dq.run import Asked, Outcome, validate
from dq.settings import Settings
from dq.sources import Access

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from chromium import BROWSER, Chromium

END = np.datetime64("2026-03-12T15:00", "us").astype(np.int64).item()
TIMES = 5
DRAWN = "document.querySelectorAll('.chart .main-svg').length > 0"


def table(series: int, minutes: int, holes: int, spikes: int) -> pa.Table:
    """Minutes of many series around the clock; bars that are lost and bars that leap stand alone."""
    rng = np.random.default_rng(1)
    parts = []
    for number in range(series):
        stamps = END - MINUTE * np.arange(minutes, 0, -1, dtype=np.int64)
        close = 1000 * np.exp(np.cumsum(rng.standard_t(6, minutes) * 1e-4)).round(4)
        opens = np.append(close[:1], close[:-1])
        high, low = np.maximum(opens, close) * 1.0001, np.minimum(opens, close) * 0.9999
        places = rng.permutation(np.arange(minutes - 60 * (holes + spikes < 10) - 4 * (holes + spikes), minutes - 5, 4))
        high[places[holes : holes + spikes]] *= 1.05
        kept = np.delete(np.arange(minutes), places[:holes])
        columns = (
            stamps.astype("datetime64[us]"),
            opens,
            high,
            low,
            close,
            rng.integers(1, 1000, minutes).astype(float),
        )
        parts.append(
            pa.table(
                {"instrument": [f"S{number:03}-USD"] * len(kept)}
                | {
                    name: column[kept]
                    for name, column in zip(
                        ("timestamp", "open", "high", "low", "close", "volume"), columns, strict=True
                    )
                }
            )
        )
    whole = pa.concat_tables(parts)
    return whole.set_column(1, "timestamp", whole["timestamp"].cast(pa.timestamp("us", "UTC")))


def judged(bars: pa.Table, window: int) -> Outcome:
    """The outcome of a run over the last of those bars."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bars.parquet")
        pa.parquet.write_table(bars, path)
        settings = Settings(history=Path(folder, "history"), cache=CACHE)
        return validate(Asked(Access(str(path)), settings, now=END, at=END, window=window, record=False), "0")


def built(outcome: Outcome, folder: Path) -> None:
    """Build the site anew and over itself, and print what that took and weighs."""
    site = Site(outcome.run, outcome.bars, outcome.markets)
    run = outcome.run
    print(f"{len(run.series):,} series, {len(run.findings):,} findings, {len(run.incidents):,} incidents")
    took, busy = [], []
    for number in range(TIMES):
        began, cpu = time.perf_counter(), time.process_time()
        write_docs(site, folder / str(number))
        took.append(time.perf_counter() - began)
        busy.append(time.process_time() - cpu)
    began = time.perf_counter()
    write_docs(site, folder / "0")
    again = time.perf_counter() - began
    print(
        f"  built in {statistics.median(took):.2f} s (best {min(took):.2f} s, of the processor {min(busy):.2f} s); over itself in {again:.2f} s"
    )
    for part in (".", "series", "incidents", "checks"):
        sizes = [path.stat().st_size for path in (folder / "0" / part).glob("*.html")]
        print(f"  {part:9} {len(sizes):4} pages, the largest {max(sizes) / 1000:.0f} kB")


def opened(folder: Path) -> None:
    """Print how long pages take to load and to draw in a browser."""
    if BROWSER is None:
        print("  no Chromium on this machine: loading was not timed")
        return
    largest = {
        part: max((folder / part).glob("*.html"), key=lambda one: one.stat().st_size)
        for part in ("series", "incidents", "checks")
    }
    with Chromium() as browser:
        for page in (folder / "index.html", *largest.values()):
            browser.open(page)  # once unseen, so that the disk is warm
            loads, draws = [], []
            for _ in range(TIMES):
                began = time.perf_counter()
                browser.open(page)
                loads.append(time.perf_counter() - began)
                charted = browser.value("document.querySelectorAll('.chart-spec').length > 0")
                browser.value("document.querySelector('.chart')?.scrollIntoView({behavior: 'instant'})")
                while charted and not browser.value(DRAWN):
                    time.sleep(0.01)
                draws.append(time.perf_counter() - began)
            many = browser.value("document.querySelectorAll('*').length")
            drawn = f", drawn after {statistics.median(draws):.2f} s" if charted else ""
            print(
                f"  {page.parent.name + '/' + page.name:45} loads in {statistics.median(loads):.2f} s{drawn}, {many:,} elements"
            )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        usual = Path(folder, "usual")
        built(judged(table(100, 560, 1, 1), HOUR), usual)
        opened(usual / "0")
        crowded = Path(folder, "crowded")
        built(judged(table(200, 1440 + 500, 25, 25), 24 * HOUR), crowded)
        opened(crowded / "0")


if __name__ == "__main__":
    main()
