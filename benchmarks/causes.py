"""How often dq names the right cause of a missing run: recorded bars, holes put in, the real pipeline.

    DQ_REAL_DATA=… python benchmarks/causes.py [--seed N] [--only NAME,…] [--verbose]

Truth: runs that thin series had already are quiet; runs put in are holes, but where the market itself is that
often without a trade nobody can tell them apart: those are counted by themselves. A run is "like the market" where at
least one in twenty stretches of its length, begun within 30 slots of its time of day in the 20 sessions nearest, has no
bar in the series as it was recorded.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from _gaps import (
    CACHE,
    LENGTHS,
    SCENARIOS,
    Recorded,
    between,
    cut,
    inner_sessions,
    like_the_market,
    rarer_than_lost,
    recorded,
    stamps_of,
    windows,
)

from dq.model import DAY, Finding
from dq.run import Asked, validate
from dq.settings import SeriesSettings, Settings
from dq.sources import Access

LIQUID = (
    *("NQ_5m_2019", "GC_5m_2019", "BTCUSD_1m_201804", "SPX_1m_201911"),
    *("ETHUSDT_1h", "SOLUSDT_30m", "AAPL_15m", "NFLX_15m"),
)
THIN = ("SPY_1m_201310", "EURUSD_1m_201405", "NQ_5m_tv_2022")
ALREADY_QUIET = (*THIN, "SOLUSDT_30m")  # which has half-hours without a trade, each among the smallest of its weeks
SUITE = {
    "name": "gaps",
    "expectations": [{"type": "expect_no_missing_bar", "kwargs": {"cause": ["hole"]}, "severity": "critical"}],
}


@dataclass(frozen=True)
class Told:
    """A missing run and what was said of it."""

    truth: str
    cause: str
    where: str
    start: int
    count: int


def findings(
    folder: Path, *series: tuple[Recorded, np.ndarray], window: tuple[int, int] | None = None
) -> Sequence[Finding]:
    """What `dq validate` says of those series without those rows, all in one file."""
    kept = [one.table.take(pa.array(np.delete(np.arange(len(one.number)), lost))) for one, lost in series]
    pyarrow.parquet.write_table(pa.concat_tables(kept, promote_options="permissive"), folder / "bars.parquet")
    begin, end = window or (None, None)
    said = {
        one.series.instrument: SeriesSettings(
            one.series.interval, one.series.calendar, extended_hours=one.series.extended_hours
        )
        for one, _ in series
    }
    asked = Asked(
        Access(str(folder / "bars.parquet")),
        Settings(history=folder / "history", cache=CACHE, series=said),
        now=max(int(stamps_of(one.table)[-1]) for one, _ in series) + DAY,
        at=end,
        begin=begin,
        end=end,
        suite=str(folder / "gaps.json"),
        record=False,
    )
    run = validate(asked, "0").run
    assert not run.errors, run.errors
    return run.findings


def told(
    scenario: str, one: Recorded, lost: np.ndarray, folder: Path, window: tuple[int, int] | None = None
) -> Iterator[Told]:
    """Every missing run of the series without those rows, and of the window where one is given."""
    taken = np.zeros(len(one.slots) + 1, np.int64)
    taken[one.number[lost] + 1] = 1
    taken = np.cumsum(taken)
    for finding in findings(folder, (one, lost), window=window):
        first, last = one.slots.number(np.array([finding.start, finding.end])).tolist()
        last = first if finding.observed else last  # told once for many sessions
        share = (taken[last + 1] - taken[first]) / max(last + 1 - first, 1)
        yield judged(scenario, one, first, last + 1 - first, share, str(finding.cause))


def judged(scenario: str, one: Recorded, start: int, count: int, share: float, cause: str) -> Told:
    liquid = one.name not in ALREADY_QUIET
    if 0 < share < 1 and not liquid:
        truth, where = "hole", "mixed"
        like = share < 0.5 or like_the_market(one, start, count)
    else:
        truth, where = ("hole", "put in") if share > 0 or liquid else ("quiet", "was there")
        truth = "halt" if share == 0 and cause == "halt" else truth  # Globex stood still on 2019-02-27
        like = (
            like_the_market(one, start, count)
            if share > 0
            else truth == "quiet" and rarer_than_lost(one, start, scenario)
        )
    return Told("either" if like else truth, cause, where, start, count)


def together(whole: Mapping[str, Recorded], rng: np.random.Generator, folder: Path) -> Iterator[tuple[str, Told]]:
    """Series of one source that lose the same time: all of them, two of them, or three of one calendar to its close."""
    coin = whole["ETHUSDT_1h"]
    known = (int(at) for at in stamps_of(coin.table)[[0, -1]])
    stocks = [during(whole["AAPL_15m"], *known), whole["NFLX_15m"]]
    for _ in range(6):
        first = cut(stocks[0], rng)
        start, end = (int(at) for at in stamps_of(first.table)[[0, -1]])
        same = [first, during(stocks[1], start, end), renamed(first, "TWIN"), during(coin, start, end)]
        session = int(rng.choice(inner_sessions(first)[25:]))
        begin, close = int(first.slots.before[session]) + int(rng.integers(3, 20)), int(first.slots.before[session + 1])
        for scenario, truth, stop, losing in (
            ("outage of two", "outage", begin + 3, same[:2]),
            ("silent till close", "calendar_suspect", close, same[:3]),
            ("one alone till close", "hole", close, same[:1]),
        ):
            edges = first.slots.timestamps(np.array([begin, stop - 1])) + np.array([0, 1])
            lost = [rows_in(one, edges) if one in losing else np.zeros(0, np.int64) for one in same]
            names = {one.series.instrument for one in losing}
            for each in findings(folder, *zip(same, lost, strict=True)):
                if each.series and each.series.instrument in names and each.start == edges[0]:
                    yield scenario, Told(truth, str(each.cause), "put in", each.start, each.count)


def during(one: Recorded, start: int, end: int) -> Recorded:
    stamps = stamps_of(one.table)
    inside = (stamps >= start) & (stamps <= end)
    return replace(one, table=one.table.filter(inside), number=one.number[inside])


def renamed(one: Recorded, name: str) -> Recorded:
    table = one.table.set_column(0, "instrument", pa.array([name] * len(one.table)))
    return replace(one, table=table, series=replace(one.series, instrument=name))


def rows_in(one: Recorded, edges: np.ndarray) -> np.ndarray:
    return np.arange(*np.searchsorted(stamps_of(one.table), edges))


def measured(whole: Recorded, rng: np.random.Generator, folder: Path, looks: int) -> Iterator[tuple[str, Told]]:
    for scenario, lose in SCENARIOS.items():
        if scenario == "same minute daily" and whole.name == "NQ_5m_tv_2022":
            continue
        one = cut(whole, rng)
        for run in told(scenario, one, lose(one, rng), folder):
            yield scenario, run
    for scenario in ("as recorded", "one bar in twenty"):
        one = cut(whole, rng)
        lost = SCENARIOS[scenario](one, rng)
        for window in windows(one, rng, looks):
            for run in told(scenario, one, lost, folder, window):
                yield f"window, {scenario}", run
    one, scenario = cut(whole, rng), "window, one hole"
    for window in windows(one, rng, looks):
        begin = int(one.slots.number(np.array([int(rng.integers(window[0], window[1] - 2 * one.series.interval))]))[0])
        lost = between(one, np.array([begin]), np.array([begin + int(rng.choice(LENGTHS[:6]))]))
        for run in told(scenario, one, lost, folder, window):
            yield scenario, run


def is_right(run: Told) -> bool:
    return run.cause == run.truth or (run.truth == "either" and run.cause in ("hole", "quiet"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join((*LIQUID, *THIN)))
    parser.add_argument("--windows", type=int, default=12)
    parser.add_argument("--verbose", action="store_true")
    asked = parser.parse_args()
    source = Path(os.environ["DQ_REAL_DATA"])
    entries = {one["name"]: one for one in json.loads((source / "manifest.json").read_text("utf-8"))["datasets"]}
    table: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "gaps.json").write_text(json.dumps(SUITE), "utf-8")
        whole = {name: recorded(source, entries[name]) for name in asked.only.split(",")}
        if not {"AAPL_15m", "NFLX_15m", "ETHUSDT_1h"} - set(whole):
            for scenario, run in together(whole, np.random.default_rng(asked.seed), folder):
                table.setdefault(("several series", scenario), Counter())[(run.truth, run.cause)] += 1
        for name in asked.only.split(","):
            rng = np.random.default_rng([asked.seed, len(name)])
            for scenario, run in measured(whole[name], rng, folder, asked.windows):
                table.setdefault((name, scenario), Counter())[(run.truth, run.cause)] += 1
                if asked.verbose and not is_right(run) and run.cause != "unknown":
                    at = np.datetime64(run.start, "us") if run.start > 1 << 40 else run.start
                    print(f"    {name} {scenario}: {run.count} from slot {at}: {run.truth}, told {run.cause}")
    show(table)


def show(table: dict[tuple[str, str], Counter[tuple[str, str]]]) -> None:
    total: Counter[tuple[str, str]] = Counter()
    for group in (lambda key: key[0], lambda key: key[1]):
        grouped: dict[str, Counter[tuple[str, str]]] = {}
        for key, counts in table.items():
            grouped.setdefault(group(key), Counter()).update(counts)
        for name, counts in grouped.items():
            print(f"{name:28} {row(counts)}")
        print()
    for counts in table.values():
        total.update(counts)
    print(f"{'all':28} {row(total)}")


def row(counts: Counter[tuple[str, str]]) -> str:
    sure = {key: count for key, count in counts.items() if key[0] != "either" and key[1] != "unknown"}
    right = sum(count for (truth, cause), count in sure.items() if truth == cause)
    share = f"{right / sum(sure.values()):7.2%}" if sure else "      -"
    cells = [
        f"{truth}>{cause} {counts[truth, cause]}"
        for truth in dict.fromkeys(key[0] for key in counts)
        for cause in sorted({key[1] for key in counts})
        if counts[truth, cause]
    ]
    return f"{share} of {sum(sure.values()):5}   {', '.join(cells)}"


if __name__ == "__main__":
    main()
